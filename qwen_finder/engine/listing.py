"""What the model catalog means to the rest of the program: listings, and which languages a model reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from qwen_finder.core.status import DownloadStatus, ModelListing
from qwen_finder.engine.machine import room_here
from qwen_finder.engine.sight import AUTO, OFF
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.fit import CONTEXT, Room, fit, memory_need, recommend


def listings(
    models: Path,
    *,
    active: str,
    seeing: str,
    judging: str = OFF,
    context: int = CONTEXT,
    room: Room | None = None,
    downloads: Mapping[str, DownloadStatus] | None = None,
) -> tuple[ModelListing, ...]:
    """Every model of the catalog, and those of the user's own that are in use; ``active`` is the address of
    the text model, ``seeing`` that of the picture model, ``judging`` that of the reranker. ``context`` is the
    longest text in tokens, ``room`` what this machine has, ``downloads`` those that were begun."""
    catalog = load_catalog().models
    addresses = {"text": active, "image": seeing, "reranker": judging}
    in_use = {modality: _reference(address) for modality, address in addresses.items()}
    for modality, address in addresses.items():
        if address == AUTO:
            first = [entry for entry in catalog if entry.modality == modality]
            # Of picture models only the default is taken unasked, of rerankers any that is there.
            first = first[:1] if modality == "image" else first
            in_use[modality] = next((entry.id for entry in first if entry.installed(models)), OFF)
    room = room or room_here(models)
    begun = downloads or {}
    installed = [entry.id for entry in catalog if entry.installed(models)]
    best, why = recommend(catalog, room, installed) or (None, "")

    def listed(entry: CatalogEntry) -> ModelListing:
        download, there = begun.get(entry.id), entry.id in installed
        fetched = download.bytes_done if download else 0
        fits, reason = fit(
            entry, room, missing_bytes=0 if there else max(entry.size - fetched, 0), context=context
        )
        return ModelListing(
            id=entry.id,
            name=entry.name,
            modality=entry.modality,
            languages=entry.languages,
            dimensions=entry.dimensions,
            bytes=entry.size,
            licence=entry.licence,
            installed=there,
            active=in_use[entry.modality] == entry.id,
            note=entry.note,
            family=entry.family,
            quantization=entry.quantization,
            context_length=entry.context_length,
            smallest_dimensions=entry.smallest_dimensions,
            memory_bytes=memory_need(entry, context),
            fits=fits.value,
            fits_reason=reason,
            recommended=entry is best,
            reason=why if entry is best else "",
            download=download,
            figures=entry.figures,
        )

    known = tuple(listed(entry) for entry in catalog)
    ids = {(model.modality, model.id) for model in known}
    own = [
        _own(addresses[modality], modality, Path(reference).expanduser())
        for modality, reference in in_use.items()
        if reference not in (OFF, "") and (modality, reference) not in ids
    ]
    return (*known, *own)


def _reference(address: str) -> str:
    return address.partition(":")[2] or address


def _own(address: str, modality: str, path: Path) -> ModelListing:
    files = path.iterdir() if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return ModelListing(
        address, path.name, modality, "", 0, size, "", bool(size), True, "A model of your own."
    )


def note_on(model: str) -> str:
    """What the user should know of a catalog model; "" for one of their own."""
    entry = load_catalog().find(model.removeprefix("gguf:"))
    return "" if entry is None else entry.note


def reads(languages: str, text: str) -> bool:
    """Whether a model of ``languages`` gives ``text`` a meaningful vector.

    An English model reads other languages in Latin letters a little, through shared words and names, and
    everything else not at all.
    """
    if languages != "English":
        return True
    letters = [char for char in text if char.isalpha()]
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return latin * 2 >= len(letters)


def what_pictures_would_add() -> str:
    """What the default picture model is good for, its size and how it is had, in one sentence."""
    entry = next(entry for entry in load_catalog().models if entry.modality == "image")
    return (
        "Pictures are found by their names and the words in them. To find them by what they show, in any "
        f"language, fetch a picture model ({entry.size / 1e9:.1f} GB): "
        f"`qwen-finder models download {entry.id}`."
    )
