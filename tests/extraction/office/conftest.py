"""Office packages made part by part, with nothing in them but what a test is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest

Package = Callable[[Mapping[str, str | bytes]], bytes]

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ATTRIBUTES = f"""xmlns="urn:any" xmlns:w="urn:any" xmlns:a="urn:any" xmlns:p="urn:any" xmlns:mc="urn:any"
    xmlns:v="urn:any" xmlns:r="{_OFFICE}" """


@pytest.fixture
def package() -> Package:
    """``package(parts)``: a zip of these parts. "x.rels" may be written as lines of "id type target"."""

    def build(parts: Mapping[str, str | bytes]) -> bytes:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in parts.items():
                if isinstance(text, str):
                    text = _relations(text) if name.endswith(".rels") else _rooted(text)
                # The first part of an OpenDocument file is there to be seen without unpacking.
                archive.writestr(name, text, zipfile.ZIP_STORED if name == "mimetype" else None)
        return content.getvalue()

    return build


def _rooted(text: str) -> str:
    """With the namespaces that the text's prefixes need declared in its first element."""
    if not text.startswith("<") or text.startswith("<?"):
        return text
    end = min(at for at in (text.find(sign) for sign in (" ", ">", "/>")) if at > 0)
    return f"{text[:end]} {_ATTRIBUTES}{text[end:]}"


def _relations(lines: str) -> str:
    rows = [line.split() for line in lines.strip().splitlines()]
    return (
        "<Relationships>"
        + "".join(
            f'<Relationship Id="{identity}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for identity, kind, target in rows
        )
        + "</Relationships>"
    )
