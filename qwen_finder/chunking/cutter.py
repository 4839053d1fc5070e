"""One text into passages within a token budget, in linear time.

The counter is the model's tokenizer and costs time, so it is asked about once per passage: how much fits is
estimated from the passage before, cut where it hurts least, and verified. Estimates depend on this text
alone, so that the same text is always cut the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qwen_finder.chunking.boundaries import Cut, best_cut, overlap_start
from qwen_finder.chunking.tokens import Budget, estimate_tokens

_FILL = 0.95
"""How full passages are planned to be: a little room makes a second count rare."""

_MISJUDGED = 0.6
"""A passage this far below its estimate is planned anew, once per text."""

_WORD = re.compile(r"[^\W_]")
_VISIBLE = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a passage stands in the text, and the context that fits before it."""

    start: int
    end: int
    context: str


def embedded(context: str, passage: str) -> str:
    """What is embedded, as ``Chunk.embedded_text`` puts it."""
    return f"{context}\n{passage}" if context else passage


class Cutter:
    """Cuts ``text`` into spans that fit ``budget`` together with ``context``.

    ``prose`` tells wrapped lines from ended ones. A stretch without a letter or digit gives no span. A
    single character that is over budget by itself is kept all the same: nothing smaller exists.
    """

    def __init__(self, text: str, context: str, budget: Budget, *, prose: bool, least: int) -> None:
        self._text = text
        self._context = context
        self._budget = budget
        self._prose = prose
        self._least = least
        self._end = len(text.rstrip())
        self._overhead = estimate_tokens(context) if context else 0
        self._per_token = 0.0

    def __iter__(self) -> Iterator[Span]:
        position = covered = 0
        while (start := self._next_start(position)) < self._end:
            start, end, cut, context = self._fit(start, covered)
            # What is only repeated stands in the passage before.
            if _WORD.search(self._text, max(start, covered), end):
                yield Span(start, self._trimmed(start, end), context)
            position = covered = end
            if cut.inside_sentence and end < self._end:
                back = int(self._budget.overlap * self._per_token)
                if back:
                    repeated = overlap_start(self._text, max(start + 1, end - back), end)
                    # A character with many marks may reach back to where this passage begins.
                    position = repeated if repeated > start else end

    def _next_start(self, position: int) -> int:
        """The start of the first line with something on it; indentation stays with its line."""
        visible = _VISIBLE.search(self._text, position, self._end)
        if visible is None:
            return self._end
        line_start = self._text.rfind("\n", position, visible.start()) + 1
        return max(position, line_start) if visible.start() - line_start < 80 else visible.start()

    def _trimmed(self, start: int, end: int) -> int:
        return start + len(self._text[start:end].rstrip())

    def _fit(self, start: int, covered: int) -> tuple[int, int, Cut, str]:
        """A passage from ``start`` that ends behind ``covered``; the start moves there if it must."""
        context = self._context
        most = self._budget.max_tokens
        estimated = not self._per_token
        if estimated:
            ahead = self._text[start : min(self._end, start + 4 * most)]
            self._per_token = len(ahead) / estimate_tokens(ahead)
        planned = self._plan(start)
        end, cut = self._cut(start, covered, planned)
        tokens = self._tokens(context, start, end)
        expected = self._overhead + (end - start) / self._per_token
        if estimated and end < self._end and tokens < _MISJUDGED * expected:
            self._learn(start, end, tokens)
            longer, longer_cut = self._cut(start, covered, self._plan(start))
            longer_tokens = self._tokens(context, start, longer)
            if longer_tokens <= most:
                end, cut, tokens = longer, longer_cut, longer_tokens
        while tokens > most:
            if end - start <= 1:
                if not context:
                    break
                context = ""
            elif start < covered and end - covered <= 1:
                start = covered
            else:
                scale = max(1, most - self._overhead) / max(1, tokens - self._overhead)
                planned = min(end - start - 1, int((end - start) * scale * _FILL))
                if start + planned <= covered:
                    start = covered
                    planned = max(1, planned)
                end, cut = self._cut(start, covered, max(1, planned))
            tokens = self._tokens(context, start, end)
        self._learn(start, end, tokens)
        return start, end, cut, context

    def _plan(self, start: int) -> int:
        """How many characters from ``start`` should fit."""
        room = max(1, self._budget.max_tokens - self._overhead)
        size = max(1, int(room * _FILL * self._per_token))
        left = self._end - start
        # A last passage of a few words would be worth little: share what is left between two.
        if size < left < size + int(self._least * self._per_token):
            return (left + 1) // 2
        return size

    def _cut(self, start: int, covered: int, size: int) -> tuple[int, Cut]:
        end = start + size
        if end >= self._end:
            return self._end, Cut.BLANK_LINE
        low = max(start + size // 2, covered)
        return best_cut(self._text, low, max(end, low + 1), prose=self._prose)

    def _tokens(self, context: str, start: int, end: int) -> int:
        return self._budget.count(embedded(context, self._text[start : self._trimmed(start, end)]))

    def _learn(self, start: int, end: int, tokens: int) -> None:
        self._per_token = max(0.05, (end - start) / max(1, tokens - self._overhead))
