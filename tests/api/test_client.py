import os
import signal
import socket
import threading

import pytest

from qwen_finder import __version__
from qwen_finder.api import endpoint
from qwen_finder.api.client import Client
from qwen_finder.api.endpoint import Endpoint
from qwen_finder.core.errors import (
    FileError,
    FolderError,
    ServiceError,
    SettingsError,
    UnusableError,
    UsageError,
)
from qwen_finder.core.query import SearchRequest, SimilarRequest
from qwen_finder.core.status import DownloadState, DownloadStatus


@pytest.fixture
def client(new_launcher):
    return Client(new_launcher())


def test_every_question_gets_its_answer(client, tmp_path):
    (hit,) = client.search(SearchRequest("cats", limit=1)).hits
    assert os.fsencode(hit.path) == b"/home/odd\n\xff\x1b[31m.txt"
    assert client.search_json({"text": "cats", "limit": 1})["hits"][0]["path"] == hit.path
    (like,) = client.similar(SimilarRequest("/photo.jpg")).hits
    assert (like.width, like.near_duplicates, like.colours) == (4000, 2, ("blue", "beige"))
    assert client.similar_json({"path": "/photo.jpg"})["query"] == "/photo.jpg"
    assert client.thumbnail(hit.path, 1024) == b"RIFF\0\0\0\0WEBP1024"
    folder = str(tmp_path)
    assert client.add_folder(folder).path == folder
    assert [item.path for item in client.folders()] == [folder]
    assert client.status().engine.files.indexed == 1
    assert client.status().process.memory_bytes > 1_000_000
    client.index([folder])
    assert client.set_pace("paused", 60.0) == ("paused", "for 60.0")
    assert client.set_pace("auto")[0] == "full"
    assert client.estimate().to_index == 1
    assert client.remove_folder(folder).files.indexed == 1
    assert client.failures()[0].code == "pdf.password"
    assert client.models()[0].id == "starter"
    own = "gguf:/home/a b/100%?.gguf"
    assert client.download_model(own) == DownloadStatus(
        own, DownloadState.RUNNING, 1, 9, 2.5, 3.2, "hub.example"
    )
    assert client.pause_download(own).bytes_done == 1
    assert client.pause_download(own, discard=True).bytes_done == 0
    assert client.verify_model(own) == (True, f"{own} was looked at.")
    assert client.verify_model("damaged")[0] is False
    assert client.remove_model(own) == len(own)
    assert client.checks()[0].name == "text model"
    assert client.change_settings({"search.limit": 7})["search.limit"] == 7
    assert client.settings()["search.limit"] == 7
    assert client.events(since=0)[0].kind == "indexed"
    assert len(client.search(SearchRequest("cats", limit=0)).hits) == 7


def test_the_services_errors_are_raised_here(client):
    with pytest.raises(FolderError, match="/nowhere"):
        client.add_folder("/nowhere")
    with pytest.raises(SettingsError, match="the most is"):
        client.change_settings({"search.limit": 10_000})
    with pytest.raises(UsageError, match="no model 'starter'"):
        client.download_model("starter")
    with pytest.raises(UsageError, match="empty"):
        client.search(SearchRequest(" \t"))
    with pytest.raises(UsageError, match="not in the index"):
        client.thumbnail("/etc/passwd")
    with pytest.raises(FileError, match="damaged"):
        client.thumbnail("/home/broken.jpg")
    with pytest.raises(UnusableError, match="failed at this request"):
        client.search(SearchRequest("broken"))


def test_a_service_that_dies_under_a_query_is_restarted_and_asked_again(client):
    before = client.status().process.pid
    assert client.search(SearchRequest("crash")).hits
    assert client.status().process.pid != before


def test_who_watches_does_not_start_what_somebody_stopped(client, new_launcher):
    client.following().status()
    new_launcher().stop()
    with pytest.raises(ServiceError, match="was stopped") as caught:
        client.following().status()
    assert (caught.value.code, caught.value.exit_code) == ("service.stopped", 3)
    assert new_launcher().running() is None
    assert client.status().process.pid, "who asks once gets an answer"


def test_who_watches_sees_a_crashed_service_come_back(client):
    before = client.status().process.pid
    os.kill(before, signal.SIGKILL)
    assert client.following().status().process.pid != before


def test_a_long_query_arrives_whole(client):
    response = client.search(SearchRequest("word " * 10_000))
    assert response.hits[0].why["request"]["words"] == 10_000


def test_a_query_that_is_too_long_is_refused_with_a_sentence(client):
    with pytest.raises(UsageError, match="too large"):
        client.search(SearchRequest("word " * 400_000))


def test_somebody_elses_port_is_not_taken_for_the_service(client, paths):
    """A killed service's number and port may both have been given to others."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        body = b'{"error": {}}'
        answer = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

        def reply():
            connection, _ = other.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        threading.Thread(target=reply, daemon=True).start()
        paths.create()
        stale = Endpoint(other.getsockname()[1], "old", os.getpid(), __version__)
        endpoint.publish(paths.endpoint_file, stale)
        assert client.status().process.pid != os.getpid()


def test_what_is_no_http_is_told(client, paths):
    with socket.create_server(("127.0.0.1", 0)) as other:

        def reply():
            connection, _ = other.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"SSH-2.0-whatever\r\n\r\n")

        threading.Thread(target=reply, daemon=True).start()
        paths.create()
        endpoint.publish(
            paths.endpoint_file, Endpoint(other.getsockname()[1], "old", os.getpid(), __version__)
        )
        with pytest.raises(ServiceError, match="not the Qwen Finder service"):
            client.status()
        paths.endpoint_file.unlink()
