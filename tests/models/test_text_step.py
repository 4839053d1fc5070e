"""The text step: what it changes, what it leaves alone, and that llama.cpp reads it as the training did."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from starter.pieces import Pieces

from qwen_finder.core.errors import ModelError
from qwen_finder.core.resources import resource
from qwen_finder.models.gguf_file import GgufFile, read_gguf
from qwen_finder.models.native import NativeModel
from qwen_finder.models.text_step import KEY, RUN, TextStep, step_of
from qwen_finder.models.tokenizer import Tokenizer

ROOT = Path(__file__).parents[2]
MODEL = resource("models", "starter-multilingual-q8_0.gguf")
PHRASEBOOK = ROOT / "scripts" / "starter" / "phrasebook"


@pytest.fixture(scope="module")
def step() -> TextStep:
    found = step_of(read_gguf(MODEL))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def tokenizer(step: TextStep) -> Iterator[Tokenizer]:
    model = NativeModel(MODEL)
    tokenizer = Tokenizer(model, 100_000, ensure_eos=False, step=step)
    yield tokenizer
    tokenizer.close()
    model.close()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("税务发票", "稅務發票"),
        ("ＡＢＣ１２３", "abc123"),
        ("カメラ", "ｶﾒﾗ"),
        ("فاتورة", "فاتوره"),
        ("كتاب", "كِتَابـــ"),
        ("علی", "على"),
        ("Größe", "GRÖSSE".replace("SS", "ß")),
        ("ВЛАДИМИР", "владимир"),
        ("café", "cafe\u0301"),
        ("२०२४", "2024"),
        ("한국어", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165"),
        ("zero\u200bwidth soft\u00adhyphen \u200fmark", "zerowidth softhyphen mark"),
    ],
)
def test_variants_of_a_text_are_one(tokenizer: Tokenizer, one: str, other: str) -> None:
    assert tokenizer.encode(one).tolist() == tokenizer.encode(other).tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ガス", "カス"),
        ("पिता", "पीता"),
        ("ไม้", "ไม่"),
        ("한국", "하구"),
        ("bạn", "bàn mới"),
        ("cửa", "của"),
    ],
)
def test_marks_that_tell_words_apart_are_kept(tokenizer: Tokenizer, one: str, other: str) -> None:
    assert tokenizer.encode(one).tolist() != tokenizer.encode(other).tolist()


def test_accents_go_as_the_teacher_wants_it_but_vietnamese_keeps_its_own(step: TextStep) -> None:
    assert step("Müller café naïve") == "muller cafe naive"
    assert step("Hà Nội có phở") != step("Ha Noi co pho") == "Ha Noi co pho"
    # One dish does not make a German letter Vietnamese.
    assert step("Für Phở müssen die Knochen früh über Nacht köcheln").startswith("fur pho")


def test_plain_english_passes_untouched(step: TextStep) -> None:
    text = "The Quick brown fox; 3.14 <b>jumps</b>\n\tover {it}"
    assert step(text) is text


def test_runs_without_spaces_are_marked_and_set_apart(step: TextStep) -> None:
    assert step("Excel表格") == step("Excel 表格").replace("  ", " ")
    assert step("表格和発票").count(RUN) == 1
    assert step("ใบเสร็จ ค่าน้ำ").count(RUN) == 2


def test_english_has_the_teachers_tokens(tokenizer: Tokenizer, models_folder: Path) -> None:
    from qwen_finder.models.catalog import load_catalog

    entry = load_catalog().find("starter-en")
    assert entry is not None
    teacher = NativeModel(entry.path(models_folder))
    theirs = Tokenizer(teacher, 100_000, ensure_eos=False)
    texts = [row["en"] for row in rows()]
    differing = [text for text in texts if theirs.encode(text).tolist() != tokenizer.encode(text).tolist()]
    theirs.close()
    teacher.close()
    assert len(texts) > 1000
    assert len(differing) <= len(texts) // 100, differing


def test_llama_cpp_reads_every_string_as_the_training_does(tokenizer: Tokenizer) -> None:
    strings = [row[code] for row in rows() for code in row if code not in ("id", "kind")][::3]
    for path in sorted((ROOT / "resources" / "demo").rglob("*")):
        if path.suffix in (".md", ".txt", ".eml", ".csv") and "Broken" not in path.parts:
            strings += path.read_text("utf-8", "replace").splitlines()
    strings = [*dict.fromkeys(strings)]
    assert len(strings) > 10_000
    expected = Pieces.of_model(MODEL).encode(strings)
    mismatches = [
        text
        for text, ids in zip(strings, expected, strict=True)
        if tokenizer.encode(text)[1:-1].tolist() != ids
    ]
    assert mismatches == []


def test_no_language_falls_apart_into_letters_or_unknown_pieces(tokenizer: Tokenizer) -> None:
    table = rows()[::5]
    for code in table[0]:
        if code in ("id", "kind"):
            continue
        ids = [number for row in table for number in tokenizer.encode(row[code])[1:-1].tolist()]
        english = sum(tokenizer.count(row["en"]) for row in table)
        assert ids.count(100) * 500 < len(ids), code
        assert len(ids) < 2 * english, code


def test_a_step_of_the_future_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        step_of(GgufFile(tmp_path / "x.gguf", 1, {KEY: "99"}, frozenset()))
    assert caught.value.code == "model.newer"
    assert step_of(GgufFile(tmp_path / "x.gguf", 1, {}, frozenset())) is None


def rows() -> list[dict[str, str]]:
    found = []
    for table in sorted(PHRASEBOOK.glob("*.tsv")):
        with table.open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return found
