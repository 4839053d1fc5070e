"""The text embedder on another machine, over the OpenAI protocol.

What is known of a model there is remembered, so that the service starts, and searches by words, while that
machine is away. Vectors are cut and brought to unit length here, whatever the server does. Tokens are counted
by a careful guess, since the tokenizer is not here: three bytes of ASCII are one, and so is any other letter.
"""

from __future__ import annotations

import hashlib
import json
import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qwen_finder.core.errors import RemoteModelError
from qwen_finder.core.ports import ModelSpec
from qwen_finder.models.catalog import load_catalog
from qwen_finder.models.native import closed_error
from qwen_finder.models.profile import Pooling, Profile, instructed
from qwen_finder.models.remote_address import RemoteAddress
from qwen_finder.models.remote_protocol import TOO_LONG, UNREACHABLE, Protocol, Refused
from qwen_finder.models.selftest import self_test as run_self_test
from qwen_finder.models.tuning import Store

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

BATCH_TEXTS = 32
BATCH_CHARACTERS = 24_000
AT_ONCE = 2

DOCUMENTS_SECONDS = 120.0
QUERY_SECONDS = 8.0

# Before indexing stops for a while: a hiccup of the network, a server that restarts.
PAUSES = (0.5, 2.0, 6.0)
QUERY_PAUSES = (0.2,)
AWAY_SECONDS = 10.0

# What a server that does not say takes for certain, and passages are shorter.
USUAL_TOKENS = 512

