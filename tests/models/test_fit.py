"""What models need and which one is recommended, for machines from a small laptop to a server."""

from __future__ import annotations

import pytest

from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.fit import Fits, Room, best_form, fit, memory_need, recommend

GB = 10**9
LAPTOP = Room(memory=8 * GB, free_disk=100 * GB, cores=4)
DESKTOP = Room(memory=32 * GB, free_disk=100 * GB, cores=12)
SMALL_CARD = Room(memory=16 * GB, free_disk=100 * GB, cores=8, card="Small", card_memory=4 * GB)
GAMER = Room(memory=32 * GB, free_disk=100 * GB, cores=8, card="Big", card_memory=12 * GB)
SERVER = Room(memory=256 * GB, free_disk=900 * GB, cores=64, card="Huge", card_memory=80 * GB)


def entry(model: str) -> CatalogEntry:
    found = load_catalog().find(model)
    assert found is not None
    return found


def test_the_memory_is_that_of_weights_cache_and_room() -> None:
    model = entry("Qwen3-Embedding-4B-Q8_0")
    # 36 layers, keys and values, 8 heads of 128, float16.
    assert memory_need(model, 1_000) - memory_need(model, 0) == 36 * 2 * 8 * 128 * 2 * 1_000
    assert model.size < memory_need(model, 0) < model.size + GB
    assert memory_need(model, 10**9) == memory_need(model, 32_768)
    assert memory_need(entry("starter")) == entry("starter").size
    picture = entry("ViT-B-32-SigLIP2-256")
    assert memory_need(picture) > picture.size


@pytest.mark.parametrize(
    ("model", "room", "fits", "said"),
    [
        ("Qwen3-Embedding-0.6B-F16", SMALL_CARD, Fits.YES, "fit on the graphics card (Small, 4.0 GB)"),
        ("starter", LAPTOP, Fits.YES, "Its 44 MB fit in the memory (8.0 GB)."),
        ("Qwen3-Embedding-0.6B-Q8_0", LAPTOP, Fits.YES, "fit in the memory"),
        ("Qwen3-Embedding-4B-Q4_K_M", LAPTOP, Fits.TIGHT, "without a graphics card it is slow"),
        ("Qwen3-Embedding-4B-Q8_0", LAPTOP, Fits.TIGHT, "leave little of the memory"),
        (
            "Qwen3-Embedding-8B-F16",
            LAPTOP,
            Fits.NO,
            "It takes 16.6 GB of memory, and this machine has 8.0 GB.",
        ),
        ("Qwen3-Embedding-4B-Q8_0", GAMER, Fits.YES, "fit on the graphics card (Big, 12.0 GB)"),
        ("Qwen3-Embedding-8B-Q8_0", GAMER, Fits.YES, "fit on the graphics card"),
        ("Qwen3-Embedding-4B-Q4_K_M", SMALL_CARD, Fits.TIGHT, "carries a part of it"),
        ("ViT-B-32-SigLIP2-256", LAPTOP, Fits.YES, "fit in the memory"),
    ],
)
def test_whether_it_fits_is_said_with_the_reason(model: str, room: Room, fits: Fits, said: str) -> None:
    found, reason = fit(entry(model), room, missing_bytes=0)
    assert found is fits, reason
    assert said in reason


def test_what_does_not_fit_on_the_disk_does_not_fit() -> None:
    full = Room(memory=256 * GB, free_disk=2 * GB, cores=64, card="Huge", card_memory=80 * GB)
    model = entry("Qwen3-Embedding-4B-Q4_K_M")
    fits, reason = fit(model, full, missing_bytes=model.size)
    assert fits is Fits.NO
    assert reason == "Its 2.5 GB do not fit on the disk, where 2.0 GB are free."
    assert fit(model, full, missing_bytes=0)[0] is Fits.YES, "it is here already"


@pytest.mark.parametrize(
    ("family", "room", "form"),
    [
        ("Qwen3-Embedding-4B", SERVER, "Qwen3-Embedding-4B-Q8_0"),
        ("Qwen3-Embedding-8B", GAMER, "Qwen3-Embedding-8B-Q8_0"),
        ("Qwen3-Embedding-4B", LAPTOP, "Qwen3-Embedding-4B-Q4_K_M"),
        ("Qwen3-Embedding-0.6B", LAPTOP, "Qwen3-Embedding-0.6B-Q8_0"),
    ],
)
def test_the_form_that_suits_the_machine(family: str, room: Room, form: str) -> None:
    forms = load_catalog().forms(family)
    assert best_form(forms, room).id == form
    assert best_form(forms, room, installed=[forms[-1].id]) is forms[-1], "what is here is taken"


@pytest.mark.parametrize(
    ("room", "model", "said"),
    [
        (SERVER, "Qwen3-Embedding-4B-Q8_0", "Huge"),
        (GAMER, "Qwen3-Embedding-4B-Q8_0", "Big"),
        (SMALL_CARD, "Qwen3-Embedding-0.6B-Q8_0", "Small"),
        (DESKTOP, "Qwen3-Embedding-0.6B-Q8_0", "12 processor cores"),
    ],
)
def test_the_recommended_one_comes_with_a_reason(room: Room, model: str, said: str) -> None:
    found = recommend(load_catalog().models, room)
    assert found is not None
    assert found[0].id == model
    assert said in found[1]


def test_a_small_machine_is_recommended_the_small_model_that_reads_most_languages() -> None:
    models = [model for model in load_catalog().models if model.modality == "text"]
    found = recommend(models, LAPTOP)
    assert found is not None
    assert found[0].size < 200_000_000
    small = [model for model in models if not model.layers]
    assert len(found[0].language_codes) == max(len(model.language_codes) for model in small)
    assert "4 processor cores" in found[1]


def test_without_models_nothing_is_recommended() -> None:
    assert recommend([], SERVER) is None
