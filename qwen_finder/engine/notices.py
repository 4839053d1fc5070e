"""Sentences for people who search about what the index does not hold yet."""

from __future__ import annotations

from collections.abc import Iterator


def waiting(pending: int, again: int) -> Iterator[str]:
    """What ``pending`` files mean for a search, when ``again`` of them were indexed as they were before."""
    if new := pending - again:
        files, are, they = ("files", "are", "they are") if new > 1 else ("file", "is", "it is")
        yield f"{new:,} {files} {are} found by name only until {they} indexed."
    if again:
        files, wait, what = ("files", "wait", "they") if again > 1 else ("file", "waits", "it")
        yield f"{again:,} {files} {wait} to be indexed again, and may be found by what {what} held before."


def unseen(pictures: int) -> Iterator[str]:
    """What ``pictures`` whose looks wait to be indexed mean for a search."""
    what, are = ("pictures", "are") if pictures > 1 else ("picture", "is")
    yield f"{pictures:,} {what} {are} not found by what can be seen on them yet."
