"""Tesseract, the program, as a second engine of text recognition for scripts that the first cannot read.

It is used when it is on the path, with the languages that are installed. Knows pictures, not files.
"""

from __future__ import annotations

import functools
import io
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.reading_order import Line

if TYPE_CHECKING:
    from PIL.Image import Image

# Scripts as Tesseract names them, and the codes of their languages, the commonest first.
_SCRIPTS: dict[str, str] = {
    "Cyrillic": "rus ukr bul srp bel mkd kaz mon kir tgk",
    "Hangul": "kor", "Korean": "kor", "Greek": "ell", "Arabic": "ara fas urd", "Hebrew": "heb",
    "Devanagari": "hin mar nep san", "Bengali": "ben asm", "Tamil": "tam", "Telugu": "tel", "Kannada": "kan",
    "Malayalam": "mal", "Gujarati": "guj", "Gurmukhi": "pan", "Oriya": "ori", "Sinhala": "sin", "Thai": "tha",
    "Lao": "lao", "Khmer": "khm", "Myanmar": "mya", "Tibetan": "bod", "Georgian": "kat", "Armenian": "hye",
    "Ethiopic": "amh tir",
}  # fmt: skip
_FOREIGN = frozenset(code for codes in _SCRIPTS.values() for code in codes.split())
_MAX_LANGUAGES = 3
"""Each makes it slower, and more prone to mix them up."""
_MIN_CONFIDENCE = 50.0
_SCRIPT = re.compile(rb"^Script: (\S+)", re.MULTILINE)


@functools.cache
def _installed() -> tuple[str, ...]:
    program = shutil.which("tesseract")
    if program is None:
        return ()
    try:
        done = subprocess.run([program, "--list-langs"], capture_output=True, timeout=10, env=_environment())
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(line.strip() for line in done.stdout.decode(errors="replace").splitlines()[1:])


def languages(*, foreign: bool = False) -> tuple[str, ...]:
    """The installed languages; with ``foreign`` those in scripts other than Latin, Chinese and Japanese."""
    codes = [code for code in _installed() if code not in ("osd", "equ") and "/" not in code]
    return tuple(code for code in codes if not foreign or code in _FOREIGN)


def lines(picture: Image, seconds: float, *, foreign: bool = False) -> list[Line]:
    """The lines of text that it is sure of; none when it fails or takes longer than ``seconds``."""
    stream = io.BytesIO()
    picture.convert("L").save(stream, "PPM")
    content = stream.getvalue()
    codes = _codes(content, seconds, foreign)
    if not codes:
        return []
    table = _run(content, seconds, "-l", "+".join(codes), "--psm", "3", "tsv")
    return _from_table(table.decode("utf-8", "replace"))


def _codes(content: bytes, seconds: float, foreign: bool) -> tuple[str, ...]:
    """The languages to read with: those of the picture's script, as far as it can be told."""
    known = languages(foreign=foreign)
    if len(known) > 1 and "osd" in _installed():
        found = _SCRIPT.search(_run(content, seconds, "--psm", "0"))
        script = found[1].decode(errors="replace") if found else ""
        of_script = tuple(code for code in _SCRIPTS.get(script, "").split() if code in known)
        if of_script:
            return of_script[:_MAX_LANGUAGES]
    return known[:_MAX_LANGUAGES]


def _run(content: bytes, seconds: float, *arguments: str) -> bytes:
    program = shutil.which("tesseract")
    if program is None:
        return b""
    try:
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            [program, "stdin", "stdout", *arguments],
            input=content,
            capture_output=True,
            timeout=max(seconds, 0.1),
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError):
        return b""
    return done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "OMP_THREAD_LIMIT": "1"}


def _from_table(table: str) -> list[Line]:
    """Lines put together from the words of Tesseract's table of results."""
    rows: dict[tuple[str, ...], list[Line]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != "5":
            continue
        try:
            left, top, width, height = (float(cell) for cell in cells[6:10])
            confidence = float(cells[10])
        except ValueError:
            continue
        word = clean(cells[11]).strip()
        if word and confidence >= _MIN_CONFIDENCE:
            rows.setdefault(tuple(cells[1:5]), []).append(Line(word, left, top, left + width, top + height))
    return [
        Line(
            " ".join(word.text for word in words),
            min(word.left for word in words),
            min(word.top for word in words),
            max(word.right for word in words),
            max(word.bottom for word in words),
        )
        for words in rows.values()
    ]
