"""Thumbnails over HTTP: for who may ask, of what is indexed, sent once and not again."""

from __future__ import annotations

import http.client
import json
from urllib.parse import quote

import pytest

TARGET = "/v1/thumbnail?path=" + quote(b"/home/odd\n\xff\x1b[31m.txt")


@pytest.fixture
def get(service):
    """Status, headers and body of one GET with the right credentials, unless they are replaced."""

    def request(target, **changed):
        headers = {"Authorization": f"Bearer {service.token}", **changed}
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, dict(response.getheaders()), body

    return request


def test_a_thumbnail_is_a_picture_that_may_be_kept_but_is_asked_for_again(get):
    status, headers, body = get(TARGET)
    assert (status, body) == (200, b"RIFF\0\0\0\0WEBP256")
    assert headers["content-type"] == "image/webp"
    assert headers["cache-control"] == "private, no-cache"
    assert get(f"{TARGET}&size=1024")[2].endswith(b"1024")
    again, headers, body = get(TARGET, If_None_Match=headers["etag"])
    assert (again, body) == (304, b"")
    assert headers["etag"] == '"7-1-256"'
    assert get(TARGET, If_None_Match='"7-2-256"')[0] == 200


def test_a_token_is_asked_for(get):
    status, _, body = get(TARGET, Authorization="Bearer wrong")
    assert (status, json.loads(body)["error"]["code"]) == (401, "service.token")


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/v1/thumbnail?path=/etc/passwd", 404, "file.unknown"),
        ("/v1/thumbnail?path=/home/../etc/passwd", 404, "file.unknown"),
        ("/v1/thumbnail?path=", 404, "file.unknown"),
        ("/v1/thumbnail?path=/home/broken.jpg", 404, "file.broken"),
        ("/v1/thumbnail", 400, "request.invalid"),
        ("/v1/thumbnail?size=256", 400, "request.invalid"),
        (TARGET + "&size=huge", 400, "request.invalid"),
    ],
)
def test_what_cannot_be_shown_is_told_in_json(get, target, status, code):
    found, headers, body = get(target)
    assert (found, headers["content-type"]) == (status, "application/json")
    assert json.loads(body)["error"]["code"] == code
