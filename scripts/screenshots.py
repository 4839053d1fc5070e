#!/usr/bin/env python3
"""Makes a picture of every screen: real window, real service, the sample folder, on a display in memory.

python3 scripts/screenshots.py [FOLDER]           all of them, in English and Chinese
python3 scripts/screenshots.py FOLDER --only main  those whose name holds a word

Whoever changes how something looks runs it and looks at the pictures.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import desktop
import environment

DEMO = environment.ROOT / "resources" / "demo"
SAMPLES = environment.ROOT / "tests" / "data" / "samples"
SCENES = environment.ROOT / "scripts" / "screenshot_scenes.py"
LANGUAGES = ("en", "zh_CN")
# The largest screen that is shown, and room beside it.
SCREEN = (2800, 1600)

# What the sample folder does not have: files of office programs, by the names that people give.
_OFFICE = {
    "word-en.docx": "Meeting notes.docx",
    "powerpoint-en.pptx": "Project review.pptx",
    "pandoc-en.pptx": "Garden club.pptx",
    "pandoc-ja.docx": "報告書.docx",
    "excel-de.xlsx": "Haushalt.xlsx",
    "mail-de.eml": "Anfrage.eml",
    "outlook-en.msg": "Re: offer.msg",
    "linearized-fr.pdf": "Compte rendu.pdf",
    "locked-en.pdf": "Contract (locked).pdf",
    "archive-zh.tar.xz": "备份.tar.xz",
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Make a picture of every screen of the window.")
    parser.add_argument("folder", nargs="?", type=Path, default=environment.ROOT / ".demo" / "screenshots")
    parser.add_argument("--only", default="", metavar="WORD", help="only pictures whose name holds WORD")
    options = parser.parse_args()
    try:
        environment.prepare(tests=True, window=True)
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 3
    options.folder.mkdir(parents=True, exist_ok=True)
    return run(options.folder, options.only, str(environment.PYTHON), environment.MODELS)


def run(folder: Path, only: str, python: str, models: Path) -> int:
    """Take the pictures with the interpreter ``python``; 0 when every scene could be shown."""
    # Short, since it is seen on the pictures.
    with tempfile.TemporaryDirectory(prefix="home-") as scratch, desktop.virtual_display(*SCREEN) as display:
        user = Path(scratch, "anna")
        fill(user)
        env = {
            **os.environ,
            "HOME": str(user),
            "XDG_CONFIG_HOME": str(user / ".config"),
            "QWEN_FINDER_HOME": str(Path(scratch, "program")),
            "QWEN_FINDER_MODELS": str(models),
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONUTF8": "1",
            "LANG": "C.UTF-8",
        }
        env.pop("WAYLAND_DISPLAY", None)
        results = [
            subprocess.run([python, str(SCENES), str(folder), language, only], env=env).returncode
            for language in LANGUAGES
        ]
        subprocess.run([python, "-m", "qwen_finder", "service", "stop"], env=env, capture_output=True)
    return max(results)


def fill(user: Path) -> None:
    """Give ``user`` a home with files of all kinds."""
    shutil.copytree(DEMO, user)
    office = user / "Office"
    office.mkdir()
    for sample, name in _OFFICE.items():
        if (SAMPLES / sample).is_file():
            shutil.copy(SAMPLES / sample, office / name.replace(":", ""))
    # What a desktop asks for the places of documents and pictures.
    config = user / ".config"
    config.mkdir()
    places = "".join(
        f'XDG_{place}_DIR="$HOME/{name}"\n'
        for place, name in (("DOCUMENTS", "Documents"), ("PICTURES", "Pictures"), ("DOWNLOAD", "Inbox"))
    )
    (config / "user-dirs.dirs").write_text(places, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
