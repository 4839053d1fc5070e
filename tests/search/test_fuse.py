"""Reciprocal rank fusion, by hand."""

from __future__ import annotations

import pytest

from qwen_finder.search.fuse import Found, K, fuse


def test_scores_by_hand() -> None:
    fused = fuse(
        {
            "vectors": [Found(1, 0.9, 11), Found(2, 0.8, 21)],
            "text": [Found(2, 7.0, 21), Found(3, 5.0, 31)],
        },
        {"vectors": 1.0, "text": 0.5},
    )
    best = 1.5 / 61
    assert [item.file for item in fused] == [2, 1, 3]
    assert fused[0].score == pytest.approx((1 / 62 + 0.5 / 61) / best)
    assert fused[1].score == pytest.approx((1 / 61) / best)
    assert fused[2].score == pytest.approx((0.5 / 62) / best)
    assert fused[0].ranks == {"vectors": 2, "text": 1}
    assert fused[0].scores == {"vectors": 0.8, "text": 7.0}


def test_first_everywhere_is_one() -> None:
    lists = {"vectors": [Found(1, 0.5, 11)], "text": [Found(1, 3.0, 12)], "names": [Found(1, 1.0)]}
    (only,) = fuse(lists, {"vectors": 1.0, "text": 0.8, "names": 0.7})
    assert only.score == pytest.approx(1.0)


def test_a_file_counts_once_in_each_list_by_its_best_chunk() -> None:
    found = [Found(1, 0.9, 11), Found(1, 0.8, 12), Found(1, 0.7, 13), Found(2, 0.6, 21)]
    first, second = fuse({"vectors": found}, {"vectors": 1.0})
    assert first.scores == {"vectors": 0.9}
    assert first.chunks == [11, 12, 13]
    assert second.ranks == {"vectors": 2}, "ranks count files, not chunks"
    assert second.score == pytest.approx((1 / (K + 2)) / (1 / (K + 1)))


def test_a_chunk_found_twice_comes_first_and_once() -> None:
    (file,) = fuse(
        {"vectors": [Found(1, 0.9, 11), Found(1, 0.8, 12)], "text": [Found(1, 4.0, 12)]},
        {"vectors": 1.0, "text": 1.0},
    )
    assert file.chunks == [12, 11]


def test_names_bring_no_chunks() -> None:
    (file,) = fuse({"names": [Found(1, 1.0)]}, {"names": 1.0})
    assert file.chunks == []


def test_equal_scores_keep_a_stable_order() -> None:
    lists = {"a": [Found(2, 1.0)], "b": [Found(1, 1.0)]}
    assert [item.file for item in fuse(lists, {"a": 1.0, "b": 1.0})] == [1, 2]


def test_nothing_found() -> None:
    assert fuse({}, {}) == []
    assert fuse({"text": []}, {"text": 1.0}) == []


def test_weights_of_zero_divide_nothing() -> None:
    (file,) = fuse({"text": [Found(1, 1.0, 11)]}, {"text": 0.0})
    assert file.score == 0.0


def test_of_rivals_the_better_counts() -> None:
    lists = {
        "text": [Found(1, 3.0, 12)],
        "vectors": [Found(1, 0.5, 11)],
        "looks": [Found(2, 0.1), Found(1, 0.1)],
    }
    weights = {"text": 0.5, "vectors": 1.0, "looks": 0.8}
    first, second = fuse(lists, weights, rivals=("vectors", "looks"))
    assert first.score == pytest.approx(1.0), "no less than without the third list"
    assert second.score == pytest.approx(0.8 / 1.5)
    assert first.ranks == {"text": 1, "vectors": 1, "looks": 2}
