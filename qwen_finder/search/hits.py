"""Ranked files become hits: those that still exist, copies folded, with what is known of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Generic, TypeVar

from qwen_finder.core.document import FileId
from qwen_finder.core.picture import StoredPicture
from qwen_finder.core.ports import CatalogFile
from qwen_finder.core.query import Hit, Passage, Strength
from qwen_finder.search.parse import iso_utc

Item = TypeVar("Item")

# What a model makes of one picture differs so much when its batch is another or its numbers are short.
SAME_LOOKS = 1e-3


@dataclass(slots=True)
class Shown(Generic[Item]):
    """A ranked item with the paths of its identical copies and how many files are almost the same."""

    item: Item
    copies: list[str] = field(default_factory=list)
    near_duplicates: int = 0


def present(
    ranked: Iterable[Item],
    limit: int,
    *,
    file_of: Callable[[Item], CatalogFile],
    looks_of: Callable[[Item], float | None] = lambda item: None,
    gone: Callable[[Sequence[FileId]], None],
    alike: Callable[[Item, Item], bool] = lambda first, second: False,
) -> list[Shown[Item]]:
    """The first ``limit`` items whose files still exist; identical ones, and those that are ``alike``, are
    folded into the best of them. ``gone`` is told the files that no longer exist.

    A picture without words has no content hash: ``looks_of`` gives its cosine to what is looked for, None for
    what was not looked at. Pictures of as many bytes and the same cosine are one picture.
    """
    shown: list[Shown[Item]] = []
    by_content: dict[str, Shown[Item]] = {}
    by_size: dict[int, list[tuple[float, Shown[Item]]]] = {}
    vanished: list[FileId] = []
    for item in ranked:
        if len(shown) >= limit:
            break
        file = file_of(item)
        if not os.path.lexists(file.path):
            vanished.append(file.id)
            continue
        looks = looks_of(item)
        same = by_content.get(file.content_hash) if file.content_hash else None
        if same is None and looks is not None:
            as_large = by_size.get(file.size, [])
            same = next((other for cosine, other in as_large if abs(cosine - looks) <= SAME_LOOKS), None)
        if same is not None:
            same.copies.append(file.path)
            continue
        near = next((other for other in shown if alike(other.item, item)), None)
        if near is not None:
            near.near_duplicates += 1
            continue
        shown.append(Shown(item))
        if file.content_hash:
            by_content[file.content_hash] = shown[-1]
        if looks is not None:
            by_size.setdefault(file.size, []).append((looks, shown[-1]))
    if vanished:
        gone(vanished)
    return shown


def make_hit(
    shown: Shown[Item],
    file: CatalogFile,
    *,
    score: float,
    strength: Strength,
    why: Mapping[str, object],
    passages: Sequence[Passage] = (),
    more_passages: int = 0,
    picture: StoredPicture | None = None,
) -> Hit:
    """The hit for ``file``; ``picture`` is what the index knows of one, if it is one."""
    return Hit(
        path=file.path,
        uri=PurePath(file.path).as_uri(),
        kind=file.kind,
        score=round(score, 4),
        strength=strength,
        modified=iso_utc(file.mtime_ns // 1_000_000_000),
        size=file.size,
        passages=tuple(passages),
        why=why,
        more_passages=more_passages,
        copies=tuple(shown.copies),
        near_duplicates=shown.near_duplicates,
        width=None if picture is None else picture.width,
        height=None if picture is None else picture.height,
        taken="" if picture is None or picture.taken is None else _camera_time(picture.taken),
        colours=() if picture is None else picture.colours,
    )


def _camera_time(seconds: int) -> str:
    """The time on the camera's clock, wherever that was: 2024-06-30T08:15:00."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (ValueError, OverflowError, OSError):
        return ""
