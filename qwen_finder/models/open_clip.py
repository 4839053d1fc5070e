"""The picture embedder: a CLIP in a folder of open_clip's, on a graphics card or the processor.

Pictures are seen in small batches and a query is read between them, so that it never waits long. When a
graphics card has no memory left, batches become smaller, then the processor does the work. It knows nothing
of files: views and strings in, unit vectors out.
"""

from __future__ import annotations

import gc
import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from qwen_finder.core.errors import ModelError
from qwen_finder.core.picture import Framing
from qwen_finder.core.ports import ModelSpec
from qwen_finder.models.catalog import CatalogEntry
from qwen_finder.models.open_clip_folder import OpenClipFolder, read_folder
from qwen_finder.models.picture_selftest import self_test as run_self_test
from qwen_finder.models.picture_tuning import PictureShape, tuned_shape
from qwen_finder.models.towers import Precision, Towers, best_device, free_device_memory, out_of_memory
from qwen_finder.models.tuning import Store, default_threads, sha256_of

if TYPE_CHECKING:
    from qwen_finder.core.picture import Pixels
    from qwen_finder.core.ports import Vectors

log = logging.getLogger(__name__)

ENCODER_VERSION = 1
"""Part of the fingerprint: raised when the same view gets another vector."""

_DEFAULT_SHAPE = PictureShape(Precision.FP32, 2)
_TEXTS = 8
"""Queries read at once."""
_PATIENCE_S = 1.0
"""Seconds that pictures wait for an endless row of queries."""


