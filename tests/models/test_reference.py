"""What our models compute is what their makers' own code computes from the same weights."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fakes.reference_models import ReferenceBert, ReferenceQwen3
from qwen_finder.models.factory import open_embedder
from qwen_finder.models.llama_cpp import LlamaCppEmbedder
from qwen_finder.models.reranker import AFTER, BEFORE, LlamaCppReranker

LANGUAGES = [
    "The tenants may keep one cat. A second animal needs written consent!",
    "Das Treppenhaus wird jede Woche geputzt, auch im Winter; Größe: 3,5 m².",
    "Le petit-déjeuner est servi à 7h30 : café, thé, jus d'orange…",
    "El contrato vence el día 31 de diciembre. ¿Está claro?",
    "Договор аренды квартиры, подписанный в марте 2022 года.",
    "妹妹說您的眼睛要動手術，請一定聽醫生的話，不要捨不得錢。",
    "会议纪要：下周三之前提交预算（含税）。",
    "昨日は雨だったので、家でカレーを作りました。",
    "제주 여행 계획: 첫째 날은 한라산, 둘째 날은 바다.",
    "عقد العود القديم في البيت الكبير، ثمنه ٣٠٠ ريال.",
    "अंजलि का पता: गली नंबर ५, दिल्ली।",
    "สวัสดีครับ ร้านอาหารเปิดทุกวัน",
    "def parse_bank_statement(path: Path, *, layout: Format = CSV) -> list[Transaction]:\n    return []\n",
    "SELECT name, AVG(price)\r\nFROM items\r\nWHERE id<>7\tGROUP BY 1;",
    "🙂🇩🇪 family: 👨‍👩‍👧 … ½ ≠ ½",
    unicodedata.normalize("NFD", "Größe café 한국어 Việt Nam"),
]
LENGTHS = [
    "",
    "x",
    " ",
    "\n\n",
    "two words",
    "a b c d e f g " * 5,
    "The river runs past the house. " * 40,
    "猫はどこですか。" * 90,
]
TEXTS = [*LANGUAGES, *LENGTHS]
QUERIES = ["may we keep a pet?", "白內障 手術", "what is this:", unicodedata.normalize("NFD", "why: Größe? ")]
PASSAGES = [
    *LANGUAGES[0:14:3],
    "",
    "The river runs past the house. " * 40,
    "\n\n  - a list\n  - of things",
    unicodedata.normalize("NFD", "Größe, 3 m²"),
]


@pytest.fixture(scope="module")
def reference() -> ReferenceQwen3:
    return ReferenceQwen3(LANGUAGES)


@pytest.fixture(scope="module", params=[True, False], ids=["adds-eos", "forgets-eos"])
def path(
    reference: ReferenceQwen3, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    path = tmp_path_factory.mktemp("qwen3") / "qwen3.gguf"
    reference.as_gguf().write(path, name="Random Qwen3-Embedding", add_eos=request.param)
    return path


@pytest.fixture(scope="module")
def expected(reference: ReferenceQwen3) -> np.ndarray:
    return np.stack([reference.vector(text) for text in TEXTS])


@pytest.fixture(scope="module")
def embedder(path: Path) -> Iterator[LlamaCppEmbedder]:
    embedder = LlamaCppEmbedder(path, self_test=False)
    yield embedder
    embedder.close()


def test_random_vectors_differ(expected: np.ndarray) -> None:
    # Else the following would prove nothing.
    cosines = expected @ expected.T
    assert np.median(cosines[~np.eye(len(cosines), dtype=bool)]) < 0.9


def test_texts_together_get_the_reference_vectors(embedder: LlamaCppEmbedder, expected: np.ndarray) -> None:
    assert (embedder.embed_documents(TEXTS) * expected).sum(1).min() >= 0.999


def test_texts_alone_get_the_reference_vectors(embedder: LlamaCppEmbedder, expected: np.ndarray) -> None:
    alone = np.concatenate([embedder.embed_documents([text]) for text in TEXTS])
    assert (alone * expected).sum(1).min() >= 0.999


def test_queries_get_the_reference_vectors_of_the_instruction(
    embedder: LlamaCppEmbedder, reference: ReferenceQwen3
) -> None:
    task = "Given a search query, retrieve relevant passages from files that answer it"
    texts = [text for text in LANGUAGES if not text.startswith("SELECT")]
    expected = np.stack([reference.vector(f"Instruct: {task}\nQuery: {text}") for text in texts])
    assert (embedder.embed_queries(texts) * expected).sum(1).min() >= 0.999


@pytest.mark.parametrize("dimensions", [32, 48, 64])
def test_cut_vectors_are_the_cut_reference_vectors(
    path: Path, reference: ReferenceQwen3, dimensions: int
) -> None:
    embedder = LlamaCppEmbedder(path, dimensions=dimensions, self_test=False)
    vectors = embedder.embed_documents(LANGUAGES)
    embedder.close()
    expected = np.stack([reference.vector(text, dimensions) for text in LANGUAGES])
    assert vectors.shape == (len(LANGUAGES), dimensions)
    assert (vectors * expected).sum(1).min() >= 0.999


def test_an_overlong_text_is_cut_before_its_last_token(path: Path, reference: ReferenceQwen3) -> None:
    embedder = LlamaCppEmbedder(path, max_tokens=100, self_test=False)
    long = "The river runs past the house. " * 40
    (vector,) = embedder.embed_documents([long])
    embedder.close()
    kept = reference.tokenizer.decode(reference.ids(long)[:99])
    assert len(reference.ids(kept)) == 99
    assert vector @ reference.vector(kept) >= 0.999


def test_tokens_are_counted_as_the_reference_has_them(
    embedder: LlamaCppEmbedder, reference: ReferenceQwen3
) -> None:
    assert [embedder.count_tokens(text) for text in TEXTS] == [len(reference.ids(text)) for text in TEXTS]


TASK = "Given a web search query, retrieve relevant passages that answer the query"


@pytest.fixture(scope="module")
def judged(reference: ReferenceQwen3) -> np.ndarray:
    """The reference's probability for each query with each passage."""

    def probability(query: str, passage: str) -> float:
        pair = f"<Instruct>: {TASK}\n<Query>: {query.strip()}\n<Document>: {passage}"
        return reference.probability(BEFORE, pair, AFTER)

    return np.array([[probability(query, passage) for passage in PASSAGES] for query in QUERIES])


