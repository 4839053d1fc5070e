"""Vectors remembered for a while, within a bound."""

from __future__ import annotations

import numpy as np

from qwen_finder.indexing.recent import RecentVectors


def test_the_least_recently_used_are_forgotten_first() -> None:
    vector = np.ones(4, dtype=np.float32)
    recent = RecentVectors(capacity_bytes=2 * vector.nbytes)
    recent.add("a", vector)
    recent.add("b", vector)
    assert recent.get("a") is vector
    recent.add("c", vector)
    assert recent.get("b") is None
    assert recent.get("a") is vector
    assert recent.get("c") is vector


def test_a_passage_is_counted_once() -> None:
    vector = np.ones(4, dtype=np.float32)
    recent = RecentVectors(capacity_bytes=2 * vector.nbytes)
    recent.add("a", vector)
    for _ in range(5):
        recent.add("b", vector)
    assert recent.get("a") is vector
