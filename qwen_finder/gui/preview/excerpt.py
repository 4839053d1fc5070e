"""As much of a long text as can be put into the window without a pause, around the place that answers."""

from __future__ import annotations

from dataclasses import replace

from qwen_finder.core.desk import FilePreview

MOST = 60_000


def excerpt(preview: FilePreview, most: int = MOST) -> FilePreview:
    """``preview`` with at most about ``most`` characters of whole lines, a third of them before the match."""
    text = preview.text
    if len(text) <= most:
        return preview
    place = preview.highlights[0][0] if preview.highlights else 0
    start = max(min(place - most // 3, len(text) - most), 0)
    # Whole lines, unless one is longer than all that is shown.
    newline = text.rfind("\n", 0, start) + 1
    start = newline if start - newline < most // 3 else start
    end = start + most
    newline = text.find("\n", end, end + most // 3)
    end = min(newline if newline >= 0 else end, len(text))
    return replace(
        preview,
        text=text[start:end],
        first_line=preview.first_line and preview.first_line + text.count("\n", 0, start),
        cut_before=preview.cut_before or start > 0,
        cut_after=preview.cut_after or end < len(text),
        highlights=tuple((a - start, b - start) for a, b in preview.highlights if a >= start and b <= end),
    )
