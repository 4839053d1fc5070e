"""The JSON of searches as types for the type checker. Loaded by nothing at run time.

The command line reads these shapes as they come, because building dataclasses, and importing what makes
them, would double the time a query takes. Client and service are of one version, so the shapes hold.
"""

from __future__ import annotations

from typing import TypedDict


class SearchJson(TypedDict):
    """The body of ``POST /v1/search``. Fields as in ``core.query.SearchRequest``; ``limit`` 0 means as
    many as the setting ``search.limit`` says."""

    text: str
    limit: int
    mode: str
    types: list[str]
    exts: list[str]
    folders: list[str]
    after: str
    before: str
    min_strength: str
    explain: bool
    rerank: bool | None


class SimilarJson(TypedDict):
    """The body of ``POST /v1/similar``. Fields as in ``core.query.SimilarRequest``; ``limit`` as above."""

    path: str
    limit: int
    types: list[str]
    exts: list[str]
    folders: list[str]
    after: str
    before: str
    min_strength: str
    explain: bool


class PassageJson(TypedDict):
    text: str
    line: int | None
    page: int | None
    unit: str
    member: str
    highlights: list[list[int]]


class HitJson(TypedDict):
    path: str
    uri: str
    kind: str
    score: float
    strength: str
    modified: str
    size: int
    passages: list[PassageJson]
    more_passages: int
    copies: list[str]
    near_duplicates: int
    width: int | None
    height: int | None
    taken: str
    colours: list[str]
    why: dict[str, object]


class ResponseJson(TypedDict):
    """What ``query --json`` prints."""

    query: str
    took_ms: float
    strength: str
    hits: list[HitJson]
    notices: list[str]
