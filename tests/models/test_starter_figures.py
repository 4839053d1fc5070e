"""What the shipped starter relates in each language: measured here, and as its card and the catalog say."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest
from starter.card import HEAD, NAMES
from starter.corpus import LANGUAGES, phrases

from qwen_finder.core.resources import resource
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.llama_cpp import LlamaCppEmbedder

PASSES = 0.6
"""What a language needs to be named as supported: this share of phrases found among some hundreds."""
AMONG = 150


@pytest.fixture(scope="module")
def starter() -> CatalogEntry:
    found = load_catalog().find("starter")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """Phrases of the phrasebook's held-out fifth, of all its tables."""
    held = [row for row in phrases(held_out=True) if row["kind"] != "term"]
    return random.Random(8).sample(held, AMONG)


@pytest.fixture(scope="module")
def embedder(starter: CatalogEntry) -> LlamaCppEmbedder:
    return LlamaCppEmbedder(resource("models", starter.file), threads=1)


@pytest.fixture(scope="module")
def english(embedder: LlamaCppEmbedder, rows: list[dict[str, str]]) -> np.ndarray:
    return embedder.embed_documents([row["en"] for row in rows])


def card() -> dict[str, list[float]]:
    """The table of the model card: shares by the language's name."""
    text = resource("models", "README.md").read_text("utf-8")
    found = re.findall(r"^\| ([\w, ]+) \| (\d+) % \| (\d+) % \| (\d+) % \| (\d+) % \|$", text, re.MULTILINE)
    assert HEAD in text
    return {name: [int(value) / 100 for value in values] for name, *values in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_are_found_as_the_catalog_says(
    language: str,
    starter: CatalogEntry,
    embedder: LlamaCppEmbedder,
    rows: list[dict[str, str]],
    english: np.ndarray,
) -> None:
    own = embedder.embed_documents([row[language] for row in rows])
    similarities = own @ english.T
    right = np.arange(len(rows))
    found = [float((similarities.argmax(axis) == right).mean()) for axis in (0, 1)]
    said = starter.figures["zh" if language == "zht" else language]
    # Among fewer than there the same model finds more, or as many but for chance.
    assert sum(found) / 2 >= said - 0.05


def test_only_languages_that_pass_are_named_as_supported(starter: CatalogEntry) -> None:
    assert set(starter.figures) == set(starter.language_codes)
    assert min(starter.figures.values()) >= PASSES


def test_card_and_catalog_say_the_same(starter: CatalogEntry) -> None:
    said = card()
    assert set(said) == set(NAMES)
    for name, code in zip(NAMES, LANGUAGES, strict=True):
        if code in starter.figures:
            assert starter.figures[code] == pytest.approx(sum(said[name][2:]) / 2, abs=0.011), name
