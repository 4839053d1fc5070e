"""The OpenAI protocol for embeddings, as SGLang, vLLM, TEI and llama-server speak it: a request, an answer.

Whatever a server may do wrong (be away, be slow, ask for patience, answer with a web page or with vectors
that are none) becomes a RemoteModelError that says so. It knows nothing of models, batches or retries.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qwen_finder.core.errors import RemoteModelError
from qwen_finder.models.remote_address import RemoteAddress

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

# A batch of 32 passages as JSON numbers of 4,096 dimensions each is 3 MB.
_MOST_BYTES = 64 << 20

UNREACHABLE = "model.unreachable"
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
TOO_LONG = frozenset({400, 413, 422})


class Refused(RemoteModelError):
    """The server answered with an error ``status``; ``wait_s`` is how long it asks to wait, 0 if not."""

    def __init__(self, code: str, message: str, hint: str, status: int, wait_s: float) -> None:
        super().__init__(code, message, hint)
        self.status = status
        self.wait_s = wait_s


class Protocol:
    """``noted`` is told each request before it is made. Thread-safe."""

    def __init__(self, address: RemoteAddress, key: str, noted: Callable[[], None]) -> None:
        self._address = address
        self._key = key
        self._noted = noted
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if address.local:
            # A proxy is for the way out.
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def models(self, timeout_s: float) -> list[dict[str, Any]]:
        """What the server says of its models; [] when it does not say."""
        try:
            answer = self._exchange("/models", None, timeout_s)
        except Refused as error:
            if error.status in (401, 403):
                raise
            return []
        listed = answer.get("data") if isinstance(answer, dict) else None
        return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []

    def embed(self, model: str, texts: Sequence[str], timeout_s: float) -> Vectors:
        """The vectors of ``texts`` in their order, as the server gives them."""
        answer = self._exchange(
            "/embeddings", {"model": model, "input": [_sendable(text) for text in texts]}, timeout_s
        )
        try:
            rows = sorted(answer["data"], key=lambda row: int(row["index"]))
            if [int(row["index"]) for row in rows] != list(range(len(texts))):
                raise ValueError("other texts than were sent")
            matrix = np.array([row["embedding"] for row in rows], dtype=np.float32)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self._strange("its answer holds no vectors for what was sent") from error
        if matrix.ndim != 2 or not matrix.shape[1]:
            raise self._strange("its vectors are not all of one length")
        lengths = np.linalg.norm(matrix.astype(np.float64), axis=1)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise self._strange("it gave a vector that is zero or not a number", "model.broken")
        return matrix

    def _exchange(self, path: str, body: object, timeout_s: float) -> Any:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        content = None if body is None else json.dumps(body).encode("ascii")
        request = urllib.request.Request(self._address.base + path, content, headers)
        self._noted()
        try:
            with self._opener.open(request, timeout=timeout_s) as answer:
                received = answer.read(_MOST_BYTES + 1)
                promised = answer.headers.get("Content-Length", "")
                if promised.isdecimal() and len(received) < min(int(promised), _MOST_BYTES):
                    raise http.client.IncompleteRead(received)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or str(error) or type(error).__name__
            raise RemoteModelError(
                UNREACHABLE,
                f"The embedding server {self._address.host} cannot be reached ({reason}).",
                "Start it, or check the address and the network; it is tried again by itself.",
            ) from error
        if len(received) > _MOST_BYTES:
            raise self._strange("its answer is far too long")
        try:
            return json.loads(received)
        except (ValueError, RecursionError) as error:
            raise self._strange("its answer is no JSON: something else listens there") from error

    def _refused(self, error: urllib.error.HTTPError) -> Refused:
        status, host = error.code, self._address.host
        if status in (401, 403):
            return Refused(
                "model.key",
                f"The embedding server {host} does not accept the key (status {status}).",
                "Set QWEN_FINDER_OPENAI_KEY to its key and restart the service (`qwen-finder service stop`).",
                status,
                0.0,
            )
        if status in PASSING:
            return Refused(
                UNREACHABLE,
                f"The embedding server {host} is not ready (status {status}).",
                "It is tried again by itself.",
                status,
                _patience(error.headers.get("Retry-After", "")),
            )
        return Refused(
            "model.remote",
            f"The embedding server {host} refused a request (status {status}): {_said(error)}",
            "Check the address, which mostly ends in /v1, and the name of the model after #.",
            status,
            0.0,
        )

    def _strange(self, what: str, code: str = "model.remote") -> RemoteModelError:
        return RemoteModelError(
            code,
            f"The embedding server {self._address.host} does not answer as one: {what}.",
            "Check the address, which mostly ends in /v1, and that the model there is one for embeddings.",
        )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Texts, and the key, go where the user said and nowhere else."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        return None


def _sendable(text: str) -> str:
    """Half of a pair of surrogates is no text to anybody else, and ends some servers."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _patience(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 300.0)
    except ValueError:
        return 0.0


def _said(error: urllib.error.HTTPError) -> str:
    """A line of what the server says of its refusal."""
    try:
        text = error.read(2_000).decode("utf-8", "replace")
    except OSError:
        text = ""
    return " ".join(text.split())[:200] or "no reason given"
