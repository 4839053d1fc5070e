"""XML as a stream of events, read in bounded memory and stopped wherever the reader likes.

Names come without their namespace: strict and transitional OOXML, and a drawing's text and a document's,
differ in nothing else that matters; only attributes that name a relation keep a prefix ("r:id"). Declared
entities are refused: office programs write none, and they can expand to gigabytes. This module knows no
format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.parsers import expat

_BLOCK = 1 << 16
_NAMESPACE_END = "\x7f"
_RELATIONS = frozenset(
    {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
)
_MAX_DEPTH = 100_000

START, END, TEXT = 0, 1, 2


class DamagedXml(Exception):
    """The stream is not well-formed from here on; what came before it stands."""


Event = tuple[int, str, Mapping[str, str]]
"""START, END or TEXT; the local name, or the text itself; the attributes by their local names."""

_NOTHING: Mapping[str, str] = {}


def events(stream: BinaryIO) -> Iterator[Event]:
    """The elements and texts of ``stream``, in order. Raises DamagedXml after the last sound one."""
    parser = expat.ParserCreate(namespace_separator=_NAMESPACE_END)
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartDoctypeDeclHandler = _refuse
    pending: list[Event] = []
    local: dict[str, str] = {}
    depth = 0

    def short(name: str) -> str:
        found = local.get(name)
        if found is None:
            namespace, _, found = name.rpartition(_NAMESPACE_END)
            if namespace in _RELATIONS:
                found = "r:" + found
            if len(local) < 10_000:
                local[name] = found
        return found

    def start(name: str, flat: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise DamagedXml("it nests too deeply")
        attributes = {short(flat[at]): flat[at + 1] for at in range(0, len(flat), 2)} if flat else _NOTHING
        pending.append((START, short(name), attributes))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        pending.append((END, short(name), _NOTHING))

    def text(content: str) -> None:
        pending.append((TEXT, content, _NOTHING))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    damage: DamagedXml | None = None
    while damage is None:
        try:
            block = stream.read(_BLOCK)
            parser.Parse(block, not block)
        except (expat.ExpatError, LookupError, ValueError) as error:
            # Those that are not of expat: an encoding that does not exist, or that it does not know.
            damage = DamagedXml(str(error))
        except DamagedXml as error:
            damage = error
        yield from pending
        pending.clear()
        if damage is None and not block:
            return
    raise damage


def _refuse(name: str, system: str | None, public: str | None, has_declarations: int) -> None:
    if has_declarations:
        raise DamagedXml("it declares entities of its own, as no office program does")
