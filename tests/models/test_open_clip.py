"""The picture embedder with the tiny CLIP. What every one of them does the contract suite shows."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fakes.shapes import LANGUAGES, THINGS, captions, draw
from qwen_finder.core.errors import ModelError
from qwen_finder.core.picture import Fit, Framing, Interpolation
from qwen_finder.models.factory import open_picture_embedder
from qwen_finder.models.open_clip_folder import CONFIG

KEPT = Path(__file__).parents[1] / "data" / "tiny_clip"
NOWHERE = Path("/nowhere")
HELD_OUT = 2_000_000


class Memory(dict[str, str]):
    def set(self, key: str, value: str) -> None:
        self[key] = value


@pytest.fixture
def embedder() -> Iterator[Any]:
    opened = open_picture_embedder(f"clip:{KEPT}", NOWHERE, self_test=False)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KEPT, tmp_path / "model"))


def views(seed: int = HELD_OUT) -> np.ndarray:
    """One picture of each thing, which the model has not seen."""
    drawn = (draw(*thing, seed=seed, size=(150, 110)) for thing in THINGS)
    return np.stack([np.asarray(one.resize((64, 64), Image.Resampling.BICUBIC)) for one in drawn])


def configure(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    change(config)
    (folder / CONFIG).write_text(json.dumps(config), "utf-8")


# What it sees


def test_it_passes_the_self_test_and_says_what_it_is() -> None:
    opened = open_picture_embedder(f"clip:{KEPT}", NOWHERE, store=Memory())
    spec = opened.spec
    assert (spec.name, spec.modality, spec.dimensions, spec.max_tokens) == ("tiny_clip", "image", 64, 32)
    assert opened.framing == Framing(64, Fit.SQUASH, Interpolation.BICUBIC, 0)
    assert opened.notice == ""
    opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_finds_what_shows_it(embedder: Any, language: str) -> None:
    for said in zip(*(captions(language, *thing) for thing in THINGS), strict=True):
        cosines = embedder.embed_queries(said) @ embedder.embed_pictures(views()).T
        assert (cosines.argmax(axis=1) == np.arange(len(THINGS))).mean() >= 0.95


def test_vectors_are_those_of_open_clip_itself(embedder: Any) -> None:
    import torch

    from qwen_finder.models.torch_stack import open_clip_library

    library = open_clip_library()
    model, preprocess = library.create_model_from_pretrained(f"local-dir:{KEPT}")
    tokenize = library.get_tokenizer(f"local-dir:{KEPT}")
    model.eval()
    pictures, said = views(), [captions("de", *thing)[0] for thing in THINGS]
    with torch.inference_mode():
        ready = torch.stack([preprocess(Image.fromarray(picture)) for picture in pictures])
        seen = model.encode_image(ready, normalize=True).numpy()
        read = model.encode_text(tokenize(said), normalize=True).numpy()
    assert (embedder.embed_pictures(pictures) * seen).sum(axis=1).min() > 0.99999
    assert (embedder.embed_queries(said) * read).sum(axis=1).min() > 0.99999


def test_queries_are_cleaned_as_the_model_asks(embedder: Any) -> None:
    plain, loud = embedder.embed_queries(["red circle", "  RED, Circle!  "])
    assert plain @ loud > 0.9999


def test_a_long_query_is_cut_at_its_end(embedder: Any) -> None:
    long = "red circle on a very pale background " * 30
    one, other = embedder.embed_queries([long, long + "blue star " * 99])
    assert one @ other > 0.9999


def test_hostile_queries_are_queries(embedder: Any) -> None:
    texts = ["\0", "\udcff\ud800", "<eos><pad>", "", "\n\t ", "a" * 50_000, "🇩🇪" * 99]
    assert np.isfinite(embedder.embed_queries(texts)).all()


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((1, 63, 64, 3), np.uint8),
        np.zeros((64, 64, 3), np.uint8),
        np.zeros((1, 64, 64, 3), np.float32),
        np.zeros((1, 3, 64, 64), np.uint8),
    ],
)
def test_views_of_another_framing_are_refused(embedder: Any, wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="looks at 64 pixels"):
        embedder.embed_pictures(wrong)


# What it is known by


def test_what_was_measured_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    first = open_picture_embedder(f"clip:{KEPT}", NOWHERE, store=memory, self_test=False)
    assert {key.partition(".")[0] for key in memory} == {"sha256", "tuning"}
    monkeypatch.setattr("qwen_finder.models.picture_tuning.measure", None)
    again = open_picture_embedder(f"clip:{KEPT}", NOWHERE, store=memory, self_test=False)
    plain = open_picture_embedder(f"clip:{KEPT}", NOWHERE, self_test=False)
    assert again.spec == first.spec == plain.spec
    pictures = views()
    assert (again.embed_pictures(pictures) * plain.embed_pictures(pictures)).sum(axis=1).min() > 0.999
    for opened in (first, again, plain):
        opened.close()


def test_the_fingerprint_is_of_what_makes_the_vectors_of_pictures(folder: Path) -> None:
    def fingerprint() -> str:
        opened = open_picture_embedder(f"clip:{folder}", NOWHERE, self_test=False)
        opened.close()
        return opened.spec.fingerprint

    original = fingerprint()
    moved = folder.rename(folder.parent / "elsewhere")
    folder = moved
    assert fingerprint() == original
    configure(folder, lambda config: config["model_cfg"]["text_cfg"].update(context_length=24))
    # The file's own positions are cut to fit, and pictures are seen as before.
    assert fingerprint() == original
    configure(folder, lambda config: config["preprocess_cfg"].update(mean=[0.4, 0.5, 0.5]))
    other_mean = fingerprint()
    configure(folder, lambda config: config["preprocess_cfg"].update(resize_mode="shortest"))
    other_fit = fingerprint()
    weights = folder / "open_clip_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-3] ^= 1
    weights.write_bytes(content)
    assert len({original, other_mean, other_fit, fingerprint()}) == 4


# What is refused


def test_random_weights_are_refused(folder: Path) -> None:
    from safetensors.torch import load_file, save_file
    from torch import manual_seed, randn_like

    weights = folder / "open_clip_model.safetensors"
    trained = load_file(weights)
    for seed in range(4):
        manual_seed(seed)
        drawn = {
            name: 0.1 * randn_like(tensor) if tensor.is_floating_point() and tensor.ndim > 1 else tensor
            for name, tensor in trained.items()
        }
        save_file(drawn, weights)
        with pytest.raises(ModelError, match="cannot tell plain coloured shapes apart") as caught:
            open_picture_embedder(f"clip:{folder}", NOWHERE)
        assert caught.value.code == "model.broken"


def test_what_is_refused_leaves_no_weights_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from qwen_finder.models import open_clip

    def refuse(*_arguments: object) -> None:
        raise ModelError("model.broken", "It does not see.")

    closed: list[Any] = []
    close = open_clip.OpenClipEmbedder.close
    monkeypatch.setattr(open_clip, "run_self_test", refuse)
    monkeypatch.setattr(open_clip.OpenClipEmbedder, "close", lambda self: closed.append(self) or close(self))
    with pytest.raises(ModelError, match="It does not see"):
        open_clip.OpenClipEmbedder(KEPT)
    assert [embedder._towers for embedder in closed] == [None]


def test_vectors_of_another_length_than_configured_are_refused(
    embedder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(embedder._towers), "see", lambda _towers, views: np.ones((len(views), 7)))
    with pytest.raises(ModelError, match="7 dimensions, not 64") as caught:
        embedder.embed_pictures(views())
    assert caught.value.code == "model.foreign"


def test_one_tower_of_another_model_is_refused(folder: Path) -> None:
    from safetensors.torch import load_file, save_file
    from torch import manual_seed, randn_like

    weights = folder / "open_clip_model.safetensors"
    tensors = load_file(weights)
    manual_seed(7)
    for name, tensor in tensors.items():
        if name.startswith("text.") and tensor.ndim > 1:
            tensors[name] = 0.1 * randn_like(tensor)
    save_file(tensors, weights)
    with pytest.raises(ModelError) as caught:
        open_picture_embedder(f"clip:{folder}", NOWHERE)
    assert caught.value.code == "model.broken"


def test_weights_that_are_not_numbers_are_refused(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = folder / "open_clip_model.safetensors"
    save_file(
        {
            name: tensor * float("nan") if tensor.ndim > 1 else tensor
            for name, tensor in load_file(weights).items()
        },
        weights,
    )
    with pytest.raises(ModelError) as caught:
        open_picture_embedder(f"clip:{folder}", NOWHERE)
    assert caught.value.code == "model.broken"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda config: config["model_cfg"]["text_cfg"]["tokenizer_kwargs"].update(clean="x"),
            "model.tokenizer",
        ),
        (lambda config: config["model_cfg"].update(embed_dim=32), "model.foreign"),
        (lambda config: config["model_cfg"]["vision_cfg"].update(layers=[2, 1, 1, 1]), "model.foreign"),
        (lambda config: config["model_cfg"]["vision_cfg"].update(layers=2, patch_size=16), "model.foreign"),
        (lambda config: config["model_cfg"]["vision_cfg"].update(colour="red"), "model.foreign"),
        (lambda config: config["model_cfg"]["text_cfg"].update(hf_model_name="some/model"), "model.foreign"),
        (lambda config: config["preprocess_cfg"].update(resize_mode="sideways"), "model.foreign"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(
    folder: Path, change: Callable[[dict[str, Any]], object], code: str
) -> None:
    configure(folder, change)
    with pytest.raises(ModelError) as caught:
        open_picture_embedder(f"clip:{folder}", NOWHERE)
    assert caught.value.code == code
    assert caught.value.hint


def test_a_damaged_tokenizer_is_refused(folder: Path) -> None:
    (folder / "tokenizer.json").write_text('{"version": "1.0"')
    with pytest.raises(ModelError, match="tokenizer") as caught:
        open_picture_embedder(f"clip:{folder}", NOWHERE)
    assert caught.value.code == "model.tokenizer"


def test_no_weights_are_no_random_weights(folder: Path) -> None:
    (folder / "open_clip_model.safetensors").unlink()
    with pytest.raises(ModelError) as caught:
        open_picture_embedder(f"clip:{folder}", NOWHERE, self_test=False)
    assert caught.value.code == "model.incomplete"


# Queries go first


def test_pictures_wait_while_a_query_is_read(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qwen_finder.models.open_clip._PATIENCE_S", 60.0)
    embedder._batch = 1
    seeing, go_on, read = threading.Event(), threading.Event(), threading.Event()
    order: list[str] = []
    towers = embedder._towers

    class Watched:
        device = "cpu"

    def see(_towers: object, views: np.ndarray) -> np.ndarray:
        order.append("picture")
        seeing.set()
        go_on.wait(30)
        return see_really(towers, views)

    def read_slowly(_towers: object, texts: list[str]) -> np.ndarray:
        # The batch that was under way is done with, and the next is not begun.
        go_on.set()
        with embedder._seeing:
            order.append("query")
        read.set()
        return read_really(towers, texts)

    see_really, read_really = type(towers).see, type(towers).read
    monkeypatch.setattr(type(towers), "see", see)
    monkeypatch.setattr(type(towers), "read", read_slowly)
    thread = threading.Thread(target=embedder.embed_pictures, args=(views()[:3],))
    thread.start()
    assert seeing.wait(30)
    embedder.embed_queries(["red circle"])
    thread.join(30)
    assert order == ["picture", "query", "picture", "picture"]


# Memory that runs out


class Card:
    """Pretends that the towers are on a graphics card that holds ``room`` pictures at a time."""

    def __init__(self, embedder: Any, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        import torch

        from qwen_finder.models.towers import Towers

        self.room = room
        self.asked: list[int] = []
        see, read = Towers.see, Towers.read

        def see_if_it_fits(towers: Towers, views: np.ndarray) -> np.ndarray:
            self.asked.append(len(views))
            if towers.device == "cuda" and len(views) > self.room:
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
            return on_processor(see, towers, views)

        def read_if_it_fits(towers: Towers, texts: list[str]) -> np.ndarray:
            if towers.device == "cuda" and not self.room:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return on_processor(read, towers, texts)

        def on_processor(work: Callable[..., np.ndarray], towers: Towers, inputs: Any) -> np.ndarray:
            pretended, towers.device = towers.device, "cpu"
            try:
                return work(towers, inputs)
            finally:
                towers.device = pretended

        monkeypatch.setattr(Towers, "see", see_if_it_fits)
        monkeypatch.setattr(Towers, "read", read_if_it_fits)
        embedder._towers.device = "cuda"
        embedder._batch = 16


def test_batches_become_smaller_when_the_card_is_full(embedder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = views()
    expected = embedder.embed_pictures(pictures)
    card = Card(embedder, monkeypatch, room=4)
    assert (embedder.embed_pictures(pictures) * expected).sum(axis=1).min() > 0.9999
    assert card.asked == [16, 8, *[4] * 7, 2]
    assert embedder.notice == (
        "The graphics memory is short: tiny_clip sees pictures in batches of 4, which is slower."
    )
    assert embedder._towers.device == "cuda"


@pytest.mark.parametrize("first", ["pictures", "queries"])
def test_the_processor_takes_over_when_nothing_fits(
    embedder: Any, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    pictures = views()
    expected, asked = embedder.embed_pictures(pictures), embedder.embed_queries(["red circle"])
    Card(embedder, monkeypatch, room=0)
    if first == "pictures":
        assert (embedder.embed_pictures(pictures) * expected).sum(axis=1).min() > 0.9999
    assert embedder.embed_queries(["red circle"]) @ asked[0] > 0.9999
    assert (embedder.embed_pictures(pictures) * expected).sum(axis=1).min() > 0.9999
    assert embedder.notice == (
        "The graphics memory does not hold tiny_clip: it runs on the processor, which is slower."
    )


def test_a_card_too_small_for_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from qwen_finder.models import open_clip
    from qwen_finder.models.towers import Towers

    class Small(Towers):
        def __init__(self, folder: Any, device: str, precision: Any) -> None:
            if device == "mps":
                raise torch.OutOfMemoryError("MPS backend out of memory")
            super().__init__(folder, device, precision)

    monkeypatch.setattr(open_clip, "Towers", Small)
    opened = open_clip.OpenClipEmbedder(KEPT, device="mps")
    assert "runs on the processor" in opened.notice
    assert opened.embed_queries(["red circle"]).shape == (1, 64)
    opened.close()


@pytest.mark.parametrize(
    ("said", "code"),
    [("device-side assert triggered", "model.device"), ("can't allocate memory: you tried", "model.memory")],
)
def test_a_device_that_fails_is_an_error(
    embedder: Any, monkeypatch: pytest.MonkeyPatch, said: str, code: str
) -> None:
    def fail(_towers: object, views: np.ndarray) -> np.ndarray:
        raise RuntimeError(said)

    monkeypatch.setattr(type(embedder._towers), "see", fail)
    with pytest.raises(ModelError) as caught:
        embedder.embed_pictures(views())
    assert caught.value.code == code
    assert embedder.embed_queries(["red circle"]).shape == (1, 64), "the lock was given back"
