"""The models that can be had and those that are here: the engine's part that ``models …`` speaks to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qwen_finder.core.status import ModelListing
from qwen_finder.engine.listing import listings
from qwen_finder.settings.store import Settings


class Shelf:
    """``models`` is the folder that models go into; ``settings`` tells which ones are in use."""

    def __init__(self, models: Path, settings: Callable[[], Settings]) -> None:
        self._models = models
        self._settings = settings

    def models(self) -> tuple[ModelListing, ...]:
        """Every model of the catalog, and those of the user's own that are in use."""
        settings = self._settings()
        return listings(
            self._models, active=settings.text("models.text"), seeing=settings.text("models.image")
        )
