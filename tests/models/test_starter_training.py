"""The starter's training runs from the phrasebook to a GGUF file: small, but every step is the real one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from starter import distil, export, initialise, schedule, vocabulary
from starter.corpus import phrases
from starter.evaluate import tables
from starter.pieces import Pieces
from starter.student import packed, read_teacher, vectors

from fakes import tiny_models
from qwen_finder.models.llama_cpp import LlamaCppEmbedder
from qwen_finder.models.text_step import TextStep

ROWS = 48
LANGUAGES = ("de", "zh", "th")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return phrases(held_out=False)[:ROWS]


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]) -> Path:
    """A random BERT of two layers that knows the phrasebook's English words."""
    folder = tmp_path_factory.mktemp("teacher")
    words = sorted({word for row in rows for word in re.findall("[a-z]+", row["en"].lower())})
    letters = [*"abcdefghijklmnopqrstuvwxyz0123456789.,'-:?"]
    vocabulary_ = ["[PAD]", *(f"[unused{i}]" for i in range(99)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary_ += letters + [word for word in words if len(word) > 1] + [f"##{letter}" for letter in letters]
    model = tiny_models.tiny_bert()
    table = np.random.default_rng(1).normal(0, 0.5, (len(vocabulary_), 64)).astype(np.float32)
    save_file({**model.tensors, "embeddings.word_embeddings.weight": table}, folder / "model.safetensors")
    config = {**model.config, "vocab_size": len(vocabulary_)}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    (folder / "vocab.txt").write_text("\n".join(vocabulary_) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, teacher: Path, rows: list[dict[str, str]]) -> Path:
    """A folder with vocabulary, start and schedule of a small training."""
    folder = tmp_path_factory.mktemp("work")
    base = (teacher / "vocab.txt").read_text("utf-8").rstrip("\n").split("\n")
    traditional = vocabulary.traditional_table([(row["zh"], row["zht"]) for row in rows])
    han = "".join(dict.fromkeys(vocabulary.HAN.findall("".join(row["zh"] for row in rows))))
    step = TextStep(han, traditional)
    new: list[str] = []
    for language in LANGUAGES:
        spelt = [step(row[language]).lower() for row in rows]
        found = vocabulary.candidates(language, spelt)
        new += vocabulary.kept([*base, *new], found, spelt, 150, (han, traditional))
    new = vocabulary.without_english(base, new, [row["en"] for row in rows] * 3, (han, traditional))
    pieces = Pieces([*base, *new], han, traditional)
    pieces.save(folder / "pieces.json")
    foreign = pieces.encode([row[code] for row in rows for code in LANGUAGES])
    english = pieces.encode([row["en"] for row in rows for _ in LANGUAGES])
    table = np.zeros((len(pieces.vocabulary), 64), np.float32)
    table[: len(base)] = read_teacher(teacher)[1].numpy()
    mask = np.arange(len(table)) >= len(base)
    table, missing = initialise.glossed(table, *initialise.aligned(foreign, english, len(table)), mask)
    assert missing < mask.sum() // 2
    np.savez(folder / "start.npz", table=table, new=mask)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "phrases", lambda *, held_out: rows)
        patch.setattr(schedule, "LANGUAGES", LANGUAGES)
        schedule.main([str(folder), "--rows", "400"])
    return folder


@pytest.fixture(scope="module")
def trained(work: Path, teacher: Path) -> list[dict[str, float]]:
    """What each of 40 steps said, with a break and a fresh start from the checkpoint in between."""
    torch.manual_seed(0)
    # Two threads of torch beside another busy program wait for each other most of the time.
    torch.set_num_threads(1)
    said = []
    training = distil.Training(work, teacher, "cpu")
    for step in range(20):
        said.append(training.train(step / 40))
    training.save()
    resumed = distil.Training(work, teacher, "cpu")
    assert (resumed.step, len(resumed.texts)) == (20, len(training.texts))
    assert torch.equal(resumed.table, training.table)
    for step in range(20, 40):
        said.append(resumed.train(step / 40))
    resumed.save()
    return said


def test_alignment_finds_the_words_that_translate_each_other() -> None:
    pairs = [([1, 2], [11, 12]), ([1, 3], [11, 13]), ([2, 3], [12, 13]), ([1], [11])] * 5
    owners, glosses, counts = initialise.aligned([f for f, _ in pairs], [e for _, e in pairs], 20)
    best = {int(owner): 0.0 for owner in owners}
    found: dict[int, int] = {}
    for owner, gloss, count in zip(owners.tolist(), glosses.tolist(), counts.tolist(), strict=True):
        if count > best[owner]:
            best[owner], found[owner] = count, gloss
    assert found == {1: 11, 2: 12, 3: 13}


def test_the_held_out_fifth_is_never_trained_on() -> None:
    kept, held = phrases(held_out=False), phrases(held_out=True)
    assert not {row["row"] for row in kept} & {row["row"] for row in held}
    assert all(int(row["row"].rsplit("-", 1)[1]) % 5 == 0 for row in held)
    assert 0.15 < len(held) / (len(kept) + len(held)) < 0.25


def test_a_text_has_the_same_vector_whatever_stands_beside_it(teacher: Path) -> None:
    encoder, table = read_teacher(teacher)
    texts = [[110, 111, 112], [113] * 9, [120, 121], [115, 116, 117]]
    together = vectors(encoder, table, texts)
    alone = torch.cat([vectors(encoder, table, [text]) for text in texts])
    assert torch.allclose(together, alone, atol=1e-5)
    assert packed(texts).groups == [(1, 4), (2, 5), (1, 11)]


def test_the_training_learns_and_goes_on_from_its_checkpoint(trained: list[dict[str, float]]) -> None:
    first, last = trained[:5], trained[-5:]
    assert 1 - mean(last, "cosine") < 0.75 * (1 - mean(first, "cosine"))
    assert mean(last, "english") > 0.9


def test_what_is_trained_nears_the_teacher_and_llama_cpp_agrees(
    trained: list[dict[str, float]], work: Path, teacher: Path, rows: list[dict[str, str]], tmp_path: Path
) -> None:
    pieces = Pieces.load(work / "pieces.json")
    encoder, table = read_teacher(teacher)
    english = [[i for i in ids if i < len(table)] for ids in pieces.encode([row["en"] for row in rows])]
    aim = vectors(encoder, table, english)
    texts = pieces.encode([row["de"] for row in rows])
    before = vectors(*tables(None, work, teacher), texts)
    german = vectors(*tables(work / "checkpoint.pt", work, teacher), texts)
    assert distance(german, aim) < 0.95 * distance(before, aim)
    target = tmp_path / "tiny.gguf"
    arguments = [str(work), "--teacher", str(teacher), "--target", str(target)]
    export.main([*arguments, "--checkpoint", str(work / "checkpoint.pt")])
    embedder = LlamaCppEmbedder(target, threads=1, self_test=False)
    ours = embedder.embed_documents([row["de"] for row in rows])
    embedder.close()
    # Eight bits are not thirty-two, and a random model feels it more than a trained one.
    assert float((torch.from_numpy(ours) * german).sum(1).min()) > 0.98


def distance(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    return 1 - float((ours * theirs).sum(1).mean())


def mean(said: list[dict[str, float]], key: str) -> float:
    return sum(item[key] for item in said) / len(said)
