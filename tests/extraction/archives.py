"""Archives made in memory, for the tests of everything that reads them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping

import py7zr

Files = Mapping[str, bytes | str]


def content_of(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text


def zipped(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files: Files) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content_of(content))
            archive.addfile(entry, io.BytesIO(content_of(content)))
    return out.getvalue()


def seven_zipped(files: Files, password: str | None = None, *, hide_names: bool = False) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=hide_names) as archive:
        archive.set_encoded_header_mode(password is not None)
        for name, content in files.items():
            archive.writestr(content_of(content), name)
    return out.getvalue()
