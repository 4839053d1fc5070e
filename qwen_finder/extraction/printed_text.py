"""The text of a printed page as a person would copy it: words whole, ligatures as letters, no stray signs.

What PDFium puts together from glyphs, and text recognition from a picture, still has the line ends and
hyphens of the print; PDF has ligatures, letters written as presentation forms and signs of private fonts
besides. Knows nothing of files.
"""

from __future__ import annotations

import re
import unicodedata

from qwen_finder.extraction.encoding import clean

# PDFium writes U+FFFE for a hyphen at the end of a line and leaves out the line end; others it leaves alone.
_HIDDEN_HYPHEN = re.compile("\ufffe\\s*(\\w?)")
_LINE_HYPHEN = re.compile("[-\u2010\xad](?<=[^\\W\\d_].)\n(\\w)")
_LEADERS = re.compile(r"\.(?: ?\.){5,}")
_TRAILING_SPACES = re.compile("[ \t\xa0]+\n")

# Ligatures, Hebrew and Arabic presentation forms, Chinese characters coded as radicals or for compatibility:
# what fonts are made of instead of letters, and nobody types into a search.
_FORMS = re.compile("[\u2f00-\u2fd5\uf900-\ufaff\ufb00-\ufb4f\ufb50-\ufdfb\ufe70-\ufefc]+")
_PRIVATE = re.compile("[\xad\ue000-\uf8ff\U000f0000-\U0010fffd]+")
_UNUSUAL = re.compile("[\xad\u2f00-\u2fd5\ue000-\ufdfb\ufe70-\ufefc\U000f0000-\U0010fffd]")
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff，、"
# Between ideographs a line end is no space: it would cut a word in two. Short lines may be titles or lists.
_WRAPPED = re.compile(f"\n(?<=[^\n]{{16}}[{_IDEOGRAPH}]\n)(?=[{_IDEOGRAPH}])")


def page_text(raw: str) -> str:
    """``raw``, what PDFium or text recognition gives for a page, as clean text with the lines of the page."""
    if "\ufffe" in raw:
        raw = _HIDDEN_HYPHEN.sub(_joined, raw)
    text = clean(raw)
    if " . . ." in text or "....." in text:
        text = _LEADERS.sub("…", text)
    if " \n" in text:
        text = _TRAILING_SPACES.sub("\n", text)
    if "-\n" in text or "\u2010\n" in text or "\xad\n" in text:
        text = _LINE_HYPHEN.sub(_joined, text)
    if not text.isascii():
        if _UNUSUAL.search(text):
            text = _FORMS.sub(_letters, _PRIVATE.sub("", text))
        text = _WRAPPED.sub("", text)
    return text.strip(" \n\t")


def _joined(hyphen: re.Match[str]) -> str:
    """Before a small letter the hyphen was the printer's, else the writer's (10-12, Haus-Tür)."""
    return hyphen[1] if hyphen[1].islower() else f"-{hyphen[1]}"


def _letters(forms: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", forms[0])
