"""A model hub over real sockets that speaks as Hugging Face does, and as ModelScope, and fails as asked.

A file is resolved at the hub and redirected to a "CDN" of another host name. Old commits stay. ``faults`` are
taken one by one by the requests for bytes of files, ``listing_faults`` by those for file lists.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_BLOCK = 1 << 15
LARGE = (".gguf", ".safetensors")


@dataclass
class Fault:
    """What goes wrong with one request. ``status`` other than 200: that answer. ``cut_at``: the connection
    is closed after so many bytes of the body. ``stall_s``: before that, nothing is sent for so long."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    stall_s: float = 0.0
    html: bool = False
    ignore_range: bool = False
    content: bytes | None = None


@dataclass
class Request:
    """A request as it came."""

    host: str
    path: str
    headers: dict[str, str]


class Hub:
    """Repositories by name, each with its files by name."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.requests: list[Request] = []
        self.faults: deque[Fault] = deque()
        self.listing_faults: deque[Fault] = deque()
        self.bytes_per_s = 0.0
        self.token = ""
        self.tells_hashes = True
        self.redirects = True
        self._commits: dict[str, list[tuple[str, dict[str, bytes]]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # Not while a connection is accepted: a stranger's handshake would hold up everybody.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(self, repository: str, files: dict[str, bytes]) -> str:
        """A new commit of ``repository`` that holds ``files`` and nothing else; its name."""
        digest = hashlib.sha1(usedforsecurity=False)
        for name, content in files.items():
            digest.update(name.encode() + content)
        self._commits.setdefault(repository, []).append((digest.hexdigest(), dict(files)))
        return digest.hexdigest()

    def served(self) -> list[Request]:
        """The requests for bytes of files."""
        return [request for request in self.requests if request.path.startswith("/cdn/")]

    def commit(self, repository: str, revision: str) -> tuple[str, dict[str, bytes]] | None:
        commits = self._commits.get(repository, [])
        if revision in ("main", "master"):
            return commits[-1] if commits else None
        return next((found for found in commits if found[0] == revision), None)


@contextlib.contextmanager
def open_hub(certificate: Path | None = None) -> Iterator[Hub]:
    """``certificate``: a file of one and its key, to speak TLS."""
    hub = Hub(certificate)
    try:
        yield hub
    finally:
        hub.close()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with contextlib.suppress(ConnectionError):
                self._serve()

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _serve(self) -> None:
            address = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            host = headers.get("host", "").partition(":")[0]
            hub.requests.append(Request(host, self.path, headers))
            parts = [unquote(part) for part in address.path.split("/") if part]
            match parts:
                case ["api", "models", owner, name, "revision", revision]:
                    self._huggingface_list(f"{owner}/{name}", revision)
                case ["api", "v1", "models", owner, name, "repo", "files"]:
                    revision = parse_qs(address.query)["Revision"][0]
                    self._modelscope_list(f"{owner}/{name}", revision)
                case ["models", owner, name, "resolve", revision, file]:
                    self._resolve(f"{owner}/{name}", revision, file)
                case ["cdn", owner, name, commit, file]:
                    self._bytes(f"{owner}/{name}", commit, file)
                case [owner, name, "resolve", revision, file]:
                    self._resolve(f"{owner}/{name}", revision, file)
                case _:
                    self._answer(404, b"{}")

        def _huggingface_list(self, repository: str, revision: str) -> None:
            if self._faulty(hub.listing_faults) or self._locked():
                return
            found = hub.commit(repository, revision)
            if found is None:
                self._answer(404, b'{"error":"Repository not found"}')
                return
            commit, files = found
            siblings: list[dict[str, Any]] = [{"rfilename": "README.md", "size": 3, "blobId": "0" * 40}]
            for name, content in files.items():
                entry: dict[str, Any] = {"rfilename": name, "size": len(content)}
                if hub.tells_hashes:
                    entry["blobId"] = _blob(content)
                    if name.endswith(LARGE):
                        digest = hashlib.sha256(content).hexdigest()
                        entry["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 134}
                siblings.append(entry)
            listing = {"id": repository, "sha": commit, "siblings": siblings}
            self._answer(200, json.dumps(listing).encode(), {"Content-Type": "application/json"})

        def _modelscope_list(self, repository: str, revision: str) -> None:
            if self._faulty(hub.listing_faults):
                return
            found = hub.commit(repository, revision)
            if found is None:
                self._answer(404, b'{"Code":10010205001,"Success":false,"Message":"not found"}')
                return
            commit, files = found
            rows = [
                {
                    "Name": name,
                    "Path": name,
                    "Size": len(content),
                    "Sha256": hashlib.sha256(content).hexdigest(),
                    "Revision": commit,
                    "Type": "blob",
                }
                for name, content in files.items()
            ]
            listing = {"Code": 200, "Data": {"Files": rows}, "Success": True}
            self._answer(200, json.dumps(listing).encode(), {"Content-Type": "application/json"})

        def _resolve(self, repository: str, revision: str, name: str) -> None:
            found = hub.commit(repository, revision)
            if self._locked():
                return
            if found is None or name not in found[1]:
                self._answer(404, b"Entry not found")
                return
            commit, files = found
            headers = {
                "X-Repo-Commit": commit,
                "X-Linked-Size": str(len(files[name])),
                "X-Linked-Etag": f'"{hashlib.sha256(files[name]).hexdigest()}"',
                "Location": f"http://localhost:{hub.port}/cdn/{repository}/{commit}/{name}",
            }
            if hub.redirects or self.command == "HEAD":
                self._answer(302, b"", headers)
            else:
                self._bytes(repository, commit, name)

        def _bytes(self, repository: str, commit: str, name: str) -> None:
            if self._faulty(hub.faults):
                return
            fault = self._fault
            found = hub.commit(repository, commit)
            assert found is not None
            content = found[1][name] if fault.content is None else fault.content
            etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
            start, status, headers = 0, 200, {"ETag": etag, "Content-Type": "application/octet-stream"}
            wanted = self.headers.get("range", "")
            same = self.headers.get("if-range", etag) == etag
            if wanted and same and not fault.ignore_range:
                start = int(wanted.removeprefix("bytes=").partition("-")[0])
                if start >= len(content):
                    self._answer(416, b"", {"Content-Range": f"bytes */{len(content)}"})
                    return
                status = 206
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self._answer(status, content[start:], headers)

        def _locked(self) -> bool:
            if hub.token and self.headers.get("authorization") != f"Bearer {hub.token}":
                self._answer(401, b'{"error":"Invalid credentials"}')
                return True
            return False

        def _faulty(self, faults: deque[Fault]) -> bool:
            """Take the next fault; whether it is the whole answer already."""
            self._fault = faults.popleft() if faults else Fault()
            if self._fault.html:
                page = b"<!doctype html><title>Log in</title>" + b"x" * 3000
                self._answer(200, page, {"Content-Type": "text/html; charset=utf-8"})
            elif self._fault.status != 200:
                self._answer(self._fault.status, b"{}", self._fault.headers)
            return self._fault.html or self._fault.status != 200

        def _answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
            fault = getattr(self, "_fault", Fault())
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "HEAD":
                return
            end = len(content) if fault.cut_at is None else min(fault.cut_at, len(content))
            for at in range(0, end, _BLOCK):
                self.wfile.write(content[at : min(at + _BLOCK, end)])
                if hub.bytes_per_s:
                    time.sleep(_BLOCK / hub.bytes_per_s)
            if fault.cut_at is not None:
                self.wfile.flush()
                time.sleep(fault.stall_s)
                self.close_connection = True

    return Handler


def _blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
