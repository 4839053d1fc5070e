"""The processes that a test has started, as the system sees them."""

from __future__ import annotations

import contextlib

import psutil


def children_with(word: str) -> list[psutil.Process]:
    """Children whose command line has ``word``. One that ended and is not waited for has none."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if word in " ".join(child.cmdline()):
                found.append(child)
    return found
