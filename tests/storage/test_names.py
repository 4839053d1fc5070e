"""Names and queries as words between spaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwen_finder.storage import names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("red_car.jpg", " red car jpg "),
        ("getUserName.py", " getusername get user name py "),
        ("IMG20230501.JPG", " img20230501 img 20230501 jpg "),
        ("税务发票2023.txt", " 税 务 发 票 2023 txt "),
        ("Cafe\u0301 ＡＢＣ.md", " cafe abc md "),
        ("हिन्दी नोट.txt", " हिन्दी नोट txt "),
        ("ЁлкаМоя.txt", " елкамоя елка моя txt "),
        ("bad\udcff\ud800name", " bad name "),
        ("", "  "),
    ],
)
def test_searchable_names(name: str, expected: str) -> None:
    assert names.searchable(name) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("red car red", ["red", "car"]),
        ("Where is the invoice", ["invoice"]),
        ("the how", ["the", "how"]),
        ("税务发票", ["税 务", "务 发", "发 票"]),
        ("票", ["票"]),
        ("B股report", ["b", "股", "report"]),
        ('"x" OR (y*)', ["x", "y"]),
    ],
)
def test_terms_of_a_query(query: str, expected: list[str]) -> None:
    assert [term.text for term in names.terms(query)] == expected


def test_long_queries_are_capped() -> None:
    assert len(names.terms(" ".join(f"word{number}" for number in range(10_000)))) == names.MAX_TERMS


@pytest.mark.parametrize(
    ("query", "name", "quality"),
    [
        ("car", "red_car.jpg", 1.0),
        ("car", "cars.txt", 0.9),
        ("bericht", "Jahresbericht.pdf", 0.7),
        ("be", "Jahresbericht.pdf", 0.0),
        ("ja", "Jahresbericht.pdf", 0.9),
        ("a", "Jahresbericht.pdf", 0.0),
        ("发票", "税务发票.pdf", 1.0),
        ("票", "税务发票.pdf", 1.0),
    ],
)
def test_quality_of_a_term(query: str, name: str, quality: float) -> None:
    (term,) = names.terms(query)
    assert term.quality(names.searchable(name)) == quality


@pytest.mark.parametrize(
    ("query", "name", "same"),
    [
        ("report.pdf", "Report.pdf", True),
        ("REPORT", "report.pdf", True),
        ("red car", "red_car.jpg", True),
        ("café", "Cafe\u0301.md", True),
        (".bashrc", ".bashrc", True),
        ("report", "report2.pdf", False),
        ("c", "C++.md", False),
        ("", ".txt", False),
    ],
)
def test_same_name(query: str, name: str, same: bool) -> None:
    assert names.same_name(query, name) is same


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_name_is_searchable_and_found_by_itself(name: str) -> None:
    kept = names.searchable(name)
    kept.encode()
    asked = names.terms(name)
    if asked:
        share, score = names.score(asked, kept)
        assert share == pytest.approx(1)
        assert 0 < score <= 1
    for term in asked:
        assert len(term.match.strip('"')) >= 3
        assert '"' not in term.text