@pytest.mark.parametrize("head", [True, False], ids=["head", "words"])
def test_a_reranker_judges_as_the_reference_does(
    reference: ReferenceQwen3, judged: np.ndarray, tmp_path: Path, head: bool
) -> None:
    reference.as_gguf().write_judge(tmp_path / "judge.gguf", head=head)
    reranker = LlamaCppReranker(tmp_path / "judge.gguf", instruction=TASK, self_test=False)
    together = np.array([reranker.score(query, PASSAGES) for query in QUERIES])
    alone = np.array([reranker.score(QUERIES[0], [passage]) for passage in PASSAGES])
    reranker.close()
    assert np.abs(together - judged).max() <= 0.01
    assert np.abs(alone[:, 0] - judged[0]).max() <= 0.01
    # Random weights have opinions, and not one only.
    assert judged.max() - judged.min() > 0.3
    assert np.ptp(judged, axis=0).max() > 0.05
    assert np.ptp(judged, axis=1).max() > 0.05


def test_the_english_starter_gives_the_vectors_of_its_reference(models_folder: Path) -> None:
    embedder = open_embedder("starter-en", models_folder, self_test=False)
    path = next(models_folder.glob("starter-all-minilm*.gguf"))
    reference = ReferenceBert(path)
    # Other scripts llama.cpp cuts into other tokens than its makers do, and it does not know them anyway.
    # Weights of 8 bits and nothing to say add up to 0.9988: blank texts are left out too.
    texts = [*LANGUAGES[:5], LANGUAGES[12], "x", "two words", "a b c d e f g " * 5, "word " * 700]
    expected = np.stack([reference.vector(text) for text in texts])
    together = embedder.embed_documents(texts)
    alone = np.concatenate([embedder.embed_documents([text]) for text in texts])
    embedder.close()
    assert (together * expected).sum(1).min() >= 0.999
    assert (alone * expected).sum(1).min() >= 0.999
