"""What the program brings along may be used and passed on: the licence of every installed package it needs.

Licences move between releases of one package, so the installed ones are asked and no list is trusted.
"""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

FORBIDDEN = re.compile(
    r"AGPL|AFFERO|SSPL|SERVER[ -]SIDE PUBLIC|ELASTIC|BUSL|BUSINESS SOURCE|NON-?COMMERCIAL|\bNC\b"
    r"|COMMONS CLAUSE|POLYFORM|(?<!LESSER )(?<!LIBRARY )GENERAL PUBLIC LICENSE|(?<![A-Z])GPL",
    re.IGNORECASE,
)
"""Licences that keep others from using or passing on the program, or that would become its own."""

RECOGNISED = re.compile(
    r"MIT|BSD|Apache|MPL|Mozilla|PSF|Python Software|ISC|Zlib|Unlicense|LGPL|Lesser General Public|HPND",
    re.IGNORECASE,
)

REVIEWED: dict[str, str] = {"resvg-py": "MIT, by the text of its LICENSE file"}
"""Packages whose metadata names no licence that is recognised → which one it is and where that is said."""

_CHOICE = re.compile(r"\s+OR\s+")
_TITLE_CHARACTERS = 120
_LICENCE_FILE = re.compile(r"[^/]+\.dist-info/(licenses/)?(LICEN[CS]E|COPYING)[^/]*", re.IGNORECASE)


def needed() -> dict[str, importlib.metadata.Distribution]:
    """Every installed package that the program needs here, and those that they need, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project.get("optional-dependencies", {}).values()
    lines = [*project["dependencies"], *(line for lines in optional for line in lines)]
    todo = [Requirement(line) for line in lines]
    seen: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, importlib.metadata.Distribution] = {}
    while todo:
        wanted = todo.pop()
        key = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if key in seen or not _applies(wanted, frozenset({""})):
            continue
        seen.add(key)
        found[key[0]] = importlib.metadata.distribution(wanted.name)
        following = map(Requirement, found[key[0]].requires or ())
        for requirement in following:
            if _applies(requirement, frozenset({"", *wanted.extras})):
                requirement.marker = None
                todo.append(requirement)
    return found


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def said(package: importlib.metadata.Distribution) -> Iterator[str]:
    """What a package says of its licence: expression, classifiers, field, and the titles of its files."""
    metadata = package.metadata
    yield from metadata.get_all("License-Expression") or ()
    yield from (line for line in metadata.get_all("Classifier") or () if line.startswith("License ::"))
    yield from (field[:_TITLE_CHARACTERS] for field in metadata.get_all("License") or ())


def titles(package: importlib.metadata.Distribution) -> Iterator[str]:
    """The beginnings of its own licence files."""
    for file in package.files or ():
        if _LICENCE_FILE.fullmatch(file.as_posix()):
            yield " ".join(file.read_text("utf-8").split())[:_TITLE_CHARACTERS]


def binds(licence: str) -> bool:
    """No way to take the package is free. Who is offered several licences (``A OR B``) takes the best one."""
    if "(" in licence and _CHOICE.search(licence):
        # Whether all of it is a choice cannot be told without reading the brackets.
        return FORBIDDEN.search(licence) is not None
    return all(FORBIDDEN.search(choice) for choice in _CHOICE.split(licence))


PACKAGES = needed()


@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_the_licence_of_every_package_is_a_free_one(name: str) -> None:
    licences = [*said(PACKAGES[name]), *titles(PACKAGES[name])]
    assert not [licence for licence in licences if binds(licence)]
    assert name in REVIEWED or any(RECOGNISED.search(licence) for licence in said(PACKAGES[name]))


def test_nothing_is_reviewed_that_is_not_needed() -> None:
    assert set(REVIEWED) <= set(PACKAGES)


def test_the_packages_of_packages_are_looked_at() -> None:
    assert {"lancedb", "pyarrow", "numpy", "jinja2", "markupsafe"} <= set(PACKAGES)


@pytest.mark.parametrize(
    "licence",
    [
        "AGPL-3.0-or-later",
        "License :: OSI Approved :: GNU Affero General Public License v3",
        "SSPL-1.0",
        "Elastic-2.0",
        "Elastic License 2.0 (ELv2)",
        "BUSL-1.1",
        "Business Source License 1.1",
        "CC-BY-NC-4.0",
        "Free for non-commercial use",
        "PolyForm-Noncommercial-1.0.0",
        "GPL-3.0-only",
        "GPL-2.0-only OR GPL-3.0-only",
        "(MIT OR Apache-2.0) AND GPL-3.0-only",
        "License :: OSI Approved :: GNU General Public License v2 (GPLv2)",
    ],
)
def test_licences_that_bind_are_told(licence: str) -> None:
    assert binds(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "LGPL-2.1-or-later",
        "GNU Lesser General Public License v2 or later (LGPLv2+)",
        "MPL-2.0",
        "0BSD",
        "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
    ],
)
def test_licences_that_do_not_bind_are_let_through(licence: str) -> None:
    assert not binds(licence)
    assert RECOGNISED.search(licence)
