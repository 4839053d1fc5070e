"""From candidates to places: exact names, literal identifiers, coverage, meaning."""

from __future__ import annotations

import pytest

from qwen_finder.core.document import FileState, Kind
from qwen_finder.core.ports import CatalogFile, NameMatch
from qwen_finder.core.query import Candidate, StoredChunk
from qwen_finder.search.rank import (
    CLOSE_LOOK,
    OWN_BEST,
    RankedFile,
    fuse_retrieved,
    rank,
    telling_terms,
    weights_for,
    worth_a_look,
)
from qwen_finder.search.retrieve import Retrieved
from qwen_finder.search.strength import Background, Scales
from qwen_finder.search.words import terms_of


def stored(texts: dict[int, str]) -> dict[int, StoredChunk]:
    return {file: StoredChunk(file, file, text, "", 0, len(text), 1, 1, None) for file, text in texts.items()}


def ranked(
    query: str,
    texts: dict[int, str],
    *,
    vectors: dict[int, float] | None = None,
    names: list[NameMatch] | None = None,
    base: Background | None = None,
    known: set[int] | None = None,
) -> list[RankedFile]:
    """Rank files (id → text of their only chunk, whose id is the file's) found by full text in that order."""
    near = sorted((vectors or {}).items(), key=lambda item: -item[1])
    found = Retrieved(
        vectors=[Candidate(file, file, score) for file, score in near],
        text=[Candidate(file, file, 1.0) for file in texts],
        names=names or [],
    )
    ids = {*texts, *(vectors or {}), *(match.file for match in names or [])}
    files = {
        file: CatalogFile(file, 1, 1, f"/f/{file}.txt", Kind.TEXT, 1, 1, FileState.INDEXED, 1)
        for file in ids
        if known is None or file in known
    }
    chunks = {
        file: StoredChunk(file, file, text, "", 0, len(text), 1, 1, None) for file, text in texts.items()
    }
    fused = fuse_retrieved(found, weights_for(query, model_reads_it=True))
    return rank(fused, found, query, terms_of(query), files, chunks, Scales(base))


def places(items: list[RankedFile]) -> list[int]:
    return [item.file.id for item in items]


def test_the_file_of_exactly_this_name_is_first() -> None:
    texts = {1: "budget plan", 2: "budget plan of the year"}
    order = ranked("budget plan", texts, names=[NameMatch(9, 1.0, True), NameMatch(1, 0.9, False)])
    assert places(order)[0] == 9
    assert order[0].exact
    assert not order[1].exact


def test_a_passage_with_all_words_comes_before_one_with_some() -> None:
    order = ranked("red bicycle chain", {1: "a red car", 2: "the red bicycle chain", 3: "a chain"})
    assert places(order)[0] == 2
    assert order[0].coverage == pytest.approx(1.0)
    assert all(0 <= item.coverage <= 1 for item in order)


def test_rare_words_weigh_more() -> None:
    texts = dict.fromkeys(range(1, 9), "the of the of")
    order = ranked("the xylophone", {**texts, 9: "xylophone"})
    coverage = {item.file.id: item.coverage for item in order}
    assert coverage[9] > 0.5 > coverage[1]


def test_small_words_in_common_do_not_outrank_what_is_meant() -> None:
    # As a question about a file in another language finds files in its own.
    texts = dict.fromkeys(range(1, 6), "for the cat and the garden")
    near = {9: 0.4} | {file: 0.3 - file / 100 for file in range(1, 6)}
    base = Background(mean=0.1, deviation=0.06)
    order = ranked("the rent contract for the flat", texts, vectors=near, base=base)
    assert places(order)[0] == 9


def test_an_identifier_letter_for_letter_comes_before_its_parts() -> None:
    texts = {1: "parse the bank statement", 2: "call parse_bank_statement(path)"}
    order = ranked("parse_bank_statement", texts)
    assert places(order) == [2, 1]
    assert order[0].exact


def test_what_stands_far_above_the_background_rises() -> None:
    base = Background(mean=0.1, deviation=0.05)
    order = ranked("boats", {1: "unrelated", 2: "unrelated"}, vectors={1: 0.15, 2: 0.6}, base=base)
    assert places(order)[0] == 2
    assert order[0].z == pytest.approx(10.0)


def test_without_a_background_meaning_is_no_evidence() -> None:
    order = ranked("boats", {1: "boats"}, vectors={1: 0.9})
    assert order[0].z is None


def test_files_that_the_catalog_does_not_know_are_dropped() -> None:
    assert places(ranked("boats", {1: "boats", 2: "boats"}, known={2})) == [2]
    assert ranked("boats", {1: "boats"}, known=set()) == []


def test_equal_files_keep_the_order_of_their_paths() -> None:
    names = [NameMatch(2, 1.0, True), NameMatch(1, 1.0, True)]
    first = ranked("boats", {}, names=names)
    assert places(first) == places(ranked("boats", {}, names=names))


def test_identifiers_are_found_by_letters_and_foreign_text_by_words() -> None:
    prose = weights_for("how to mend a bicycle", model_reads_it=True)
    code = weights_for("parse_bank_statement", model_reads_it=True)
    foreign = weights_for("自転車の修理", model_reads_it=False)
    assert code.text > prose.text
    assert code.vectors < prose.vectors
    assert foreign.vectors < prose.vectors
    assert foreign.text >= prose.text
    assert weights_for("", model_reads_it=True) == prose


def test_every_retrievers_own_best_is_looked_at() -> None:
    many = [Candidate(file, file, 1.0) for file in range(1, 200)]
    last = 10_000
    found = Retrieved(
        vectors=[Candidate(last, last, 0.9), *many], text=many, names=[NameMatch(77_777, 1.0, True)]
    )
    fused = fuse_retrieved(found, weights_for("x", model_reads_it=True))
    looked_at = {item.file for item in worth_a_look(fused, found, 20)}
    assert {last, 77_777} <= looked_at
    assert len(looked_at) <= CLOSE_LOOK + 3 * OWN_BEST
    assert len(worth_a_look(fused, found, 1_000)) == len(fused)


def test_words_of_most_passages_are_not_marked() -> None:
    texts = {number: "the ferry" if number == 1 else "the hill" for number in range(1, 11)}
    terms = terms_of("the ferry")
    found = Retrieved(text=[Candidate(file, file, 1.0) for file in texts])
    fused = fuse_retrieved(found, weights_for("x", model_reads_it=True))
    chunks = stored(texts)
    assert [term.text for term in telling_terms(terms, fused, chunks)] == ["ferry"]
    assert [term.text for term in telling_terms(terms_of("the"), fused, chunks)] == ["the"]
