"""What making a sample takes: running the programs, handing out sentences, writing down what was made."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, fields
from pathlib import Path

from sample_texts import STORIES, Story

# Reproducible as far as programs let it be.
_ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "1741975200", "LC_ALL": "C.UTF-8"}

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Save/Document"><prop oor:name="GenerateThumbnail"
 oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of samples.toml: a file, the sentence planted in it, and the place where that stands.

    ``page`` counts pages, slides or sheets, as ``unit`` says; ``heading`` is the path of the passage;
    ``member`` the part of a container. What does not apply is empty and not written.
    """

    file: str
    producer: str
    language: str
    phrase: str
    page: int = 0
    unit: str = ""
    line: int = 0
    member: str = ""
    heading: tuple[str, ...] = ()
    title: str = ""
    author: str = ""
    also: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    error: str = ""

    def toml(self) -> str:
        lines = ["", "[[sample]]"]
        for each in fields(self):
            value = getattr(self, each.name)
            if value:
                lines.append(f"{each.name} = {_toml(value)}")
        return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


class Phrases:
    """Hands out each sentence once."""

    def __init__(self) -> None:
        self._left = {language: list(story.phrases) for language, story in STORIES.items()}

    def take(self, language: str) -> tuple[Story, str]:
        """The story in ``language`` and a sentence of it that no other sample has."""
        return STORIES[language], self._left[language].pop(0)


class Programs:
    """The programs that write samples to ``folder``; ``workplace`` is for what they need meanwhile."""

    def __init__(self, workplace: Path, folder: Path) -> None:
        self.workplace = workplace
        self.folder = folder
        self._profile = workplace / "profile"
        (self._profile / "user").mkdir(parents=True)
        (self._profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS)

    def run(self, *command: str | Path) -> str:
        """What the command prints. Raises CalledProcessError when it fails."""
        done = subprocess.run(
            [str(part) for part in command],
            check=True,
            capture_output=True,
            text=True,
            env=_ENVIRONMENT,
            cwd=self.workplace,
        )
        return done.stdout

    def version(self, *command: str) -> str:
        """The first line of what ``command`` says of its version."""
        return self.run(*command).strip().splitlines()[0].removesuffix("(Build:2)").strip()

    @property
    def office(self) -> tuple[str, ...]:
        return ("soffice", f"-env:UserInstallation=file://{self._profile}", "--headless")

    def convert(self, source: str, suffix: str, name: str) -> Path:
        """The flat OpenDocument ``source`` (its own ``suffix``) saved by LibreOffice as ``name``."""
        flat = self.workplace / f"{Path(name).stem}.{suffix}"
        flat.write_text(source, encoding="utf-8")
        wanted = Path(name).suffix[1:]
        self.run(*self.office, "--convert-to", wanted, "--outdir", self.folder, flat)
        return self.folder / name

    def pandoc(self, markdown: str, name: str) -> Path:
        source = self.workplace / f"{name}.md"
        source.write_text(markdown, encoding="utf-8")
        self.run("pandoc", "--standalone", source, "-o", self.folder / name)
        return self.folder / name
