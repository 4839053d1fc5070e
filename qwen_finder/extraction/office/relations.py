"""The parts of an OOXML package: how they belong together, their paragraphs, what they say of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from qwen_finder.extraction.office.package import DamagedPart, Package
from qwen_finder.extraction.office.transcript import one_line
from qwen_finder.extraction.office.xml import END, START, TEXT, DamagedXml, Event, events

_MAX_PROPERTY = 1000


class Relation(NamedTuple):
    """``kind`` is the last word of the relation's type ("slide", "footnotes"), ``target`` a part's name."""

    kind: str
    target: str


def part_events(package: Package, name: str) -> Iterator[Event]:
    """The XML of a part that may be missing or damaged: as much as can be read, then nothing more."""
    try:
        with package.open(name) as stream:
            yield from events(stream)
    except (DamagedPart, DamagedXml):
        return


def relations_of(package: Package, part: str) -> dict[str, Relation]:
    """The relations of a part by their id; those that lead out of the package are left out."""
    folder, name = posixpath.split(part)
    found: dict[str, Relation] = {}
    for kind, tag, attributes in part_events(package, posixpath.join(folder, "_rels", name + ".rels")):
        if kind == START and tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target if target.startswith("/") else posixpath.join("/" + folder, target)
            found[attributes.get("Id", "")] = Relation(
                attributes.get("Type", "").rpartition("/")[2], posixpath.normpath(path).lstrip("/")
            )
    return found


def main_part(package: Package, usual: str) -> str:
    """The part that holds the document itself: as the package says, else where it ``usual``ly is."""
    for relation in relations_of(package, "").values():
        if relation.kind == "officeDocument" and relation.target in package:
            return relation.target
    return usual


_CORE = {
    "title": "title",
    "creator": "author",
    "subject": "subject",
    "keywords": "keywords",
    "description": "description",
    "created": "created",
    "modified": "modified",
}


def properties_of(package: Package) -> dict[str, str]:
    """ "title", "author", "subject", "keywords", "description", "created", "modified": those that are set."""
    targets = (
        relation.target
        for relation in relations_of(package, "").values()
        if relation.kind == "core-properties"
    )
    return read_properties(part_events(package, next(targets, "docProps/core.xml")), _CORE)


def read_properties(source: Iterator[Event], names: dict[str, str]) -> dict[str, str]:
    """The texts of the elements in ``names`` (element → name of the property); repeated ones are joined."""
    found: dict[str, list[str]] = {}
    current, parts = "", list[str]()
    for kind, name, _ in source:
        if kind == START:
            current = names.get(name, "")
            parts.clear()
        elif kind == TEXT and current:
            parts.append(name)
        elif kind == END and current:
            value = one_line("".join(parts)[:_MAX_PROPERTY])
            if value and value not in found.setdefault(current, []):
                found[current].append(value)
            current = ""
    return {name: ", ".join(values)[:_MAX_PROPERTY] for name, values in found.items() if values}


def paragraphs(source: Iterator[Event]) -> Iterator[str]:
    """The paragraphs of a part that is plain text to us: a header, a footer, a note, a text box."""
    parts: list[str] = []
    in_text = False
    for kind, name, _ in source:
        if kind == TEXT and in_text:
            parts.append(name)
        elif kind != TEXT and name == "t":
            in_text = kind == START
        elif kind == END and name == "p":
            if text := one_line("".join(parts)):
                yield text
            parts.clear()
