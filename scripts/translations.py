"""Update the translations of the window from its code, and compile them: ``python scripts/translations.py``.

``--check`` changes nothing and fails, naming each text that is new, no longer used or not translated, or a
compiled file that is not that of its source. The tools come with PySide6-Essentials.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from qwen_finder.settings.schema import SETTINGS

_ROOT = Path(__file__).resolve().parents[1]
_FOLDER = _ROOT / "resources" / "translations"
_GUI = _ROOT / "qwen_finder" / "gui"
LANGUAGES = ("en", "zh_CN")
# English stands in the code; only its plurals need a translation.
_PLURALS_ONLY = ("en",)


def update(folder: Path) -> None:
    """Bring the .ts files of ``folder`` up to date: new texts are added, unused ones removed."""
    with tempfile.TemporaryDirectory() as scratch:
        # The descriptions of the settings are no code of the window, but it shows them.
        schema = Path(scratch, "schema_texts.py")
        schema.write_text(_schema_texts(), encoding="utf-8")
        sources = [*map(str, sorted(_GUI.rglob("*.py"))), str(schema)]
        for language in LANGUAGES:
            file = folder / f"qwen_finder_{language}.ts"
            options = ["-silent", "-locations", "none", "-no-obsolete", "-source-language", "en"]
            options += ["-target-language", language]
            if language in _PLURALS_ONLY:
                options.append("-pluralonly")
            _run("lupdate", *options, *sources, "-ts", str(file))


def compile_all(folder: Path, target: Path) -> None:
    """Write the .qm files of the .ts files in ``folder`` to ``target``."""
    for language in LANGUAGES:
        name = f"qwen_finder_{language}"
        _run("lrelease", "-silent", str(folder / f"{name}.ts"), "-qm", str(target / f"{name}.qm"))


def check() -> list[str]:
    """What is wrong with the translations as they are kept, a line each."""
    wrong = []
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        for language in LANGUAGES:
            shutil.copy(_FOLDER / f"qwen_finder_{language}.ts", fresh)
        update(fresh)
        compile_all(_FOLDER, fresh)
        for language in LANGUAGES:
            name = f"qwen_finder_{language}"
            kept, now = texts(_FOLDER / f"{name}.ts"), texts(fresh / f"{name}.ts")
            wrong += [f"{name}.ts: no longer used: {_shown(key)}" for key in kept.keys() - now.keys()]
            wrong += [f"{name}.ts: not translated: {_shown(key)}" for key, done in now.items() if not done]
            if (_FOLDER / f"{name}.qm").read_bytes() != (fresh / f"{name}.qm").read_bytes():
                wrong.append(f"{name}.qm: not compiled from {name}.ts as it is now")
    return wrong


def texts(file: Path) -> dict[tuple[str, str, str], bool]:
    """Every text of a .ts file by context, source and comment, and whether it is translated."""
    found = {}
    for context in ET.parse(file).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            key = (name, message.findtext("source", ""), message.findtext("comment", ""))
            translation = message.find("translation")
            assert translation is not None, key
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            found[key] = translation.get("type") is None and all(form.strip() for form in forms)
    return found


def _shown(key: tuple[str, str, str]) -> str:
    context, source, comment = key
    return f"[{context}] {source!r}" + (f" ({comment})" if comment else "")


def _schema_texts() -> str:
    lines = ["from PySide6.QtCore import QCoreApplication"]
    lines += [f"QCoreApplication.translate('Setting', {item.description!r})" for item in SETTINGS]
    return "\n".join(lines) + "\n"


def _run(tool: str, *arguments: str) -> None:
    beside = Path(sys.executable).with_name(f"pyside6-{tool}")
    program = str(beside) if beside.exists() else shutil.which(f"pyside6-{tool}")
    if program is None:
        sys.exit(f"{tool} is missing: pip install PySide6-Essentials")
    ended = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{tool} failed:\n{ended.stdout}{ended.stderr}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail if there is something to do"
    )
    if parser.parse_args().check:
        wrong = check()
        print("\n".join(wrong) if wrong else "Every text is translated.")
        return 1 if wrong else 0
    _FOLDER.mkdir(parents=True, exist_ok=True)
    update(_FOLDER)
    compile_all(_FOLDER, _FOLDER)
    for language in LANGUAGES:
        found = texts(_FOLDER / f"qwen_finder_{language}.ts")
        print(f"{language}: {sum(found.values())} of {len(found)} texts are translated.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
