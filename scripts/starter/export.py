"""Writes a checkpoint as the GGUF file that the program runs: Q8_0, with the tables of its text step inside.

``python -m starter.export WORK --teacher FOLDER --target FILE [--checkpoint FILE]``
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from qwen_finder.models.bert_gguf import BertModel, write_bert_gguf
from qwen_finder.models.text_step import HAN_KEY, KEY, TRADITIONAL_KEY, VERSION
from starter.evaluate import tables
from starter.pieces import Pieces

NAME = "Qwen Finder multilingual starter"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path)
    options = parser.parse_args(arguments)
    pieces = Pieces.load(options.work / "pieces.json")
    encoder, table = tables(options.checkpoint, options.work, options.teacher)
    config = json.loads((options.teacher / "config.json").read_text("utf-8"))
    config["vocab_size"] = len(pieces.vocabulary)
    weights = encoder.weights() | {"embeddings.word_embeddings.weight": table.numpy()}
    write_bert_gguf(
        BertModel(config, pieces.vocabulary, weights),
        options.target,
        name=NAME,
        licence="apache-2.0",
        notes={KEY: VERSION, HAN_KEY: pieces.han, TRADITIONAL_KEY: pieces.traditional},
    )
    print(f"{options.target}: {options.target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
