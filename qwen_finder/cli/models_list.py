"""``models list``: every model, what it takes, whether it runs on this machine, and which suits it best."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from qwen_finder.cli.console import BOLD, DIM, GREEN, RED, YELLOW, Console
from qwen_finder.cli.text import visible
from qwen_finder.cli.units import size
from qwen_finder.core.status import DownloadState, ModelListing

_HEADINGS = {"text": "Text models", "image": "Picture models", "reranker": "Rerankers"}
_MARKS = {"yes": ("fits", GREEN), "tight": ("tight", YELLOW), "no": ("does not fit", RED)}


def show_models(models: Sequence[ModelListing], console: Console) -> None:
    """One model a line, its quantisations below the family's name."""
    for modality, heading in _HEADINGS.items():
        listed = [model for model in models if model.modality == modality]
        if listed:
            console.line(console.paint(heading, BOLD))
        for family, forms in groupby(listed, key=lambda model: model.family or model.id):
            _show_family(family, list(forms), console)
    for model in models:
        if model.recommended:
            state = "" if model.installed else f" `qwen-finder models download {visible(model.id)}`"
            console.line(f"Recommended here: {visible(model.id)}. {visible(model.reason)}{state}")


def _show_family(family: str, forms: Sequence[ModelListing], console: Console) -> None:
    first = forms[0]
    about = [visible(first.languages), visible(first.licence)]
    if first.dimensions:
        cut = f", may be cut to {first.smallest_dimensions}" if first.smallest_dimensions else ""
        about.insert(0, f"{first.dimensions} dimensions{cut}")
    name = "" if first.name == family or first.family else f" ({visible(first.name)})"
    console.line(
        f"  {console.paint(visible(family), BOLD)}{name}: {'; '.join(part for part in about if part)}"
    )
    if first.note:
        console.line(f"    {visible(first.note)}")
    said = ""
    for form in forms:
        mark, colour = _MARKS.get(form.fits, ("", DIM))
        console.line(
            f"    {visible(form.id)}  {size(form.bytes)}, memory {size(form.memory_bytes)}, "
            f"{console.paint(mark, colour)}  ({_state(form)})"
        )
        if form.fits not in ("yes", said) and form.fits_reason:
            # It is the same for the others, but for the number.
            said = form.fits
            console.line(console.paint(f"      {visible(form.fits_reason)}", DIM))
        if form.download is not None and form.download.state is DownloadState.FAILED:
            console.line(f"      {visible(form.download.message)} {visible(form.download.hint)}")


def _state(model: ModelListing) -> str:
    if model.active:
        return "in use" if model.installed else "chosen, but not installed"
    if model.installed:
        return "installed"
    if (download := model.download) is None:
        return "not installed"
    words = {
        DownloadState.QUEUED: "waits to be downloaded",
        DownloadState.RUNNING: "downloading",
        DownloadState.CHECKING: "checking the download",
        DownloadState.PAUSED: "download paused",
        DownloadState.FAILED: "download failed",
        DownloadState.DONE: "installed",
    }
    return f"{words[download.state]}, {size(download.bytes_done)} of {size(download.bytes_total)}"
