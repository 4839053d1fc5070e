"""Trains the tiny CLIP that the tests search pictures with, in under a minute of one processor core.

    python scripts/train_tiny_clip.py [FOLDER] [--steps 700] [--seed 1]     default: tests/data/tiny_clip

It sees 6 colours and 5 shapes and reads six languages, and is otherwise a CLIP like any other: a folder that
open_clip loads through its public ``local-dir:`` path, with a tokenizer of its own. What is drawn and said is
in ``tests/fakes/shapes.py``. Prints how often the right one of 180 pictures it has never seen comes first.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from torch import nn
from torch.nn import functional

from qwen_finder.models.torch_stack import open_clip_library

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from fakes.shapes import LANGUAGES, THINGS, captions, draw, draw_other  # noqa: E402

FOLDER = ROOT / "tests" / "data" / "tiny_clip"
SIZE = 64
CONTEXT_LENGTH = 32
VOCABULARY = 400
OTHERS = 12
"""Pictures without a shape, and texts about something else, in each step: what nothing should match."""
RENDERINGS = 80
"""Drawings of each thing to train on; tests draw with seeds from ``HELD_OUT`` on."""
HELD_OUT = 1_000_000

MODEL: dict[str, Any] = {
    "embed_dim": 64,
    "init_logit_bias": -10,
    "custom_text": True,
    "vision_cfg": {"image_size": SIZE, "layers": [1, 1, 1, 1], "width": 8},
    "text_cfg": {
        "context_length": CONTEXT_LENGTH,
        "vocab_size": VOCABULARY,
        "hf_tokenizer_name": "tiny",
        "tokenizer_kwargs": {"clean": "canonicalize"},
        "width": 64,
        "heads": 2,
        "layers": 1,
        "no_causal_mask": True,
        "proj_bias": True,
        "pool_type": "last",
    },
}
PREPROCESS = {
    "size": [SIZE, SIZE],
    "mode": "RGB",
    "mean": [0.5, 0.5, 0.5],
    "std": [0.5, 0.5, 0.5],
    "interpolation": "bicubic",
    "resize_mode": "squash",
    "fill_color": 0,
}
OTHER_WORDS = {
    "en": "invoice garden travel meeting server error music family winter budget contract recipe doctor "
    "train",
    "de": "Rechnung Garten Reise Sitzung Fehler Musik Familie Winter Vertrag Rezept Arzt Zug Steuer Haus",
    "fr": "facture jardin voyage réunion erreur musique famille hiver contrat recette médecin train impôt",
    "zh": "发票 花园 旅行 会议 错误 音乐 家庭 冬天 合同 食谱 医生 火车 海边的日落",
    "ru": "счёт сад поездка встреча ошибка музыка семья зима договор рецепт врач поезд налог",
    "ja": "請求書 庭 旅行 会議 エラー 音楽 家族 冬 契約 レシピ 医者 電車 税金",
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--steps", type=int, default=700)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    start = time.process_time()
    options.folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(options.folder)
    write_json(options.folder / "open_clip_config.json", {"model_cfg": MODEL, "preprocess_cfg": PREPROCESS})
    model = train(options.folder, options.steps, options.seed)
    weights = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(weights, options.folder / "open_clip_model.safetensors")
    print(f"{options.steps} steps in {time.process_time() - start:.0f} CPU-seconds")
    for language, right in top_1(options.folder).items():
        print(f"{language}: {right:.1%} of the held-out pictures found")
    return 0


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_tokenizer(folder: Path) -> None:
    """A byte-level BPE that knows the captions well and can spell everything else."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<pad>", "<eos>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    said = [text.lower() for thing in THINGS for language in LANGUAGES for text in captions(language, *thing)]
    tokenizer.train_from_iterator(said, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A <eos>", special_tokens=[("<eos>", 1)])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "pad_token": "<pad>",
            "eos_token": "<eos>",
            "padding_side": "right",
            "model_max_length": CONTEXT_LENGTH,
        },
    )