# A server computes the same text a little differently from time to time.
SAME = 0.99
PROBE = "A house by the river has two doors and seven windows."


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found out about the model there: its ``name``, the vector of the probe, the longest input."""

    name: str
    probe: list[float]
    max_tokens: int
    related: float | None
    unrelated: float | None


class RemoteEmbedder:
    """An Embedder (see core.ports). Thread-safe.

    ``dimensions``: cut vectors to so many (0: as the catalog has it for models of that name, else all).
    ``store`` remembers what is known of the model. ``noted`` is told each connection. Raises ModelError when
    nothing is known of it yet and it cannot be asked, or does not work.
    """

    def __init__(
        self,
        address: RemoteAddress,
        *,
        key: str = "",
        dimensions: int = 0,
        max_tokens: int = 8_192,
        instruction: str = "",
        store: Store | None = None,
        self_test: bool = True,
        noted: Callable[[], None] = lambda: None,
    ) -> None:
        self._address = address
        self._protocol = Protocol(address, key, noted)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="remote-model")
        self._queries = ThreadPoolExecutor(1, thread_name_prefix="remote-query")
        self._closed = threading.Event()
        self._away: tuple[float, RemoteModelError] | None = None
        self._store_key = f"remote.{_digest(address.base, address.model)}"
        try:
            known = self._remembered(store)
            # What is remembered has to be found true before it is relied on.
            self._checked = known is None
            if known is None:
                known = self._find_out(max_tokens, instruction, self_test)
                if store is not None:
                    store.set(
                        self._store_key,
                        json.dumps(
                            [known.name, known.probe, known.max_tokens, known.related, known.unrelated]
                        ),
                    )
            self._known = known
            self._profile = _profile(known.name, instruction)
            native = len(known.probe)
            cut = self._profile.dimensions(dimensions, native)
        except BaseException:
            self.close()
            raise
        identity = _digest(address.base, known.name, json.dumps(known.probe), self._profile.document_prefix)
        self._spec = ModelSpec(
            name=known.name,
            modality="text",
            dimensions=cut,
            max_tokens=min(known.max_tokens, max_tokens),
            languages=self._profile.languages,
            fingerprint=_digest(identity, str(cut)),
            related=known.related,
            unrelated=known.unrelated,
            lineage=identity,
        )

    @property
    def spec(self) -> ModelSpec:
        return self._spec

    def embed_documents(self, inputs: Sequence[str]) -> Vectors:
        return self._answered([self._profile.document(text) for text in inputs], query=False)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._answered([self._profile.query(text) for text in texts], query=True)

    def count_tokens(self, text: str) -> int:
        return guessed_tokens(text)

    def close(self) -> None:
        """Requests that are under way are left to end by themselves."""
        self._closed.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._queries.shutdown(wait=False, cancel_futures=True)

    def _answered(self, texts: Sequence[str], *, query: bool) -> Vectors:
        if self._closed.is_set():
            raise closed_error()
        if not texts:
            return np.empty((0, self._spec.dimensions), np.float32)
        self._check(query=query)
        texts = [cut_to_fit(text, self._spec.max_tokens) for text in texts]
        vectors = self._ask(texts, query=query)
        if vectors.shape[1] != len(self._known.probe):
            raise RemoteModelError(
                "model.changed",
                f"The embedding server {self._address.host} gives vectors of {vectors.shape[1]} dimensions "
                f"now, not of {len(self._known.probe)} as before.",
                "It runs another model. Start the old one there, or change to the new one: "
                f"`qwen-finder models use openai:{self._address.base}#MODEL`.",
            )
        return _unit(vectors[:, : self._spec.dimensions])

    def _check(self, *, query: bool) -> None:
        """Once in each life: is it still the model that was there when this index was begun?"""
        if self._checked:
            return
        # Each asks for itself: a query does not wait for indexing, which is more patient.
        probe = self._ask([PROBE], query=query)
        if probe.shape[1] == len(self._known.probe):
            known = np.array([self._known.probe], np.float32)
            if float(np.vdot(_unit(probe), _unit(known))) < SAME:
                raise RemoteModelError(
                    "model.changed",
                    f"The embedding server {self._address.host} runs another model than before.",
                    "Start the old one there, or give the new one another name after # and change to it.",
                )
        self._checked = True

    def _ask(self, texts: Sequence[str], *, query: bool) -> Vectors:
        if query and self._away is not None and time.monotonic() - self._away[0] < AWAY_SECONDS:
            # Nobody who searches waits again and again for a machine that is switched off.
            raise self._away[1]
        pool = self._queries if query else self._pool
        timeout_s, pauses = (QUERY_SECONDS, QUERY_PAUSES) if query else (DOCUMENTS_SECONDS, PAUSES)
        name = self._known_name
        try:
            batches = [
                pool.submit(self._patiently, name, batch, timeout_s, pauses) for batch in _batches(texts)
            ]
        except RuntimeError as error:
            raise closed_error() from error
        try:
            vectors = np.concatenate([batch.result() for batch in batches])
        except RemoteModelError as error:
            if error.code == UNREACHABLE:
                self._away = time.monotonic(), error
            raise
        except CancelledError as error:
            raise closed_error() from error
        self._away = None
        return vectors

    @property
    def _known_name(self) -> str:
        return self._known.name if self._address.model == "" else self._address.model

    def _patiently(
        self, name: str, texts: Sequence[str], timeout_s: float, pauses: Sequence[float]
    ) -> Vectors:
        """The vectors of ``texts``, asked for again when the server was away for a moment."""
        for pause in (*pauses, None):
            try:
                return self._whole(name, texts, timeout_s)
            except RemoteModelError as error:
                if error.code != UNREACHABLE or pause is None:
                    raise
                asked = error.wait_s if isinstance(error, Refused) else 0.0
                if asked > 10 * pause or self._closed.wait(max(pause, asked)):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _whole(self, name: str, texts: Sequence[str], timeout_s: float) -> Vectors:
        """As the protocol; a text that is too long for the server is cut until it is not."""
        try:
            return self._protocol.embed(name, texts, timeout_s)
        except Refused as error:
            if error.status not in TOO_LONG:
                raise
            if len(texts) > 1:
                return np.concatenate([self._whole(name, [text], timeout_s) for text in texts])
            if guessed_tokens(texts[0]) < USUAL_TOKENS // 4:
                raise
            return self._whole(name, [texts[0][: len(texts[0]) // 2]], timeout_s)

    def _find_out(self, max_tokens: int, instruction: str, self_test: bool) -> _Known:
        listed = self._protocol.models(QUERY_SECONDS)
        name = self._address.model or str(next((one.get("id", "") for one in listed), ""))
        if not name:
            raise RemoteModelError(
                "model.remote",
                f"The embedding server {self._address.host} does not say which model it has.",
                f"Name it: openai:{self._address.base}#MODEL.",
            )
        said = next((one for one in listed if one.get("id") == name), {})
        probe = self._protocol.embed(name, [PROBE], DOCUMENTS_SECONDS)[0]
        self._known = _Known(name, probe.tolist(), min(_longest(said), max_tokens), None, None)
        if not self_test:
            return self._known
        profile = _profile(name, instruction)
        found = run_self_test(
            name,
            lambda texts: _unit(self._ask([profile.query(text) for text in texts], query=False)),
            lambda texts: _unit(self._ask([profile.document(text) for text in texts], query=False)),
        )
        return _Known(name, self._known.probe, self._known.max_tokens, found.related, found.unrelated)

    def _remembered(self, store: Store | None) -> _Known | None:
        try:
            name, probe, longest, related, unrelated = json.loads(
                (store and store.get(self._store_key)) or ""
            )
            return _Known(name, probe, longest, related, unrelated)
        except (ValueError, TypeError):
            return None


def guessed_tokens(text: str) -> int:
    """How many tokens ``text`` has for a model whose tokenizer is not here: rather too many than too few."""
    ascii_letters = sum(char < "\x80" for char in text)
    return math.ceil(ascii_letters / 3) + len(text) - ascii_letters


def cut_to_fit(text: str, most: int) -> str:
    """The beginning of ``text`` that has at most ``most`` tokens by that guess."""
    # No text of so few characters has more.
    if len(text) <= most or guessed_tokens(text) <= most:
        return text
    low, high = most, min(len(text), 3 * most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if guessed_tokens(text[:middle]) <= most else (low, middle - 1)
    return text[:low]


def _batches(texts: Sequence[str]) -> list[Sequence[str]]:
    batches: list[list[str]] = []
    size = 0
    for text in texts:
        if not batches or len(batches[-1]) == BATCH_TEXTS or size + len(text) > BATCH_CHARACTERS:
            batches.append([])
            size = 0
        batches[-1].append(text)
        size += len(text)
    return list(batches)


def _longest(said: dict[str, object]) -> int:
    """The longest input in tokens, as servers call it in their lists."""
    meta = said.get("meta")
    for place, key in ((said, "max_model_len"), (meta, "n_ctx_train"), (said, "context_length")):
        value = place.get(key) if isinstance(place, dict) else None
        if isinstance(value, int) and value > 0:
            return value
    return USUAL_TOKENS


def _profile(name: str, instruction: str) -> Profile:
    """What the catalog says of models of this name: servers call them as their makers do."""
    lowered = name.lower()
    for family in load_catalog().families:
        if family.name_contains and family.name_contains in lowered and family.pooling != "rank":
            return Profile(
                name, Pooling[family.pooling.upper()], instructed(family.query_instruction, instruction),
                family.document_prefix, family.languages, family.smallest_dimensions,
                family.default_dimensions,
            )  # fmt: skip
    return Profile(name, Pooling.MEAN, instructed("", instruction), "", "")


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not lengths.all():
        raise RemoteModelError(
            "model.broken", "A vector is zero where it was cut.", "Take more dimensions, or another model."
        )
    return np.ascontiguousarray(vectors / lengths, dtype=np.float32)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]
