"""XMP: what photo programs write into a picture about it, as XML. Knows no picture formats."""

from __future__ import annotations

import io
from collections.abc import Mapping

from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.office.xml import END, START, DamagedXml, events

_MAX_BYTES = 2_000_000
_MAX_VALUES = 200
_MAX_CHARACTERS = 10_000
_NAMES = """
    title description subject creator Headline Location City State Country Rating PersonInImage
    DateTimeOriginal DateCreated Event"""
_PROPERTIES = frozenset(_NAMES.split())
_REGION_NAMES = ("Regions", "RegionList")
_ALTERNATIVES = frozenset({"title", "description", "Headline"})
"""One text in several languages: the first is the default."""


def properties(packet: bytes) -> Mapping[str, list[str]]:
    """Local name → its texts, for the properties that are words; of damaged XML those before it."""
    found: dict[str, list[str]] = {}
    inside: list[str] = []
    words = ""

    def keep(name: str, value: str) -> None:
        value = " ".join(clean(value).split())[:_MAX_CHARACTERS]
        values = found.setdefault(name, [])
        room = 1 if name in _ALTERNATIVES else _MAX_VALUES
        if value and value not in values and len(values) < room:
            values.append(value)

    try:
        for event, name, attributes in events(io.BytesIO(packet[:_MAX_BYTES].strip(b"\0 \r\n\t"))):
            if event == START:
                inside.append(name)
                words = ""
                for key, value in attributes.items():
                    if key in _PROPERTIES:
                        keep(key, value)
                    elif key == "Name" and _is_region(inside):
                        keep("PersonInImage", value)
            elif event == END:
                if words.strip():
                    property_ = _property(inside)
                    if property_:
                        keep(property_, words)
                words = ""
                inside.pop()
            else:
                words += name
    except DamagedXml:
        pass
    return {name: values for name, values in found.items() if values}


def _property(inside: list[str]) -> str:
    """The property that text within these elements belongs to: the innermost that is one."""
    if inside[-1] == "Name" and _is_region(inside):
        return "PersonInImage"
    near = [name for name in inside[-3:] if name in _PROPERTIES]
    return near[-1] if near else ""


def _is_region(inside: list[str]) -> bool:
    return any(name in _REGION_NAMES for name in inside)
