"""Opens the embedder that an address names, loading only the library which that one needs.

Texts and pictures have models of their own, with addresses of their own schemes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qwen_finder.core.errors import ModelError
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.open_clip_folder import holds_model, read_folder
from qwen_finder.models.remote_address import RemoteAddress

if TYPE_CHECKING:
    from qwen_finder.core.ports import Embedder
    from qwen_finder.models.open_clip import OpenClipEmbedder
    from qwen_finder.models.reranker import LlamaCppReranker
    from qwen_finder.models.tuning import Store


@dataclass(frozen=True, slots=True)
class ModelAddress:
    """``scheme:reference`` taken apart; ``entry`` is the catalog's, ``path`` where its weights are or go."""

    scheme: str
    path: Path
    entry: CatalogEntry | None

    @property
    def installed(self) -> bool:
        return holds_model(self.path) if self.scheme == PICTURE_SCHEME else self.path.is_file()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says of how the text model is to be run; each is described where it ends up, in
    ``models.llama_cpp``."""

    dimensions: int = 0
    threads: int = 0
    max_tokens: int = 8_192
    pooling: str = "auto"
    instruction: str = ""
    gpu_layers: str = "auto"
    key: str = ""
    noted: Callable[[], None] = lambda: None


PICTURE_SCHEME = "clip"
REMOTE_SCHEME = "openai"
AUTO = "auto"


def resolve(address: str, models_folder: Path) -> ModelAddress:
    """What ``address`` names: a text model's catalog id ("starter", "gguf:starter") or a file
    ("gguf:/path/to.gguf").

    Raises ModelError "model.unknown" if it is neither.
    """
    catalog = load_catalog()
    scheme, separator, reference = address.partition(":")
    if not separator:
        scheme, reference = "gguf", address
    entry = catalog.find(reference, "text")
    if scheme in _FACTORIES and entry:
        return ModelAddress(scheme, entry.path(models_folder), entry)
    if scheme in _FACTORIES and separator and reference:
        return ModelAddress(scheme, Path(reference).expanduser().absolute(), None)
    known = ", ".join(entry.id for entry in catalog.models if entry.modality == "text")
    raise ModelError(
        "model.unknown",
        f"There is no text model {address!r}.",
        f"Use one of: {known}; or gguf:/path/to.gguf for a model file of your own.",
    )


def resolve_picture(address: str, models_folder: Path) -> ModelAddress:
    """What ``address`` names: "auto" (the catalog's first), a picture model's catalog id
    ("ViT-B-32-SigLIP2-256", with or without "clip:"), or a folder of open_clip's ("clip:/path/to/folder").

    Raises ModelError "model.unknown" if it is none of them.
    """
    known = [entry for entry in load_catalog().models if entry.modality == "image"]
    if address == AUTO:
        return ModelAddress(PICTURE_SCHEME, known[0].path(models_folder), known[0])
    scheme, separator, reference = address.partition(":")
    if not separator:
        scheme, reference = PICTURE_SCHEME, address
    entry = load_catalog().find(reference, "image")
    if scheme == PICTURE_SCHEME and entry:
        return ModelAddress(scheme, entry.path(models_folder), entry)
    if scheme == PICTURE_SCHEME and separator and reference:
        return ModelAddress(scheme, Path(reference).expanduser().absolute(), None)
    ids = ", ".join(entry.id for entry in known)
    raise ModelError(
        "model.unknown",
        f"There is no picture model {address!r}.",
        f"Use auto, one of: {ids}; or clip:/path/to/folder for a model folder of open_clip.",
    )


def resolve_reranker(address: str, models_folder: Path) -> ModelAddress:
    """What ``address`` names: "auto" (the first of the catalog's that is there), a reranker's catalog id, or
    a file ("gguf:/path/to.gguf"); what it names is there.

    Raises ModelError "model.unknown" if it is none of them, "model.missing" if it is not there.
    """
    known = [entry for entry in load_catalog().models if entry.modality == "reranker"]
    ids = ", ".join(entry.id for entry in known)
    if address == AUTO:
        entry = next((entry for entry in known if entry.installed(models_folder)), None)
        if entry is None:
            raise ModelError(
                "model.missing",
                "No reranker is installed.",
                f"`qwen-finder models download {known[0].id}` fetches one.",
            )
        return ModelAddress("gguf", entry.path(models_folder), entry)
    scheme, separator, reference = address.partition(":")
    if not separator:
        scheme, reference = "gguf", address
    entry = load_catalog().find(reference, "reranker")
    if scheme != "gguf" or not reference or not (entry or separator):
        raise ModelError(
            "model.unknown",
            f"There is no reranker {address!r}.",
            f"Use auto, off, one of: {ids}; or gguf:/path/to.gguf for a model file of your own.",
        )
    path = entry.path(models_folder) if entry else Path(reference).expanduser().absolute()
    model = ModelAddress(scheme, path, entry)
    if not model.installed:
        raise ModelError(
            "model.missing",
            f"The reranker {entry.name if entry else path} is not installed: there is no {path}.",
            f"`qwen-finder models download {entry.id}` fetches it." if entry else "Check the path.",
        )
    return model


def open_reranker(
    address: str,
    models_folder: Path,
    *,
    wishes: Wishes | None = None,
    store: Store | None = None,
    self_test: bool = True,
) -> LlamaCppReranker:
    """Load the reranker at ``address`` (see :func:`resolve_reranker`); arguments as of ``open_embedder``."""
    model = resolve_reranker(address, models_folder)
    wishes = wishes or Wishes()
    from qwen_finder.models.reranker import LlamaCppReranker

    return LlamaCppReranker(
        model.path,
        entry=model.entry,
        instruction=wishes.instruction,
        threads=wishes.threads,
        gpu_layers=wishes.gpu_layers,
        store=store,
        self_test=self_test,
    )


def open_picture_embedder(
    address: str,
    models_folder: Path,
    *,
    threads: int = 0,
    store: Store | None = None,
    self_test: bool = True,
) -> OpenClipEmbedder:
    """Load the picture model at ``address`` (see :func:`resolve_picture`); arguments as of ``open_embedder``.

    Takes seconds the first time: torch is imported. Raises ModelError: "model.unknown", "model.missing" with
    the cure, or what is wrong with the folder.
    """
    model = resolve_picture(address, models_folder)
    if not model.path.is_dir():
        raise _missing_picture_model(model)
    # What is missing in it is said before seconds are spent on torch.
    read_folder(model.path)
    from qwen_finder.models.torch_stack import open_clip_library

    # First of all, since it sets what torch reads when it is imported.
    open_clip_library()
    from qwen_finder.models.open_clip import OpenClipEmbedder

    return OpenClipEmbedder(model.path, entry=model.entry, threads=threads, store=store, self_test=self_test)


def open_embedder(
    address: str,
    models_folder: Path,
    *,
    dimensions: int = 0,
    threads: int = 0,
    wishes: Wishes | None = None,
    store: Store | None = None,
    self_test: bool = True,
) -> Embedder:
    """Load the text model at ``address``.

    ``dimensions``: cut its vectors to so many (0: the best for it). ``threads``: 0 leaves one core to the
    user. ``wishes`` says these and more, and stands in their place. ``store`` remembers hashes and tuning
    between runs. ``self_test`` may be left out for a model that passed it before in this process. Raises
    ModelError: "model.unknown", "model.missing" with the cure, or what is wrong with the file.
    """
    wishes = wishes or Wishes(dimensions=dimensions, threads=threads)
    if address.startswith(f"{REMOTE_SCHEME}:"):
        return _open_remote(address, wishes, store, self_test)
    resolved = resolve(address, models_folder)
    if not resolved.installed:
        raise _missing(resolved, models_folder)
    return _FACTORIES[resolved.scheme](resolved, wishes, store, self_test)


def probe_text_model(address: str, models_folder: Path, wishes: Wishes) -> tuple[int, int]:
    """How many dimensions the text model at ``address`` gives and how many bytes its weights are, without
    loading it (0: not known). Raises ModelError as ``open_embedder``, as far as the file's head tells.
    """
    if address.startswith(f"{REMOTE_SCHEME}:"):
        # What it gives is known when it is asked.
        RemoteAddress.of(address)
        return wishes.dimensions, 0
    resolved = resolve(address, models_folder)
    if not resolved.installed:
        raise _missing(resolved, models_folder)
    # Imported here and not above, since numpy comes with them.
    from qwen_finder.models.gguf_file import read_gguf
    from qwen_finder.models.profile import profile_of

    file = read_gguf(resolved.path)
    profile = profile_of(
        file, resolved.entry, load_catalog(), pooling=wishes.pooling, instruction=wishes.instruction
    )
    return profile.dimensions(wishes.dimensions, file.number("embedding_length") or 0), file.size


def _open_remote(address: str, wishes: Wishes, store: Store | None, self_test: bool) -> Embedder:
    from qwen_finder.models.remote import RemoteEmbedder

    return RemoteEmbedder(
        RemoteAddress.of(address),
        key=wishes.key,
        dimensions=wishes.dimensions,
        max_tokens=wishes.max_tokens,
        instruction=wishes.instruction,
        store=store,
        self_test=self_test,
        noted=wishes.noted,
    )


def _open_gguf(model: ModelAddress, wishes: Wishes, store: Store | None, self_test: bool) -> Embedder:
    from qwen_finder.models.llama_cpp import LlamaCppEmbedder

    return LlamaCppEmbedder(
        model.path,
        entry=model.entry,
        dimensions=wishes.dimensions,
        threads=wishes.threads,
        max_tokens=wishes.max_tokens,
        pooling=wishes.pooling,
        instruction=wishes.instruction,
        gpu_layers=wishes.gpu_layers,
        store=store,
        self_test=self_test,
    )


_FACTORIES: dict[str, Callable[[ModelAddress, Wishes, Store | None, bool], Embedder]] = {"gguf": _open_gguf}


def _missing(model: ModelAddress, models_folder: Path) -> ModelError:
    if model.entry:
        return ModelError(
            "model.missing",
            f"The model {model.entry.name} is not installed: there is no {model.path}.",
            model.entry.cure(models_folder),
        )
    return ModelError(
        "model.missing",
        f"There is no model file {model.path}.",
        "Check the path, or go back to the starter: `qwen-finder config set models.text starter`.",
    )


def _missing_picture_model(model: ModelAddress) -> ModelError:
    if model.entry:
        return ModelError(
            "model.missing",
            f"The picture model {model.entry.name} is not installed: there is no folder {model.path}.",
            f"Run `qwen-finder models download {model.entry.id}` ({model.entry.size / 1e9:.1f} GB), or "
            "`qwen-finder config set models.image auto`.",
        )
    return ModelError(
        "model.missing",
        f"There is no model folder {model.path}.",
        "Check the path, or run `qwen-finder config set models.image auto`.",
    )
