"""The two hubs that models are fetched from: their addresses, and what their file lists mean.

Knows URLs and JSON, and sends nothing. A hub names the exact version of every file (a commit) and what it
holds (a sha256), so that a download can be gone on with days later and still be checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit

HUGGINGFACE, MODELSCOPE = "huggingface", "modelscope"
HUGGINGFACE_URL = "https://huggingface.co"
MODELSCOPE_URL = "https://www.modelscope.cn"


class UnreadableListing(ValueError):
    """What a hub said of its files is not what a hub says; the text says why."""


class MissingFiles(LookupError):
    """The repository has no such file; the argument is its name."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file at a hub: ``sha256`` of its bytes, or ``blob`` as git names them (SHA-1), "" when not told."""

    name: str
    size: int
    sha256: str
    blob: str
    url: str

    @property
    def key(self) -> str:
        """What tells this file from another version of it."""
        return (self.sha256 or self.blob)[:16]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one repository as they were at ``commit``."""

    source: str
    repository: str
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


class Hub(Protocol):
    """One of the two. ``token`` is sent to its own host and to no other."""

    @property
    def source(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def token(self) -> str: ...

    def listing_url(self, repository: str, revision: str) -> str:
        """Where the list of files is; ``revision`` "" is the newest."""

    def read_listing(self, listing: object, repository: str, revision: str, names: Sequence[str]) -> Snapshot:
        """The files ``names`` of the list; raises UnreadableListing or MissingFiles."""

    def page_of(self, repository: str) -> str:
        """Where people fetch the files by hand."""


@dataclass(frozen=True, slots=True)
class HuggingFace:
    """Hugging Face, or a mirror that speaks like it, at ``url``."""

    url: str = HUGGINGFACE_URL
    token: str = ""
    source: str = HUGGINGFACE
    name: str = "Hugging Face"

    def listing_url(self, repository: str, revision: str) -> str:
        return f"{self.url}/api/models/{repository}/revision/{quote(revision or 'main', safe='')}?blobs=true"

    def read_listing(self, listing: object, repository: str, revision: str, names: Sequence[str]) -> Snapshot:
        top = _mapping(listing)
        commit = _text(top, "sha")
        known = {_text(file, "rfilename"): file for file in map(_mapping, _sequence(top, "siblings"))}
        files = []
        for name in names:
            if name not in known:
                raise MissingFiles(name)
            file = known[name]
            large = file.get("lfs")
            large = large if isinstance(large, Mapping) else {}
            files.append(
                RemoteFile(
                    name,
                    _size(large if "size" in large else file, "size"),
                    _digest(large.get("sha256"), 64),
                    # Of a large file git knows only the pointer to it.
                    "" if large else _digest(file.get("blobId"), 40),
                    f"{self.url}/{repository}/resolve/{commit}/{quote(name)}",
                )
            )
        return Snapshot(self.source, repository, commit, tuple(files))

    def page_of(self, repository: str) -> str:
        return f"{self.url}/{repository}/tree/main"


@dataclass(frozen=True, slots=True)
class ModelScope:
    """ModelScope at ``url``. A file is fetched at the commit that last changed it."""

    url: str = MODELSCOPE_URL
    token: str = ""
    source: str = MODELSCOPE
    name: str = "ModelScope"

    def listing_url(self, repository: str, revision: str) -> str:
        wanted = quote(revision or "master", safe="")
        return f"{self.url}/api/v1/models/{repository}/repo/files?Revision={wanted}&Recursive=true"

    def read_listing(self, listing: object, repository: str, revision: str, names: Sequence[str]) -> Snapshot:
        data = _mapping(_mapping(listing).get("Data"))
        known = {_text(file, "Path"): file for file in map(_mapping, _sequence(data, "Files"))}
        files, commits = [], []
        for name in names:
            if name not in known:
                raise MissingFiles(name)
            file = known[name]
            commit = file.get("Revision")
            commit = commit if isinstance(commit, str) and commit else revision or "master"
            commits.append(commit)
            files.append(
                RemoteFile(
                    name,
                    _size(file, "Size"),
                    _digest(file.get("Sha256"), 64),
                    "",
                    f"{self.url}/models/{repository}/resolve/{quote(commit, safe='')}/{quote(name)}",
                )
            )
        # The files of a repository may have changed at different times; the first stands for them.
        return Snapshot(self.source, repository, commits[0] if commits else "", tuple(files))

    def page_of(self, repository: str) -> str:
        return f"{self.url}/models/{repository}/files"


def host_of(url: str) -> str:
    return urlsplit(url).hostname or url


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise UnreadableListing(f"an object was expected, not {type(value).__name__}")
    return value


def _sequence(value: Mapping[str, object], key: str) -> Sequence[object]:
    found = value.get(key)
    if not isinstance(found, list):
        raise UnreadableListing(f"{key!r} is no list")
    return found


def _text(value: Mapping[str, object], key: str) -> str:
    found = value.get(key)
    if not isinstance(found, str) or not found:
        raise UnreadableListing(f"{key!r} is missing")
    return found


def _size(value: Mapping[str, object], key: str) -> int:
    found = value.get(key)
    if type(found) is not int or found <= 0:
        raise UnreadableListing(f"{key!r} is no size")
    return found


def _digest(value: object, length: int) -> str:
    """``value`` as a hexadecimal digest of so many digits; "" when it is none."""
    if not isinstance(value, str) or len(value) != length:
        return ""
    return value.lower() if all(digit in "0123456789abcdef" for digit in value.lower()) else ""