class OpenClipEmbedder:
    """A PictureEmbedder (see core.ports) over the model folder at ``path``. Thread-safe.

    ``threads``: 0 leaves one core to the user. ``store`` remembers the hash of the weights and the tuned
    shape; without one the model computes exactly, two pictures at a time. ``self_test`` may be left out only
    where the vectors need not mean anything. ``device``: "cuda", "mps" or "cpu", "" for the best. Raises
    ModelError if the folder cannot be used.
    """

    def __init__(
        self,
        path: Path,
        *,
        entry: CatalogEntry | None = None,
        threads: int = 0,
        store: Store | None = None,
        self_test: bool = True,
        device: str = "",
    ) -> None:
        folder = read_folder(path)
        self._name = entry.name if entry else path.name
        sha256 = sha256_of(folder.weights, store)
        device = device or best_device()
        # For the whole process, in which nobody else uses torch.
        torch.set_num_threads(threads or default_threads())
        self._notice = ""
        self._turns = _Turns()
        self._seeing, self._reading = threading.Lock(), threading.Lock()
        towers, self._batch = self._open(folder, device, sha256, store)
        self._towers: Towers | None = towers
        self._framing = towers.framing
        self._spec = ModelSpec(
            name=self._name,
            modality="image",
            dimensions=folder.dimensions,
            max_tokens=folder.context_length,
            languages=entry.languages if entry else "",
            fingerprint=_fingerprint(sha256, folder, towers),
        )
        try:
            if self_test:
                run_self_test(self._name, self._framing.size, self.embed_pictures, self.embed_queries)
        except BaseException:
            self.close()
            raise

    @property
    def spec(self) -> ModelSpec:
        return self._spec

    @property
    def framing(self) -> Framing:
        return self._framing

    @property
    def notice(self) -> str:
        """What the user should know of how it runs, in a sentence; "" if all is well."""
        return self._notice

    def embed_pictures(self, views: Pixels) -> Vectors:
        size = self._framing.size
        if views.dtype != np.uint8 or views.shape[1:] != (size, size, 3):
            raise ValueError(f"views of {views.dtype} {views.shape} for a model that looks at {size} pixels")
        vectors = np.empty((len(views), self._spec.dimensions), np.float32)
        done = 0
        while done < len(views):
            self._turns.give_way()
            part = views[done : done + self._batch]
            found = self._compute(self._seeing, partial(Towers.see, views=part), len(part))
            if found is not None:
                vectors[done : done + len(part)] = found
                done += len(part)
        return self._unit(vectors)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self._spec.dimensions), np.float32)
        done = 0
        with self._turns.first():
            while done < len(texts):
                # Lone surrogates, which a file name may hold, have no UTF-8 for the tokenizer to take.
                part = [
                    text.encode("utf-8", "replace").decode("utf-8") for text in texts[done : done + _TEXTS]
                ]
                found = self._compute(self._reading, partial(Towers.read, texts=part), self._batch)
                if found is not None:
                    vectors[done : done + len(part)] = found
                    done += len(part)
        return self._unit(vectors)

    def close(self) -> None:
        """Free the weights; waits for a batch that is being computed."""
        with self._seeing, self._reading:
            self._towers = None
        # A network refers to itself: without this its gigabytes would stay for a while.
        gc.collect()
        free_device_memory()

    def _open(
        self, folder: OpenClipFolder, device: str, sha256: str, store: Store | None
    ) -> tuple[Towers, int]:
        shape = _DEFAULT_SHAPE
        try:
            if store is not None:
                versions = (torch.__version__, version("open-clip-torch"))
                circumstances = (sha256, device, _device_name(device), torch.get_num_threads(), *versions)
                shape = tuned_shape(store, circumstances, lambda precision: Towers(folder, device, precision))
            return Towers(folder, device, shape.precision), shape.batch
        except RuntimeError as error:
            if device == "cpu" or not out_of_memory(error):
                raise self._failed(error) from error
            self._notice = _ON_PROCESSOR.format(name=self._name)
            log.warning("%s", self._notice)
            return self._open(folder, "cpu", sha256, store)

    def _compute(self, turn: threading.Lock, work: Callable[[Towers], Vectors], size: int) -> Vectors | None:
        """What ``work`` gives in its turn; None when memory ran out and it is to be tried again in less."""
        with turn:
            towers = self._towers
            if towers is None:
                raise ModelError("model.closed", "The model has been unloaded.", "Load it again.")
            try:
                found = work(towers)
            except RuntimeError as error:
                if towers.device == "cpu" or not out_of_memory(error):
                    raise self._failed(error) from error
                found = None
        if found is None:
            self._take_less(towers, size)
        elif found.shape[1] != self._spec.dimensions:
            raise ModelError(
                "model.foreign",
                f"The picture model {self._name} gives vectors of {found.shape[1]} dimensions, not "
                f"{self._spec.dimensions} as its open_clip_config.json says.",
                "Fetch the whole folder of one model.",
            )
        return found

    def _take_less(self, towers: Towers, size: int) -> None:
        """Fewer pictures at a time, which makes room for queries too; the processor when one is too many."""
        # Always in this order, and with neither held before.
        with self._seeing, self._reading:
            if self._towers is not towers or towers.device == "cpu":
                return
            free_device_memory()
            if size > 1:
                self._batch = max(1, min(self._batch, size // 2))
                self._notice = _SMALLER.format(name=self._name, batch=self._batch)
            else:
                towers.move_to_processor()
                self._batch = _DEFAULT_SHAPE.batch
                self._notice = _ON_PROCESSOR.format(name=self._name)
            log.warning("%s", self._notice)

    def _failed(self, error: RuntimeError) -> ModelError:
        if out_of_memory(error):
            return ModelError(
                "model.memory",
                f"There is not enough memory for the picture model {self._name}.",
                "Close other programs, or set models.image to a smaller model.",
            )
        return ModelError(
            "model.device",
            f"The picture model {self._name} failed while it computed ({error}).",
            "Restart the service (`qwen-finder service stop`); `qwen-finder doctor` shows where its log is.",
        )

    def _unit(self, vectors: Vectors) -> Vectors:
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(lengths) & (lengths > 0)).all():
            raise ModelError(
                "model.broken",
                f"The picture model {self._name} gave a vector that is zero or not a number.",
                "Its files may be damaged. Fetch it again or use another.",
            )
        return np.ascontiguousarray(vectors / lengths, dtype=np.float32)


_SMALLER = "The graphics memory is short: {name} sees pictures in batches of {batch}, which is slower."
_ON_PROCESSOR = "The graphics memory does not hold {name}: it runs on the processor, which is slower."


class _Turns:
    """Lets queries go first: pictures wait while any is being read."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queries = 0

    @contextmanager
    def first(self) -> Iterator[None]:
        with self._changed:
            self._queries += 1
        try:
            yield
        finally:
            with self._changed:
                self._queries -= 1
                self._changed.notify_all()

    def give_way(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._queries, _PATIENCE_S)


def _device_name(device: str) -> str:
    return str(torch.cuda.get_device_name()) if device == "cuda" else device


def _fingerprint(sha256: str, folder: OpenClipFolder, towers: Towers) -> str:
    architecture = {key: folder.config["model_cfg"][key] for key in ("embed_dim", "vision_cfg")}
    parts = [ENCODER_VERSION, sha256, architecture, astuple(towers.framing), towers.mean, towers.std]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
