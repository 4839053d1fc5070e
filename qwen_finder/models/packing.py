"""Groups texts into batches of alike length: a plain function of their token counts.

Texts of one batch attend over the whole batch and mask the rest away, so what a batch may hold is a budget
of tokens, not a number of texts. It knows nothing of models.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def pack(lengths: Sequence[int], budget: int, most: int) -> Iterator[list[int]]:
    """Indices of ``lengths`` in batches of at most ``budget`` tokens and ``most`` texts, longest first.

    A text longer than the budget gets a batch of its own.
    """
    batch: list[int] = []
    tokens = 0
    for index in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        length = lengths[index]
        if batch and (tokens + length > budget or len(batch) == most):
            yield batch
            batch, tokens = [], 0
        batch.append(index)
        tokens += length
    if batch:
        yield batch
