"""HTTP as downloads need it: offsets, redirects, the proxies of the environment, and errors in two kinds.

What may pass (a line that broke, a server that is busy) is Trouble and tried again; what will not is Refused.
A token goes to the host it was made for and to no other, whatever a redirect says. ``httpx2`` is imported
with the first request: only a process that downloads pays for it.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qwen_finder import __version__
from qwen_finder.core.connections import Connections
from qwen_finder.models.hubs import host_of
from qwen_finder.models.patience import Halt, Patience, retry_after

if TYPE_CHECKING:
    import httpx2 as httpx

_LONGEST_LISTING = 32 << 20
_REDIRECTS = 10


class Trouble(Exception):
    """It did not work now. ``code`` and the sentence say what; ``wait_s`` is what the server asks to wait."""

    def __init__(self, code: str, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.wait_s = wait_s


class Refused(Exception):
    """It will not work, however often it is asked. ``status`` is that of HTTP, 0 for another reason."""

    def __init__(self, code: str, message: str, hint: str, status: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for a GET: ``start`` is the offset of the first byte, ``total`` the length of the whole file
    (None when not told), ``parts`` the bytes."""

    start: int
    total: int | None
    etag: str
    html: bool
    parts: Iterator[bytes]


class Web:
    """``why`` is noted in ``connections`` beside each host. To be closed; for one thread at a time."""

    def __init__(self, patience: Patience, connections: Connections, why: str) -> None:
        import httpx2 as httpx

        self._patience = patience
        self._connections = connections
        self._why = why
        timeout = httpx.Timeout(patience.silence_s, connect=patience.connect_s)
        try:
            self._client = httpx.Client(
                timeout=timeout,
                follow_redirects=True,
                max_redirects=_REDIRECTS,
                headers={"User-Agent": f"qwen-finder/{__version__}", "Accept-Encoding": "identity"},
                event_hooks={"request": [self._note]},
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise Refused(
                "download.proxy",
                f"The proxy that the environment names cannot be used ({error}).",
                "Check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY; http:// and https:// proxies are understood.",
            ) from error

    def close(self) -> None:
        self._client.close()

    def read_json(self, url: str, token: str, halt: Halt) -> object:
        """The JSON value at ``url``. Raises Trouble or Refused."""
        with self._open(url, token, {}, halt) as response:
            content = bytearray()
            for part in self._parts(response, url):
                halt.check()
                content += part
                if len(content) > _LONGEST_LISTING:
                    raise Refused("download.foreign", f"{host_of(url)} sends no end of a file list.", "")
            try:
                value: object = json.loads(bytes(content))
            except (ValueError, RecursionError):
                raise foreign(url) from None
            return value

    def head(self, url: str, token: str, halt: Halt) -> Mapping[str, str]:
        """What the hub itself says of the file at ``url``: the redirect is not followed."""
        halt.check()
        with self._mapped(url):
            response = self._client.head(url, headers=_authorised(token), follow_redirects=False)
        if response.status_code >= 400:
            raise _unhappy(response, url)
        return response.headers

    @contextlib.contextmanager
    def get(self, url: str, token: str, *, start: int, etag: str, halt: Halt) -> Iterator[Answer]:
        """The file at ``url`` from byte ``start`` on, if the server can do that and ``etag`` (when known) is
        still its version; from the first byte otherwise. Raises Trouble or Refused, while reading too."""
        headers = {}
        if start:
            headers["Range"] = f"bytes={start}-"
            if etag and not etag.startswith("W/"):
                headers["If-Range"] = etag
        with self._open(url, token, headers, halt) as response:
            first, total = _extent(response)
            kind = response.headers.get("content-type", "")
            yield Answer(
                first,
                total,
                response.headers.get("etag", ""),
                kind.startswith("text/html"),
                self._parts(response, url),
            )

    @contextlib.contextmanager
    def _open(self, url: str, token: str, headers: Mapping[str, str], halt: Halt) -> Iterator[httpx.Response]:
        halt.check()
        request = self._client.build_request("GET", url, headers={**headers, **_authorised(token)})
        with self._mapped(url):
            response = self._client.send(request, stream=True)
        try:
            halt.watch(lambda: _cut(response))
            if response.status_code >= 400:
                raise _unhappy(response, url)
            yield response
        finally:
            halt.watch(None)
            response.close()

    def _parts(self, response: httpx.Response, url: str) -> Iterator[bytes]:
        with self._mapped(url):
            # As it comes: blocks of one size would be held back until they are full, and lost with the line.
            yield from response.iter_raw()

    def _note(self, request: httpx.Request) -> None:
        self._connections.note(request.url.host, self._why)

    @contextlib.contextmanager
    def _mapped(self, url: str) -> Iterator[None]:
        """What httpx raises, as ours."""
        import httpx2 as httpx

        host = host_of(url)
        try:
            yield
        except httpx.ConnectError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Refused(
                    "download.certificate",
                    f"{host} does not prove who it is ({error}).",
                    "If your network inspects traffic, set SSL_CERT_FILE to its certificate.",
                ) from error
            raise Trouble("download.unreachable", f"{host} cannot be reached ({error}).") from error
        except httpx.ConnectTimeout as error:
            raise Trouble(
                "download.unreachable", f"{host} cannot be reached (it does not answer)."
            ) from error
        except httpx.TimeoutException as error:
            silence = f"{self._patience.silence_s:.0f}"
            raise Trouble("download.stalled", f"{host} sent nothing for {silence} s.") from error
        except httpx.TooManyRedirects as error:
            raise Refused("download.foreign", f"{host} redirects without an end.", _TRY_ANOTHER) from error
        except httpx.ProxyError as error:
            raise Trouble(
                "download.unreachable", f"The proxy does not let us to {host} ({error})."
            ) from error
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise Refused("download.address", f"{url} is no address ({error}).", _TRY_ANOTHER) from error
        except (httpx.HTTPError, OSError, ssl.SSLError) as error:
            raise Trouble("download.broken", f"The connection to {host} broke ({error}).") from error


_TRY_ANOTHER = (
    "Check HF_ENDPOINT, or choose the other hub: `qwen-finder config set download.source modelscope`."
)


def foreign(url: str) -> Refused:
    """Something answers that is no hub: the page of a network that wants a login, mostly."""
    return Refused(
        "download.foreign",
        f"{host_of(url)} answers with a page for people, not with the file.",
        "A network that asks for a login or a blocking proxy does that: open the address in a browser.",
    )


def _authorised(token: str) -> dict[str, str]:
    # httpx takes it out of a request that a redirect sends to another host.
    return {"Authorization": f"Bearer {token}"} if token else {}


def _extent(response: httpx.Response) -> tuple[int, int | None]:
    """Offset of the first byte that comes, and length of the whole file when it is told."""
    length = response.headers.get("content-length", "")
    if response.status_code != 206:
        return 0, int(length) if length.isdigit() else None
    unit, _, rest = response.headers.get("content-range", "").partition(" ")
    span, _, total = rest.partition("/")
    start = span.partition("-")[0]
    if unit != "bytes" or not start.isdigit():
        raise Trouble("download.broken", f"{response.url.host} sends a part and does not say which.")
    return int(start), int(total) if total.isdigit() else None


def _unhappy(response: httpx.Response, url: str) -> Trouble | Refused:
    status, host = response.status_code, host_of(url)
    if status == 416:
        return Trouble("download.range", f"{host} has no more of the file than is here already.")
    if status in (401, 403):
        return Refused(
            "download.denied",
            f"{host} does not give the file to us (HTTP {status}).",
            "If the model asks for it, accept its licence at the hub and set HF_TOKEN to a token of yours; "
            "a token that has ended denies public files too.",
            status,
        )
    if status in (404, 410):
        return Refused(
            "download.gone", f"{host} has no such file (HTTP {status}): {url}", _TRY_ANOTHER, status
        )
    if status in (408, 425, 429) or status >= 500:
        wait_s = retry_after(response.headers.get("retry-after"))
        what = "asks for patience" if status == 429 else "has a problem"
        return Trouble("download.busy", f"{host} {what} (HTTP {status}).", wait_s)
    return Refused("download.foreign", f"{host} answers with HTTP {status}.", _TRY_ANOTHER, status)


def _cut(response: httpx.Response) -> None:
    """Wake whoever waits for bytes of ``response``; closing it from another thread would not."""
    stream: Any = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
