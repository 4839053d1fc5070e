"""The part of the client that a window needs: looking into files, failures, exclusions, privacy."""

from __future__ import annotations

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol, TypeVar

    from qwen_finder.core.desk import FilePreview, PrivacyReport
    from qwen_finder.core.query import Passage

    Item = TypeVar("Item")

    class _Asks(Protocol):
        def _ask(
            self,
            decode: Callable[[object], Item],
            method: str,
            target: str,
            body: object = None,
            *,
            timeout_s: float = ...,
            repeat: bool = ...,
        ) -> Item: ...

        def _fetch(
            self, method: str, target: str, content: bytes, timeout_s: float, *, repeat: bool
        ) -> bytes: ...


# A reader may take its time over one file; forgetting waits for what is in flight.
_SLOW_S = 600.0


class DeskClient:
    """A mix-in of ``Client``; every method raises FinderError and nothing else."""

    def preview(
        self: _Asks,
        path: str,
        *,
        page: int | None = None,
        line: int | None = None,
        member: str = "",
        query: str = "",
    ) -> FilePreview:
        """What can be shown of the indexed file at ``path`` around a place; what answers ``query`` is marked.

        UsageError "file.unknown" for what is not in the index; a file that cannot be read has a ``reason``.
        """
        from qwen_finder.api.wire.desk import preview_from_json

        target = _target("/v1/preview", path=path, page=page, line=line, member=member, query=query)
        return self._ask(preview_from_json, "GET", target, timeout_s=_SLOW_S)

    def preview_page(self: _Asks, path: str, page: int, width: int, query: str = "") -> bytes:
        """Page ``page`` (from 1) of an indexed document as a WebP ``width`` pixels wide, with what answers
        ``query`` boxed. UsageError "file.unknown", "preview.page", "preview.form"; FileError.
        """
        target = _target("/v1/preview/page", path=path, page=page, width=width, query=query)
        return self._fetch("GET", target, b"", _SLOW_S, repeat=True)

    def passages(self: _Asks, path: str, query: str) -> list[Passage]:
        """Every passage of the indexed file at ``path`` that answers ``query``, best first."""
        from qwen_finder.api.wire.desk import passages_from_json

        return self._ask(passages_from_json, "POST", "/v1/passages", {"path": path, "query": query})

    def retry(self: _Asks, paths: Sequence[str] = ()) -> int:
        """Have files that failed tried again, all that did when ``paths`` is empty; how many they are."""
        return self._ask(_count, "POST", "/v1/failures/retry", {"paths": list(paths)}, timeout_s=_SLOW_S)

    def excluded(self: _Asks) -> list[str]:
        """The files and folders that were excluded, by their paths."""
        return self._ask(_paths, "GET", "/v1/exclusions")

    def exclude(self: _Asks, path: str) -> list[str]:
        """Leave a file or folder out from now on, and remove it from the index; what is excluded then."""
        return self._ask(_paths, "POST", "/v1/exclusions", {"path": path}, timeout_s=_SLOW_S)

    def include(self: _Asks, path: str) -> list[str]:
        """Take back an ``exclude``; what is excluded then."""
        return self._ask(_paths, "DELETE", "/v1/exclusions", {"path": path}, timeout_s=_SLOW_S)

    def privacy(self: _Asks) -> PrivacyReport:
        """What is kept where, and which connections were made."""
        from qwen_finder.api.wire.desk import privacy_from_json

        return self._ask(privacy_from_json, "GET", "/v1/privacy", timeout_s=_SLOW_S)

    def forget_everything(self: _Asks) -> None:
        """Remove the index, thumbnails and list of folders from the disk. Models and settings stay."""
        self._ask(_nothing, "POST", "/v1/privacy/forget", {"everything": True}, timeout_s=_SLOW_S)


def _target(route: str, path: str, **values: str | int | None) -> str:
    import os
    from urllib.parse import quote, quote_from_bytes

    given = {name: str(value) for name, value in values.items() if value not in (None, "")}
    others = "".join(f"&{name}={quote(value, safe='', errors='replace')}" for name, value in given.items())
    return f"{route}?path={quote_from_bytes(os.fsencode(path))}{others}"


def _count(value: object) -> int:
    from qwen_finder.api.wire.fields import Fields

    return Fields(value, "the answer").integer("files")


def _paths(value: object) -> list[str]:
    from qwen_finder.api.wire.fields import Fields

    return list(Fields(value, "the answer").texts("excluded"))


def _nothing(value: object) -> None:
    from qwen_finder.api.wire.fields import Fields

    Fields(value, "the answer")
