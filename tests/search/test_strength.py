"""Strength grows with evidence and never shrinks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwen_finder.core.ports import ModelSpec
from qwen_finder.core.query import Strength
from qwen_finder.search.strength import (
    GOOD_COVERAGE,
    GOOD_Z,
    STRONG_COVERAGE,
    STRONG_Z,
    WEAK_COVERAGE,
    WEAK_Z,
    background,
    calibrate,
    script,
    scripts_differ,
    strength,
)


def test_thresholds_are_in_order() -> None:
    assert WEAK_Z < GOOD_Z < STRONG_Z
    assert 0 < WEAK_COVERAGE < GOOD_COVERAGE < STRONG_COVERAGE <= 1


@pytest.mark.parametrize(
    ("z", "coverage", "expected"),
    [
        (None, 0.0, Strength.NONE),
        (WEAK_Z - 0.01, WEAK_COVERAGE - 0.01, Strength.NONE),
        (WEAK_Z, 0.0, Strength.WEAK),
        (GOOD_Z, 0.0, Strength.GOOD),
        (STRONG_Z, 0.0, Strength.STRONG),
        (None, WEAK_COVERAGE, Strength.WEAK),
        (None, GOOD_COVERAGE, Strength.GOOD),
        (None, STRONG_COVERAGE, Strength.STRONG),
        (-9.0, 1.0, Strength.STRONG),
    ],
)
def test_either_evidence_is_enough(z: float | None, coverage: float, expected: Strength) -> None:
    assert strength(z=z, relatedness=None, coverage=coverage, exact=False) is expected
    assert strength(z=z, relatedness=None, coverage=coverage, exact=True) is Strength.STRONG


@given(st.floats(-20, 20), st.floats(-1, 2), st.floats(0, 1), st.floats(0, 10), st.floats(0, 1))
def test_more_evidence_is_never_weaker(
    z: float, relatedness: float, coverage: float, closer: float, more: float
) -> None:
    def of(z: float, relatedness: float, coverage: float) -> int:
        return strength(z=z, relatedness=relatedness, coverage=coverage, exact=False).rank

    least = of(z, relatedness, coverage)
    assert of(z, relatedness, min(1.0, coverage + more)) >= least
    assert of(z + closer, relatedness, coverage) >= least
    assert of(z, relatedness + closer, coverage) >= least


def test_meaning_must_stand_out_and_be_related() -> None:
    # The least bad passage of an index about something else stands out without being related.
    assert strength(z=8.0, relatedness=0.3, coverage=0.0, exact=False) is Strength.NONE
    # In an index about nothing else, everything is related and nothing stands out.
    assert strength(z=0.5, relatedness=0.9, coverage=0.0, exact=False) is Strength.NONE
    assert strength(z=8.0, relatedness=0.9, coverage=0.0, exact=False) is Strength.STRONG
    assert strength(z=None, relatedness=0.9, coverage=0.0, exact=False) is Strength.STRONG


def test_a_model_is_calibrated_by_what_it_calls_related() -> None:
    model = ModelSpec("m", "text", 3, 512, "any", "f", related=0.5, unrelated=0.1)
    scale = calibrate(model)
    assert scale is not None
    assert scale.relatedness(0.1) == pytest.approx(0.0, abs=1e-6)
    assert scale.relatedness(0.5) == pytest.approx(1.0, abs=1e-6)
    assert calibrate(replace(model, related=0.1)) is None
    assert calibrate(replace(model, related=None, unrelated=None)) is None


def test_a_background_standardises() -> None:
    query = np.array([1.0, 0.0], dtype=np.float32)
    sample = np.array([[x, 0.0] for x in np.linspace(0.0, 0.4, 100)], dtype=np.float32)
    base = background(query, sample)
    assert base is not None
    assert base.mean == pytest.approx(0.2, abs=1e-3)
    assert base.z(base.mean) == 0.0
    assert base.z(base.mean + 2 * base.deviation) == pytest.approx(2.0)


def test_a_uniform_table_makes_nothing_extraordinary() -> None:
    query = np.array([1.0, 0.0], dtype=np.float32)
    base = background(query, np.tile(query, (50, 1)))
    assert base is not None
    assert base.z(1.0) == pytest.approx(0.0, abs=1e-3)
    assert base.deviation > 0


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_a_few_passages_are_no_background(rows: int) -> None:
    query = np.array([1.0, 0.0], dtype=np.float32)
    assert background(query, np.zeros((rows, 2), dtype=np.float32)) is None


@pytest.mark.parametrize(
    ("surprise", "expected"),
    [
        (2.5, Strength.STRONG),
        (1.2, Strength.GOOD),
        (0.5, Strength.WEAK),
        (0.0, Strength.NONE),
        (None, Strength.NONE),
    ],
)
def test_looks_count_by_what_chance_does_not_give(surprise: float | None, expected: Strength) -> None:
    assert strength(z=None, relatedness=None, coverage=0.0, exact=False, surprise=surprise) is expected
    words = strength(z=None, relatedness=None, coverage=1.0, exact=False, surprise=surprise)
    assert words is Strength.STRONG


def test_meaning_across_scripts_says_a_level_less_and_words_do_not() -> None:
    across = {"relatedness": None, "exact": False, "across_scripts": lambda: True}
    assert strength(z=STRONG_Z, coverage=0.0, **across) is Strength.GOOD
    assert strength(z=GOOD_Z, coverage=0.0, **across) is Strength.WEAK
    assert strength(z=WEAK_Z, coverage=0.0, **across) is Strength.WEAK
    assert strength(z=None, coverage=STRONG_COVERAGE, **across) is Strength.STRONG


def test_scripts_are_not_read_where_meaning_says_little() -> None:
    def ask() -> bool:
        raise AssertionError

    weak = strength(z=WEAK_Z, relatedness=None, coverage=0.0, exact=False, across_scripts=ask)
    assert weak is Strength.WEAK


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("税务发票", "Rechnung für 2023", True),
        ("налог", "податок", False),
        ("地震の備え", "地震 懐中電灯", False),
        ("カメラ", "相机", False),
        ("42 %", "Rechnung", False),
        ("", "", False),
    ],
)
def test_scripts_are_told_apart_by_most_letters(one: str, other: str, differ: bool) -> None:
    assert scripts_differ(script(one), script(other)) is differ
