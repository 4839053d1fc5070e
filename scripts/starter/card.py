"""Prints what an evaluation found as the model card and the catalog say it.

``python -m starter.card WORK/report-checkpoint.json``: the card's table by language, and the catalog's
``figures`` (a language's share of held-out phrases whose translation is the nearest, mean of both directions;
English, which is no translation, has a figure of its own from ``scripts/bench/relevance.py``).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from starter.corpus import LANGUAGES

NAMES = (
    "Chinese", "Chinese, Traditional", "Japanese", "Korean", "Spanish", "French", "German", "Italian",
    "Portuguese", "Dutch", "Russian", "Ukrainian", "Polish", "Turkish", "Arabic", "Persian", "Hindi",
    "Vietnamese", "Thai", "Indonesian", "Swedish",
)  # fmt: skip
COLUMNS = ("to_english", "from_english", "phrases_to_english", "phrases_from_english")
HEAD = "| Language | Sentences: to English | from English | Phrases: to English | from English |"

Report = Mapping[str, Mapping[str, float]]


def table(languages: Report, means: Sequence[float]) -> str:
    """The table in Markdown."""
    rows = [HEAD, "|---|---|---|---|---|"]
    for name, code in zip(NAMES, LANGUAGES, strict=True):
        rows.append(f"| {name} | " + " | ".join(f"{languages[code][key]:.0%}" for key in COLUMNS) + " |")
    rows.append("| **Mean of 20** | " + " | ".join(f"**{value:.0%}**" for value in means) + " |")
    return "\n".join(rows).replace("%", " %")


def figures(languages: Report) -> dict[str, float]:
    """The catalog's figures by language, Traditional Chinese apart."""
    return {
        code: round(sum(languages[code][key] for key in COLUMNS[2:]) / 2, 2)
        for code in sorted(LANGUAGES)
        if code != "zht"
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    report = json.loads(parser.parse_args(arguments).report.read_text("utf-8"))
    print(table(report["languages"], [report[key] for key in COLUMNS]))
    print(", ".join(f"{code} = {value:.2f}" for code, value in figures(report["languages"]).items()))


if __name__ == "__main__":
    main()