def train(folder: Path, steps: int, seed: int) -> nn.Module:
    open_clip = open_clip_library()
    tokenize = open_clip.get_tokenizer(f"local-dir:{folder}")
    model: nn.Module = open_clip.CustomTextCLIP(
        embed_dim=MODEL["embed_dim"],
        vision_cfg=dict(MODEL["vision_cfg"]),
        text_cfg=dict(MODEL["text_cfg"]),
        init_logit_bias=MODEL["init_logit_bias"],
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=max(steps, 2), pct_start=0.1)
    model.train()
    batches = examples(seed)
    same = torch.arange(len(THINGS)).repeat(2)
    for _ in range(steps):
        pictures, texts = next(batches)
        seen = functional.normalize(model.encode_image(pictures), dim=-1)  # type: ignore[operator]
        read = functional.normalize(model.encode_text(tokenize(texts)), dim=-1)  # type: ignore[operator]
        scores = 15 * seen @ read.T
        things = len(THINGS)
        by_picture = functional.cross_entropy(scores[: 2 * things], same)
        by_text = (
            scores.logsumexp(0)[:things] - (scores[:things] + scores[things : 2 * things]).diagonal() / 2
        ).mean()
        # Pictures of nothing and texts about something else are far from everything.
        astray = functional.relu(torch.cat([scores[2 * things :].flatten(), scores[:, things:].flatten()]))
        loss = by_picture + by_text + 0.5 * astray.mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return model.eval()


def examples(seed: int) -> Iterator[tuple[torch.Tensor, list[str]]]:
    """Endless batches: two pictures and one caption of each thing, then ones that belong to nothing."""
    random = Random(seed)
    # As high and as wide as pictures are, and distorted to a square like them.
    sizes = [(random.randint(64, 128), random.randint(64, 128)) for _ in range(RENDERINGS)]
    drawn = {
        thing: [squash(draw(*thing, seed=number, size=size)) for number, size in enumerate(sizes)]
        for thing in THINGS
    }
    others = [squash(draw_other(number, size)) for number, size in enumerate(10 * sizes)]
    while True:
        pictures = [random.choice(drawn[thing]) for _ in range(2) for thing in THINGS]
        pictures += random.choices(others, k=OTHERS)
        texts = [random.choice(captions(random.choice(LANGUAGES), *thing)) for thing in THINGS]
        texts += [_other_text(random) for _ in range(OTHERS)]
        yield as_tensor(pictures), texts


def squash(picture: Image.Image) -> Image.Image:
    return picture.resize((SIZE, SIZE), Image.Resampling.BICUBIC)


def _other_text(random: Random) -> str:
    words = OTHER_WORDS[random.choice(LANGUAGES)].split()
    return " ".join(random.choices(words, k=random.randint(1, 4)))


def as_tensor(pictures: list[Image.Image]) -> torch.Tensor:
    pixels = torch.from_numpy(np.stack([np.asarray(picture) for picture in pictures]))
    return (pixels.permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5


def top_1(folder: Path, renderings: int = 6) -> dict[str, float]:
    """Language → share of held-out things whose plainest caption finds one of their pictures first."""
    open_clip = open_clip_library()
    model, preprocess = open_clip.create_model_from_pretrained(f"local-dir:{folder}")
    model.eval()
    tokenize = open_clip.get_tokenizer(f"local-dir:{folder}")
    shown = [
        preprocess(draw(*thing, seed=HELD_OUT + number, size=(90 + 20 * number, 120)))
        for thing in THINGS
        for number in range(renderings)
    ]
    with torch.inference_mode():
        seen = functional.normalize(model.encode_image(torch.stack(shown)), dim=-1)
        found = {}
        for language in LANGUAGES:
            asked = tokenize([captions(language, *thing)[0] for thing in THINGS])
            read = functional.normalize(model.encode_text(asked), dim=-1)
            first = (read @ seen.T).argmax(dim=1) // renderings
            found[language] = float((first == torch.arange(len(THINGS))).float().mean())
    return found


if __name__ == "__main__":
    sys.exit(main())
