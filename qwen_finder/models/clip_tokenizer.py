"""The tokenizer of a picture model, held to what its files say of the ends of a text.

A model that reads a text's meaning at its last token finds nothing when that token is missing, and looks
healthy. Where ``tokenizer_config.json`` and ``tokenizer.json`` disagree on it, versions of transformers have
followed one or the other without a word: here the former, which is what people write, is made true.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from qwen_finder.core.errors import ModelError
from qwen_finder.models.torch_stack import open_clip_library

CONFIG = "tokenizer_config.json"

_ENDS = {"add_bos_token": ("bos_token_id", 0), "add_eos_token": ("eos_token_id", -1)}
"""Flag → the token it is about and where in a text that stands."""


def open_tokenizer(folder: Path) -> Any:
    """open_clip's tokenizer for the model in ``folder``: called with texts it gives a tensor of token ids.

    Raises ModelError "model.tokenizer" if it cannot be made to end texts as it should, and whatever
    open_clip and transformers raise about its files.
    """
    tokenize = open_clip_library().get_tokenizer(f"local-dir:{os.fspath(folder)}")
    # Models without files for it have a tokenizer of open_clip's own.
    inner = getattr(tokenize, "tokenizer", None)
    if inner is not None and (folder / CONFIG).is_file():
        config = json.loads((folder / CONFIG).read_text("utf-8"))
        flags = {flag: config[flag] for flag in _ENDS if isinstance(config.get(flag), bool)}
        if not _ends_as_said(inner, flags):
            for flag, wanted in flags.items():
                setattr(inner, flag, wanted)
            if not _ends_as_said(inner, flags):
                raise ModelError(
                    "model.tokenizer",
                    f"The tokenizer of the picture model in {folder} does not begin or end texts as its "
                    f"{CONFIG} says.",
                    "Another version of transformers may do so; or use another model.",
                )
    return tokenize


def _ends_as_said(tokenizer: Any, flags: dict[str, bool]) -> bool:
    ids = tokenizer("a").input_ids
    for flag, wanted in flags.items():
        name, place = _ENDS[flag]
        if bool(ids and ids[place] == getattr(tokenizer, name)) is not wanted:
            return False
    return True
