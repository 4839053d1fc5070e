"""Reads the parallel corpus and the phrasebook: which rows train, which are held out, which count more.

The corpus (``XX.tsv.xz``: id, translation, source number; ``en.tsv.xz``: English by line number) is data
that is only read; its README names origin and licences. Whole *sources* are held out as development sets,
and of the phrasebook every fifth row.
"""

from __future__ import annotations

import csv
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = (
    "zh", "zht", "ja", "ko", "es", "fr", "de", "it", "pt", "nl", "ru",
    "uk", "pl", "tr", "ar", "fa", "hi", "vi", "th", "id", "sv",
)  # fmt: skip
"""The codes of the corpus, English apart. ``zht`` is Traditional Chinese: with ``zh`` one language of 20."""

HELD_OUT = ("mozilla_www", "wikipedia_android")
"""Never trained on, in no language: the only sources beside the small ones that cover all 21 codes."""

PHRASEBOOK = Path(__file__).parent / "phrasebook"

WEIGHTS = {
    "tico19": 8.0, "global_asp_stories": 8.0, "xcopa": 6.0, "udhr": 6.0, "opensource_guide": 3.0,
    "bible_pd": 0.6, "bitcoin_org": 1.5, "tldr": 0.7, "cncf_glossary": 2.0, "react_docs": 1.0,
    "tensorflow_docs": 1.0, "ms_beginners": 1.3, "django_docs": 0.7, "python_docs": 0.7,
    "comprehensive_rust": 1.0, "duckduckgo_android": 1.0, "lineageos_apps": 1.0, "homeassistant": 0.5,
    "cldr": 0.6, "osm_id_tagging": 1.0, "omw": 0.5, "libreoffice_help": 0.6, "libreoffice_ui": 0.4,
    "chromium": 0.8, "firefox": 0.6, "thunderbird": 0.8, "godot_editor": 0.3, "postgresql": 0.15,
    "subversion": 0.15, "typescript": 0.15, "winforms": 0.15, "superset": 0.4, "lighthouse": 0.5,
}  # fmt: skip
"""How often a row of a source is drawn. General language is scarce and matters most; 0.5 where not named."""


@dataclass(frozen=True, slots=True)
class Pair:
    """English sentence ``english`` (its number) and its ``translation``, from the source of that number."""

    english: int
    translation: str
    source: str


class Corpus:
    """The corpus in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        lines = (folder / "sources.tsv").read_text("utf-8").splitlines()
        self.sources = [line.split("\t")[1] for line in lines]

    def english(self) -> list[str]:
        """The English strings by number."""
        with lzma.open(self._folder / "en.tsv.xz", "rt", encoding="utf-8", newline="\n") as file:
            return [line.rstrip("\n") for line in file]

    def english_extra(self) -> Iterator[tuple[str, str]]:
        """English text without a translation, and its source."""
        with lzma.open(self._folder / "english_extra.txt.xz", "rt", encoding="utf-8", newline="\n") as file:
            for line in file:
                parts = line.rstrip("\n").split("\t")
                if len(parts) == 3:
                    yield parts[1], parts[2]

    def pairs(self, language: str) -> Iterator[Pair]:
        path = self._folder / f"{language}.tsv.xz"
        with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
            for line in file:
                number, translation, source = line.rstrip("\n").split("\t")
                yield Pair(int(number), translation, self.sources[int(source)])


def phrases(*, held_out: bool) -> list[dict[str, str]]:
    """Rows of the phrasebook: the held-out fifth, or the others. Keys: the codes, ``en``, ``id`` and
    ``kind``."""
    rows = []
    for table in sorted(PHRASEBOOK.glob("*.tsv")):
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if (int(row["id"].rsplit("-", 1)[1]) % 5 == 0) == held_out:
                    row["row"], row["id"] = row["id"], row.pop("id_ID", row["id"])
                    rows.append(row)
    return rows
