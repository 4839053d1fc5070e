"""Segments put together into blocks: what is cut into chunks as one.

A block is one section, or several tiny neighbours that would be poor passages by themselves. It knows the
lines of its segments, so that a chunk anywhere in it can say on which line it stands.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qwen_finder.core.document import Segment, Unit

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Segments that touch. ``path`` holds what they have in common."""

    segments: tuple[Segment, ...]
    path: Path

    @property
    def text(self) -> str:
        if len(self.segments) == 1:
            return self.segments[0].text
        return "".join(segment.text for segment in self.segments)

    @property
    def start(self) -> int:
        return self.segments[0].start

    @property
    def first(self) -> Segment:
        """The segment whose place stands for the block's: all have its page and member."""
        return self.segments[0]


def blocks_of(
    segments: Sequence[Segment], estimate: Callable[[str], int], budget: int, tiny: int
) -> Iterator[Block]:
    """``segments`` in order, as blocks.

    Segments of one path are one block. Tiny blocks (fewer than ``tiny`` estimated tokens) join their
    neighbours below the same heading, as long as the whole stays within ``budget``.
    """
    group: list[Segment] = []
    group_path: Path = ()
    group_tokens = 0
    for section in _sections(segments):
        path = section[0].path
        tokens = sum(estimate(segment.text) for segment in section)
        joins = (
            group
            and (tokens < tiny or group_tokens < tiny)
            and group_tokens + tokens <= budget
            and _touch(group[-1], section[0])
            and _related(group_path, path)
        )
        if joins:
            group += section
            group_path = (
                path if _is_above(group_path, path) and group_tokens < tiny else _common(group_path, path)
            )
            group_tokens += tokens
            continue
        if group:
            yield Block(tuple(group), group_path)
        group, group_path, group_tokens = list(section), path, tokens
    if group:
        yield Block(tuple(group), group_path)


def _sections(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Runs of segments that touch and have the same path, page and member."""
    run: list[Segment] = []
    for segment in segments:
        if not segment.text:
            continue
        if run and not (segment.path == run[-1].path and _touch(run[-1], segment)):
            yield run
            run = []
        run.append(segment)
    if run:
        yield run


def _touch(before: Segment, after: Segment) -> bool:
    return (
        before.start + len(before.text) == after.start
        and before.page == after.page
        and not _skips_rows(before, after)
        and before.member == after.member
    )


def _skips_rows(before: Segment, after: Segment) -> bool:
    """Whether rows of a sheet lie between the two: counted on in one passage, they would be wrong."""
    return after.unit is Unit.SHEET and before.line + before.text.count("\n") != after.line


def _related(one: Path, other: Path) -> bool:
    """Siblings, or one above the other."""
    return one[:-1] == other[:-1] or _is_above(one, other) or _is_above(other, one)


def _is_above(outer: Path, inner: Path) -> bool:
    return len(outer) <= len(inner) and inner[: len(outer)] == outer


def _common(one: Path, other: Path) -> Path:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return one[:length]


class LineFinder:
    """Lines of offsets in ``segments`` (ascending, touching), quick when asked roughly in order."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._starts = [segment.start for segment in segments]
        self._index = 0
        self._offset = 0
        self._line = segments[0].line

    def at(self, offset: int) -> int:
        """The line on which the character at this document offset stands; 0 where lines lead nowhere."""
        index = bisect_right(self._starts, offset) - 1
        segment = self._segments[index]
        if not segment.line:
            return 0
        local = offset - segment.start
        if index != self._index:
            self._index, self._offset, self._line = index, 0, segment.line
        if local >= self._offset:
            self._line += segment.text.count("\n", self._offset, local)
        else:
            self._line -= segment.text.count("\n", local, self._offset)
        self._offset = local
        return self._line
