"""What a model needs, whether this machine has it, and which model suits it best.

Memory is that of the weights, of the key-value cache for the longest text that is embedded at once, and of
room to compute in. It is reckoned and not measured: nothing is loaded here. It knows plain values only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from qwen_finder.models.catalog import CatalogEntry

CONTEXT = 8_192
"""Tokens of the longest text that is embedded at once."""

_ROOM = 256_000_000
# What importing PyTorch and open_clip takes.
_PICTURE_LIBRARY = 370_000_000
_CACHE_BYTES = 2  # float16
_SPARE_DISK = 200_000_000

# A share of the memory: the rest is for the system and what else is open.
_EASY, _MOST = 0.5, 0.8
# A graphics card has fewer guests.
_EASY_CARD, _MOST_CARD = 0.8, 0.95

# On fewer cores the smallest Qwen3-Embedding takes days for a disk full of documents.
_CORES_FOR_SMALLEST = 8
# Q8_0 loses nothing that can be measured; below it quality goes, above it only room.
_PREFERRED = ("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "")


class Fits(StrEnum):
    """Whether a model runs here. TIGHT: it does, and other programs may suffer."""

    YES = "yes"
    TIGHT = "tight"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Room:
    """What this machine has: ``memory`` and ``free_disk`` in bytes, and of the graphics card that llama.cpp
    can use its name and bytes ("" and 0 when there is none)."""

    memory: int
    free_disk: int
    cores: int
    card: str = ""
    card_memory: int = 0


def memory_need(entry: CatalogEntry, context: int = CONTEXT) -> int:
    """Bytes of memory that ``entry`` takes when it is loaded and embeds ``context`` tokens at once."""
    if entry.modality == "image":
        return entry.size + _PICTURE_LIBRARY
    tokens = min(context, entry.context_length)
    # Keys and values, for each layer.
    cache = 2 * entry.layers * entry.kv_width * _CACHE_BYTES * tokens
    return entry.size + cache + (_ROOM if entry.layers else 0)


def fit(entry: CatalogEntry, room: Room, *, missing_bytes: int, context: int = CONTEXT) -> tuple[Fits, str]:
    """Whether ``entry`` runs on this machine, and why, in a sentence. ``missing_bytes`` are to be fetched."""
    need = memory_need(entry, context)
    if missing_bytes and missing_bytes + _SPARE_DISK > room.free_disk:
        free = gigabytes(room.free_disk)
        return Fits.NO, f"Its {gigabytes(missing_bytes)} do not fit on the disk, where {free} are free."
    slow = "without a graphics card it is slow"
    if entry.modality != "image" and room.card_memory:
        card = f"the graphics card ({room.card}, {gigabytes(room.card_memory)})"
        if need <= room.card_memory * _EASY_CARD:
            return Fits.YES, f"Its {gigabytes(need)} fit on {card}."
        if need <= room.card_memory * _MOST_CARD:
            return Fits.TIGHT, f"Its {gigabytes(need)} nearly fill {card}."
        slow = f"{card} carries a part of it"
    memory = f"the memory ({gigabytes(room.memory)})"
    if need <= room.memory * _EASY:
        if _wants_card(entry):
            return Fits.TIGHT, f"Its {gigabytes(need)} fit in {memory}; {slow}."
        return Fits.YES, f"Its {gigabytes(need)} fit in {memory}."
    if need <= room.memory * _MOST:
        return Fits.TIGHT, f"Its {gigabytes(need)} leave little of {memory} to others."
    return Fits.NO, f"It takes {gigabytes(need)} of memory, and this machine has {gigabytes(room.memory)}."


def best_form(forms: Sequence[CatalogEntry], room: Room, installed: Sequence[str] = ()) -> CatalogEntry:
    """The one of several quantisations of a model to take here: one that is ``installed`` (ids), else the
    best that fits with ease, else the smallest."""
    for entry in forms:
        if entry.id in installed:
            return entry
    easy = {
        entry.quantization: entry
        for entry in forms
        if fit(entry, room, missing_bytes=entry.size)[0] is Fits.YES
    }
    for quantization in _PREFERRED:
        if quantization in easy:
            return easy[quantization]
    return min(forms, key=lambda entry: entry.size)


def recommend(
    entries: Sequence[CatalogEntry], room: Room, installed: Sequence[str] = ()
) -> tuple[CatalogEntry, str] | None:
    """The text model that suits this machine best, and why, in a sentence; None if there is none at all."""
    texts = [entry for entry in entries if entry.modality == "text"]
    families = {entry.family: [other for other in texts if other.family == entry.family] for entry in texts}

    def easy(family: str, *, on_card: bool) -> CatalogEntry | None:
        forms = families.get(family)
        if not forms or (on_card and not room.card_memory):
            return None
        entry = best_form(forms, room, installed)
        if on_card and memory_need(entry) > room.card_memory * _EASY_CARD:
            return None
        missing = 0 if entry.id in installed else entry.size
        return entry if fit(entry, room, missing_bytes=missing)[0] is Fits.YES else None

    if chosen := easy("Qwen3-Embedding-4B", on_card=True):
        return chosen, f"It is the best that {room.card or 'the graphics card'} runs with ease, fast at that."
    if chosen := easy("Qwen3-Embedding-0.6B", on_card=True):
        return chosen, f"It is what fits on {room.card or 'the graphics card'}."
    if room.cores >= _CORES_FOR_SMALLEST and (chosen := easy("Qwen3-Embedding-0.6B", on_card=False)):
        return chosen, f"It is the best that {room.cores} processor cores carry without a graphics card."
    small = [entry for entry in texts if not _wants_card(entry) and not entry.layers]
    if not small:
        return None
    # The one that reads most languages; of several, the first.
    chosen = max(small, key=lambda entry: len(entry.language_codes))
    cores = f"{room.cores} processor core{'' if room.cores == 1 else 's'}"
    return chosen, f"It is quick on {cores} without a graphics card; bigger ones would take days to index."


def _wants_card(entry: CatalogEntry) -> bool:
    """Whether it is a model of billions of parameters."""
    return entry.layers * entry.kv_width > 28 * 1024


def gigabytes(count: int) -> str:
    """``4.3 GB``, ``38 MB``."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.0f} MB"
