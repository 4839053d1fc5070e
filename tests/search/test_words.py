"""Where a query's words stand in a text, in any script, on the right characters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwen_finder.search.words import MAX_TERMS, Term, is_identifier, merged, occurrences, terms_of


def marked(query: str, text: str) -> list[str]:
    """The stretches of ``text`` that are marked for ``query``."""
    spans = merged([(item.start, item.end) for item in occurrences(terms_of(query), text)], text)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("invoice", "The Invoice, and two invoices.", ["Invoice", "invoices"]),
        ("charge", "charged, charges, recharged, chargeability", ["charged", "charges"]),
        ("car", "car carpet scar Car.", ["car", "Car"]),
        ("tax invoice.", "an invoice for tax", ["invoice", "tax"]),
        ("Straße", "In der Straße der Straßen", ["Straße", "Straßen"]),
        ("müller", "Herr MÜLLER, Frau Müller-Lüdenscheidt", ["MÜLLER", "Müller"]),
        ("İstanbul", "aus İstanbul und istanbul", ["İstanbul", "istanbul"]),
        ("istanbul", "İİİ aus İstanbul", ["İstanbul"]),
        ("猫", "三毛猫の写真", ["猫"]),
        ("写真", "三毛猫の写真です", ["写真"]),
        ("税务发票", "请保存税务发票。", ["税务发票"]),
        ("時々", "時々雨が降る", ["時々"]),
        ("보고서", "연간 보고서를 제출", ["보고서"]),
        ("회의", "회의에서 결정", ["회의"]),
        ("فاتورة", "هذه فاتورة الضريبة", ["فاتورة"]),
        ("हिन्दी", "यह हिन्दी है, हिन्दुस्तान नहीं", ["हिन्दी"]),
        ("भाषा", "भाषा और परिभाषा", ["भाषा"]),
        ("ภาษา", "ฉันเรียนภาษาไทย", ["ภาษา"]),
        ("налог", "налоги и налогоплательщик", ["налоги"]),
        ("2024", "20240630 and 2024 and x2024", ["2024", "2024"]),
        ("12345", "12349 is not 12345", ["12345"]),
    ],
)
def test_words_are_marked_in_every_script(query: str, text: str, found: list[str]) -> None:
    assert marked(query, text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("parseBankStatement", "def parse_bank_statement():", ["parse_bank_statement"]),
        ("parse_bank_statement", "parseBankStatement()", ["parseBankStatement"]),
        ("statement", "parseBankStatement()", ["Statement"]),
        ("server", "class HTTPServer:", ["Server"]),
        ("http", "class HTTPServer:", ["HTTP"]),
        ("parseHTTPServer", "http_server.parse", ["http_server.parse"]),
        ("rückgabe_wert", "RückgabeWert = rückgabe_wert", ["RückgabeWert", "rückgabe_wert"]),
        ("C++", "C++ is not C", ["C++"]),
        ("c#", "in C# and c", ["C#"]),
        ("x86", "on x86_64", ["x86"]),
    ],
)
def test_identifiers_are_found_by_their_parts(query: str, text: str, found: list[str]) -> None:
    assert marked(query, text) == found


@pytest.mark.parametrize(
    "word", ["snake_case", "camelCase", "os.path", "C++", "c#", "x86", "std::vector", "f()"]
)
def test_identifiers(word: str) -> None:
    assert is_identifier(word)


@pytest.mark.parametrize("word", ["word", "Word", "WORD", "2024", "well-known", "C", "Größe", "猫", "_"])
def test_words_of_prose(word: str) -> None:
    assert not is_identifier(word)


def test_terms_are_distinct_and_bounded() -> None:
    assert terms_of("Tax tax TAX") == [Term("tax")]
    assert terms_of("日本語") == [Term("日本", True), Term("本語", True)]
    assert terms_of("第3章") == [Term("第", True), Term("3"), Term("章", True)]
    assert terms_of("?! _ -- …") == []
    assert len(terms_of(" ".join(f"word{number}" for number in range(500)))) == MAX_TERMS
    assert len(terms_of("漢字仮名" * 5_000)) <= MAX_TERMS


def test_no_terms_are_nowhere() -> None:
    assert occurrences([], "some text") == []
    assert occurrences(terms_of("word"), "") == []


def test_merged_joins_what_touches_overlaps_or_a_space_parts() -> None:
    assert merged([(4, 7), (0, 3)], "tax law.") == ((0, 7),)
    assert merged([(0, 3), (2, 5)], "overlap") == ((0, 5),)
    assert merged([(0, 3), (4, 7)], "tax,law") == ((0, 3), (4, 7))
    assert merged([], "x") == ()


_TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("aAbBßİıſöÖ猫写보고ाहि्نا ._-+#1٣\n\u0307\u200d\U0001f600\ud800"), st.characters()
    ),
    max_size=80,
)


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _TEXTS)
def test_spans_lie_in_the_text_sorted_and_apart(query: str, text: str) -> None:
    terms = terms_of(query)
    found = occurrences(terms, text)
    assert found == sorted(found, key=lambda item: (item.start, -item.end))
    assert all(0 <= item.start < item.end <= len(text) for item in found)
    assert all(0 <= item.term < len(terms) for item in found)
    spans = merged([(item.start, item.end) for item in found], text)
    ends = [edge for span in spans for edge in span]
    assert ends == sorted(ends)
    assert len(set(ends)) == len(ends)


_WORDS = st.text(alphabet="abcdefgäöüßéñжщהख猫写보고", min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(_WORDS, st.text(alphabet=" ,.\n", max_size=5))
def test_a_word_is_found_in_itself(word: str, around: str) -> None:
    text = f"{around} {word} {around}"
    assert "".join(marked(word, text)).replace(" ", "") == word
