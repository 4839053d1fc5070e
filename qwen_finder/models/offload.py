"""Decides how many layers of a model go on the graphics card, and remembers what went wrong.

Some failures of a card end the process instead of being told: so each attempt is written down before it is
made, and an attempt that was not crossed out by the next start is not made again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence

from qwen_finder.core.ports import Placement
from qwen_finder.models.devices import Device, graphics_devices
from qwen_finder.models.gguf_file import GgufFile
from qwen_finder.models.native import library
from qwen_finder.models.placement import Load, fewer, layer_count, layers_that_fit, wished
from qwen_finder.models.tuning import Store

_DEATHS = 2
"""A process may end for other reasons: only so many in a row speak against the card."""

log = logging.getLogger(__name__)


class Offload:
    """``layers`` of ``of`` are to go on the card. ``setting`` as ``models.gpu_layers``; ``store`` remembers
    attempts between processes."""

    def __init__(
        self, file: GgufFile, sha256: str, setting: str, loads: Sequence[Load], store: Store | None
    ) -> None:
        self.of = layer_count(file)
        self._store = store
        wish = wished(setting, file)
        self._devices: tuple[Device, ...] = () if wish == 0 else graphics_devices()
        self.layers = 0
        if not self._devices:
            return
        cards = [[device.description, device.total] for device in self._devices]
        known = json.dumps([sha256, cards, str(library().__version__)])
        self._key = f"gpu.{hashlib.sha256(known.encode()).hexdigest()[:16]}"
        self._recall()
        fitting = layers_that_fit(file, self._devices, loads)
        self.layers = min(fitting if wish is None else wish, self._most)
        log.info("%d of %d layers of %s go on %s", self.layers, self.of, file.name, self.device)
        self._note()

    @property
    def device(self) -> str:
        """What the cards are called."""
        return ", ".join(dict.fromkeys(device.description for device in self._devices))

    def placement(self, needed: int) -> Placement:
        """Where the model is now, of which it is computed that it takes ``needed`` bytes; what it takes of
        the cards is measured, if they can tell."""
        if not self.layers:
            return Placement("CPU", f"0/{self.of}", needed)
        before = sum(device.free for device in self._devices)
        now = sum(device.free for device in graphics_devices())
        taken = before - now if before > now else needed * self.layers // self.of
        return Placement(self.device, f"{self.layers}/{self.of}", taken)

    def less(self) -> int:
        """Fewer layers than before, which were too many."""
        self.layers = fewer(self.layers, self.of)
        self._note()
        return self.layers

    def succeeded(self) -> None:
        """Cross the attempt out: the process lives."""
        self._deaths = 0
        self._note(trying=False)

    def _recall(self) -> None:
        """What became of earlier attempts: the most layers that may be tried now."""
        seen = json.loads((self._store.get(self._key) if self._store is not None else None) or "{}")
        self._most, self._deaths = seen.get("most", self.of), seen.get("deaths", 0)
        if tried := seen.get("trying", 0):
            self._deaths += 1
            if self._deaths >= _DEATHS:
                self._most, self._deaths = fewer(tried, self.of), 0
                log.warning("the process ended with %d layers on %s: fewer are tried now", tried, self.device)

    def _note(self, *, trying: bool = True) -> None:
        if self._store is None or not self._devices:
            return
        attempt = {"trying": self.layers if trying else 0, "deaths": self._deaths, "most": self._most}
        self._store.set(self._key, json.dumps(attempt))
