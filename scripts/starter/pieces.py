"""The training tokenizer: the program's text step, then WordPiece as llama.cpp does it.

``tests/models/test_text_step.py`` compares it with llama.cpp, id by id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer

from qwen_finder.models.gguf_file import read_gguf
from qwen_finder.models.native import NativeModel, library
from qwen_finder.models.text_step import HAN_KEY, TRADITIONAL_KEY, TextStep

Ids = npt.NDArray[np.int32]
CLS, SEP, UNKNOWN = 101, 102, 100
_CONTROL = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]")

_HAN = re.compile("([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f])")
"""llama.cpp sets each apart; only those that have no spare letter are left."""


class Pieces:
    """``vocabulary`` in the order of the ids; ``han`` and ``traditional`` are the tables of the text step."""

    def __init__(self, vocabulary: Sequence[str], han: str, traditional: str) -> None:
        self.vocabulary, self.han, self.traditional = list(vocabulary), han, traditional
        self.step = TextStep(han, traditional)
        ids = {piece: number for number, piece in enumerate(self.vocabulary)}
        model = WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100_000)
        self._tokenizer = Tokenizer(model)
        self._tokenizer.pre_tokenizer = BertPreTokenizer()

    def spelt(self, text: str) -> str:
        """``text`` as the pieces are made of it."""
        return _HAN.sub(r" \1 ", _CONTROL.sub("", self.step(text)).lower())

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text, without CLS and SEP."""
        return self.encode_spelt([self.spelt(text) for text in texts])

    def encode_spelt(self, spelt: Sequence[str]) -> list[list[int]]:
        """The ids of texts that the step has spelt already."""
        found = self._tokenizer.encode_batch_fast(spelt, add_special_tokens=False)
        return [encoding.ids for encoding in found]

    @classmethod
    def of_model(cls, path: Path) -> Pieces:
        """Those of a GGUF file that ``export`` wrote."""
        metadata, model = read_gguf(path), NativeModel(path)
        try:
            api = library()
            count = int(api.llama_vocab_n_tokens(model.vocabulary))
            texts = [api.llama_vocab_get_text(model.vocabulary, number).decode() for number in range(count)]
        finally:
            model.close()
        return cls(
            [_word_piece(text) for text in texts], metadata.text(HAN_KEY), metadata.text(TRADITIONAL_KEY)
        )

    def save(self, path: Path) -> None:
        content = {"han": self.han, "traditional": self.traditional, "vocabulary": self.vocabulary}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=0), "utf-8")

    @classmethod
    def load(cls, path: Path) -> Pieces:
        content = json.loads(path.read_text("utf-8"))
        return cls(content["vocabulary"], content["han"], content["traditional"])


def _word_piece(text: str) -> str:
    """llama.cpp marks the start of a word, where WordPiece marks its continuation."""
    if text.startswith("[") and text.endswith("]") and len(text) > 2:
        return text
    return text[1:] if text.startswith("\u2581") else f"##{text}"
