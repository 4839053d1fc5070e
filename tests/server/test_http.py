"""The HTTP interface as strangers and careless clients meet it, over real sockets."""

import http.client
import json
import threading
import time

import pytest


@pytest.fixture
def ask(service):
    """One request with the right credentials, any header of which may be replaced or (None) left out."""

    def request(method, target, body=None, **changed):
        headers = {"Host": f"127.0.0.1:{service.port}", "Authorization": f"Bearer {service.token}"}
        headers.update({name.replace("_", "-"): value for name, value in changed.items()})
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
        connection.putrequest(method, target, skip_host=True)
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(content)
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer

    return request


def test_the_right_token_is_let_in(ask):
    status, answer = ask("GET", "/v1/status")
    assert status == 200
    assert answer["service"]["memory_bytes"] > 0
    assert answer["models"]["text"]["state"] == "missing"


def test_localhost_and_our_own_origin_are_let_in(ask, service):
    origin = f"http://localhost:{service.port}"
    assert ask("GET", "/v1/status", Host=f"localhost:{service.port}", Origin=origin)[0] == 200


@pytest.mark.parametrize("token", [None, "", "Bearer ", "Bearer wrong", "Basic abc", "Bearer \xe9"])
def test_a_wrong_token_is_refused(ask, token):
    status, answer = ask("GET", "/v1/status", Authorization=token)
    assert (status, answer["error"]["code"]) == (401, "service.token")


@pytest.mark.parametrize("host", [None, "evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example"])
def test_another_host_is_refused(ask, host):
    # Without any Host the HTTP parser refuses before us, and not in JSON.
    if host is None:
        with pytest.raises(json.JSONDecodeError):
            ask("GET", "/v1/status", Host=None)
    else:
        status, answer = ask("GET", "/v1/status", Host=host)
        assert (status, answer["error"]["code"]) == (403, "service.host")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "file://"])
def test_web_pages_are_refused(ask, origin):
    status, answer = ask("POST", "/v1/search", {"text": "cats"}, Origin=origin)
    assert (status, answer["error"]["code"]) == (403, "service.origin")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 50_000, "nested too deeply"),
        (b"", "takes an object, not null"),
        ([1], "takes an object, not a list"),
        ({}, "'text' is missing"),
        ({"text": 5}, "'text' takes a string, not a whole number"),
        ({"text": "a", "limit": -1}, "'limit' is 1 to 1000, not -1"),
        ({"text": "a", "mode": "x"}, "'mode' is one of"),
        ({"text": "   "}, "The query is empty."),
        (b'{"text": "' + b"a" * 1_100_000 + b'"}', "too large"),
    ],
)
def test_a_bad_search_is_a_400_that_says_why(ask, body, sentence):
    status, answer = ask("POST", "/v1/search", body)
    assert status == 400
    assert sentence in answer["error"]["message"]
    assert answer["error"]["exit_code"] == 2


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [
        ("GET", "/", None, 404),
        ("GET", "/v1/nothing", None, 404),
        ("DELETE", "/v1/search", None, 405),
        ("GET", "/v1/events?since=x", None, 400),
        ("GET", "/v1/events?timeout=nan", None, 400),
        ("POST", "/v1/folders", {"path": "/nowhere"}, 400),
        ("POST", "/v1/folders", {}, 400),
        ("DELETE", "/v1/folders", {"path": "/nowhere"}, 404),
        ("POST", "/v1/index", {"folders": "x"}, 400),
        ("POST", "/v1/pace", {}, 400),
        ("POST", "/v1/pace", {"mode": "paused", "seconds": 0}, 400),
        ("POST", "/v1/pace", {"mode": "paused", "seconds": "1h"}, 400),
        ("POST", "/v1/pace", {"mode": "paused", "seconds": 1e12}, 400),
        ("PATCH", "/v1/settings", {"settings": {"search.limits": 1}}, 404),
        ("PATCH", "/v1/settings", {"settings": {"search.limit": "1"}}, 400),
        ("POST", "/v1/search", {"text": "broken"}, 500),
    ],
)
def test_every_refusal_is_json(ask, method, target, body, status):
    found, answer = ask(method, target, body)
    assert found == status
    assert set(answer["error"]) == {"code", "message", "hint", "exit_code", "type"}


def test_the_cause_of_a_failure_is_logged_and_not_sent(ask):
    _, answer = ask("POST", "/v1/search", {"text": "broken"})
    assert "on purpose" not in json.dumps(answer)


def test_many_waiting_clients_leave_room_for_a_search(ask):
    latest = ask("GET", "/v1/events?since=0")[1]["events"][-1]["sequence"]
    answers = []

    def wait():
        answers.append(ask("GET", f"/v1/events?since={latest}&timeout=30"))

    waiting = [threading.Thread(target=wait) for _ in range(40)]
    for thread in waiting:
        thread.start()
    while threading.active_count() < 40:
        time.sleep(0.01)
    assert ask("POST", "/v1/search", {"text": "cats"})[0] == 200
    ask("POST", "/v1/index", {})
    for thread in waiting:
        thread.join(30)
    kinds = {event["kind"] for _, answer in answers for event in answer["events"]}
    assert (len(answers), kinds) == (40, {"progress"})


def test_a_wait_without_an_event_ends_empty(ask):
    latest = ask("GET", "/v1/events?since=0")[1]["events"][-1]["sequence"]
    assert ask("GET", f"/v1/events?since={latest}&timeout=0.05") == (200, {"events": []})


def test_a_slow_search_does_not_keep_others_waiting(ask):
    slow = threading.Thread(target=ask, args=("POST", "/v1/search", {"text": "slow"}))
    slow.start()
    assert ask("POST", "/v1/search", {"text": "cats"})[0] == 200
    assert slow.is_alive()
    slow.join()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"path": " "}, "No file is named."),
        ({}, "'path' is missing"),
        ({"path": 7}, "'path' takes a string"),
        ({"path": "/a", "limit": 5000}, "'limit' is 1 to 1000"),
    ],
)
def test_a_bad_request_for_similar_files_is_a_400_that_says_why(ask, body, sentence):
    status, answer = ask("POST", "/v1/similar", body)
    assert status == 400
    assert sentence in answer["error"]["message"]


def test_similar_files_come_like_those_of_a_search(ask):
    status, answer = ask("POST", "/v1/similar", {"path": "/photo.jpg"})
    assert status == 200
    assert answer["hits"][0]["why"] == {"request": {"limit": 20, "types": 0}}
    assert ask("POST", "/v1/similar", {"path": "/unreadable.txt"})[0] == 400
