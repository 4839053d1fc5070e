"""Has a reranker judge the best hits, and puts them in the order of its judgement.

It reads query and passage together, which tells more than two vectors do, and takes longer: so it is given
only the best passages of the best files, and only so much time. When it does not manage, the order stays.
What stands first because its name or its words are exactly what was asked for is not for it to judge.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from qwen_finder.core.document import ChunkId
from qwen_finder.core.errors import FinderError
from qwen_finder.core.ports import Reranker
from qwen_finder.core.query import StoredChunk
from qwen_finder.search.rank import RankedFile

JUDGED = 20
"""So many files are judged: the answer is hardly ever further down, and each costs as much as the first."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A reranker and the thread that it is asked in, so that a search need not wait for it to be loaded."""

    reranker: Reranker
    thread: ThreadPoolExecutor


class Judge:
    """Judges the hits of one search.

    ``seconds`` is what judging may take, ``patience`` how much longer the search waits for a model that is
    being loaded. ``demanded``: the user asked for it this time, and an error is an error. ``notice`` says in
    a sentence why nothing was judged, "" when it was.
    """

    def __init__(self, bench: Bench, *, seconds: float, patience: float, demanded: bool) -> None:
        self._bench = bench
        self._seconds = seconds
        self._patience = patience
        self._demanded = demanded
        self.notice = ""

    def order(
        self, query: str, ranked: Sequence[RankedFile], chunks: Mapping[ChunkId, StoredChunk]
    ) -> list[RankedFile]:
        """``ranked`` in the order of judgement; raises what the reranker does, if it was demanded."""
        judged = [
            (place, item, chunk)
            for place, item in enumerate(ranked)
            if not item.exact and (chunk := _best_passage(item, chunks)) is not None
        ][:JUDGED]
        if not judged or not query.strip():
            return list(ranked)
        scores = self._ask(query, [f"{chunk.context}\n{chunk.text}".strip() for _, _, chunk in judged])
        if scores is None:
            return list(ranked)
        order = sorted(range(len(judged)), key=lambda index: (-scores[index], index))
        result = list(ranked)
        # The judged files share out the places that they had, and the scores that go with these.
        places = [(place, item.score) for place, item, _ in judged]
        for (place, score), index in zip(places, order, strict=True):
            was, item, _ = judged[index]
            result[place] = replace(item, score=score, judgement=scores[index], place_before=was + 1)
        return result

    def _ask(self, query: str, passages: list[str]) -> list[float] | None:
        started = time.monotonic()

        def score() -> list[float] | None:
            return self._bench.reranker.score(query, passages, seconds=self._seconds)

        asked: Future[list[float] | None] = self._bench.thread.submit(score)
        try:
            scores = asked.result(self._seconds + self._patience)
        except TimeoutError:
            asked.cancel()
            self.notice = (
                "Hits are not reranked: the reranker is still being loaded, or busy. Ask again in a moment."
            )
            return None
        except FinderError as error:
            if self._demanded:
                raise
            self.notice = f"Hits are not reranked: {error.message} {error.hint}".strip()
            return None
        if scores is None:
            self.notice = (
                f"Hits are not reranked: {self._bench.reranker.name} did not manage in "
                f"{time.monotonic() - started:.1f} s (search.rerank_ms allows {self._seconds:.1f} s)."
            )
        return scores


def _best_passage(item: RankedFile, chunks: Mapping[ChunkId, StoredChunk]) -> StoredChunk | None:
    return next((chunks[id] for id in item.fused.chunks if id in chunks), None)
