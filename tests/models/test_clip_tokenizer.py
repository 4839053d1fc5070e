"""Where texts end. What is tokenized the tests of the embedder show."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from qwen_finder.core.errors import ModelError
from qwen_finder.models.clip_tokenizer import CONFIG, open_tokenizer

KEPT = Path(__file__).parents[1] / "data" / "tiny_clip"
PAD, EOS, BOS = 0, 1, 2


def gemma(folder: Path, template: str, **config: object) -> Path:
    """A model folder whose tokenizer is of the sort that SigLIP 2 has, with few pieces."""
    shutil.copytree(KEPT, folder)
    letters = [*(f"<0x{byte:02X}>" for byte in range(256)), "▁", "a"]
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", *letters]
    tokenizer = Tokenizer(
        models.BPE({piece: at for at, piece in enumerate(pieces)}, [], unk_token="<unk>", byte_fallback=True)
    )
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=template, special_tokens=[("<eos>", EOS), ("<bos>", BOS)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"pad_token": "<pad>", "eos_token": "<eos>", "bos_token": "<bos>", "unk_token": "<unk>"}
    content = {"tokenizer_class": "GemmaTokenizer", "padding_side": "right", **names, **config}
    (folder / CONFIG).write_text(json.dumps(content))
    return folder


@pytest.mark.parametrize("template", ["$A <eos>", "<bos> $A", "<bos> $A <eos>", "$A"])
def test_texts_end_as_the_configuration_says(tmp_path: Path, template: str) -> None:
    tokenize = open_tokenizer(gemma(tmp_path / "model", template, add_bos_token=False, add_eos_token=True))
    short, long = tokenize(["aa", "a" * 99]).tolist()
    a = short[0]
    assert short == [a, a, EOS, *[PAD] * 29]
    assert long == [a] * 31 + [EOS]


def test_without_a_word_in_the_configuration_the_tokenizer_is_left_as_it_is(tmp_path: Path) -> None:
    (ids,) = open_tokenizer(gemma(tmp_path / "model", "<bos> $A <eos>"))(["a"]).tolist()
    assert (ids[0], ids[2], ids[3]) == (BOS, EOS, PAD)


def test_a_tokenizer_that_cannot_do_what_is_said_is_refused(tmp_path: Path) -> None:
    folder = gemma(tmp_path / "model", "$A <eos>", add_bos_token=True, add_eos_token=True)
    config = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps({**config, "bos_token": None}))
    with pytest.raises(ModelError, match="does not begin or end texts") as caught:
        open_tokenizer(folder)
    assert caught.value.code == "model.tokenizer"


def test_the_tiny_clip_ends_texts(tmp_path: Path) -> None:
    (ids,) = open_tokenizer(KEPT)(["red circle"]).tolist()
    assert ids[ids.index(EOS) + 1 :] == [PAD] * (31 - ids.index(EOS))
