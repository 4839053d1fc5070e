"""Servers that speak the OpenAI protocol: llama.cpp's own as a process, and one of ours that misbehaves."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from fakes.embedder import HashingEmbedder


@contextmanager
def llama_server(model: Path) -> Iterator[str]:
    """The base URL of llama-cpp-python's own server with ``model``, which takes seconds to start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--embedding", "true",
        "--n_ctx", "512", "--n_threads", "1", "--host", "127.0.0.1", "--port", str(port),
        "--model_alias", "starter",
    ]  # fmt: skip
    base = f"http://127.0.0.1:{port}/v1"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while not _answers(f"{base}/models"):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield base
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


class EmbeddingServer:
    """Embeds as ``HashingEmbedder`` does, and whatever ``harm`` says instead. ``asked`` holds the texts of
    each request, ``keys`` the keys they came with; ``harmed`` counts down how often harm is still done.
    """

    def __init__(self) -> None:
        self.harm = ""
        self.harmed = 10**9
        self.key = ""
        self.dimensions = 24
        self.model = "hashing"
        self.asked: list[list[str]] = []
        self.keys: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                """Tests are quiet."""

            def do_GET(self) -> None:
                self._answer(200, {"object": "list", "data": [{"id": server.model, "max_model_len": 256}]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.keys.append(self.headers.get("Authorization", ""))
                if server.key and self.headers.get("Authorization") != f"Bearer {server.key}":
                    return self._answer(401, {"error": "no key"})
                server.asked.append(body["input"])
                if server.harm and server.harmed > 0:
                    server.harmed -= 1
                    return self._harm(server.harm, body["input"])
                return self._answer(200, server.embed(body["input"]))

            def _harm(self, harm: str, texts: list[str]) -> None:
                answer = server.embed(texts)
                rows: list[Any] = answer["data"]
                if harm == "html":
                    return self._send(200, b"<html>Welcome to the router</html>", "text/html")
                if harm.isdecimal():
                    return self._answer(int(harm), {"error": harm}, {"Retry-After": "0.05"})
                if harm == "redirect":
                    return self._answer(307, {}, {"Location": "http://127.0.0.1:9/v1/embeddings"})
                if harm == "slow":
                    time.sleep(1.0)
                elif harm == "cut":
                    return self._send(200, json.dumps(answer).encode()[:100], length=5_000)
                elif harm == "nan":
                    rows[-1]["embedding"][0] = float("nan")
                elif harm == "zero":
                    rows[-1]["embedding"] = [0.0] * server.dimensions
                elif harm == "size":
                    rows[-1]["embedding"] = [1.0] * (server.dimensions + 1)
                elif harm == "all sizes":
                    for row in rows:
                        row["embedding"] = [1.0] * (server.dimensions + 1)
                elif harm == "fewer":
                    rows.pop()
                elif harm == "words":
                    rows[0]["embedding"] = "a b c"
                elif harm == "long" and max(map(len, texts)) > 300:
                    return self._answer(400, {"error": "maximum context length"})
                return self._answer(200, answer)

            def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
                self._send(status, json.dumps(body).encode(), headers=headers)

            def _send(
                self,
                status: int,
                content: bytes,
                kind: str = "application/json",
                *,
                length: int | None = None,
                headers: dict[str, str] | None = None,
            ) -> None:
                self.send_response(status)
                sent = {"Content-Type": kind, "Content-Length": str(length or len(content))}
                for name, value in {**sent, **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def embed(self, texts: list[str]) -> dict[str, Any]:
        vectors = HashingEmbedder(self.dimensions).embed_documents(texts) * 3
        rows = [
            {"object": "embedding", "index": number, "embedding": vector.tolist()}
            for number, vector in enumerate(vectors)
        ]
        return {"object": "list", "data": rows[::-1], "model": self.model}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
