#!/usr/bin/env python3
"""Everything that happens to a folder in a busy month, in minutes, under the eyes of the indexer.

    python scripts/churn.py [--operations 20000] [--seed 1]

Files are created, edited, appended to, renamed, moved, copied, touched, deleted and made unwritable; folders
are renamed, moved, replaced, taken out of the tree and put back. Afterwards the index is compared with a
clean one of the final tree. Prints one JSON object; exit 1 when they differ.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from index_contents import clean_index, difference, index_contents

if TYPE_CHECKING:
    from qwen_finder.engine import Engine

ROOT = Path(__file__).resolve().parents[1]
WORDS = """
    anchor bread candle dragon engine forest garden harbour island jacket kettle lantern meadow night
    orchard pepper quarry river saddle thunder umbrella violet window yellow zebra copper marble wool
    """.split()  # noqa: SIM905 - a paragraph of words, not a program
NAMES = ("note", "letter", "report", "list", "draft", "minutes", "plan")
SUFFIXES = (".txt", ".md", ".txt", ".py", ".json", ".html")
PARTS = ("work", "home", "old", "2024", "2025", "school", "copy of it", "büro")


class Churn:
    """A tree below ``root`` that changes by one seeded random operation at a time.

    ``outside`` is a folder beside it on the same disk, where things are moved to and fetched from. It keeps
    at most ``most_files`` files. The same seed does the same.
    """

    def __init__(self, root: Path, outside: Path, seed: int, most_files: int = 300) -> None:
        self.root = root
        self.outside = outside
        self.done: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._most = most_files
        self._count = 0
        self._files: list[Path] = []
        self._folders: list[Path] = [root]
        self._away: list[Path] = []
        outside.mkdir(parents=True, exist_ok=True)
        self._operations: tuple[tuple[int, Callable[[], bool]], ...] = (
            (40, self._create), (14, self._edit), (8, self._append), (8, self._rename), (8, self._move),
            (5, self._copy), (5, self._touch), (4, self._chmod), (9, self._delete), (5, self._make_folder),
            (2, self._rename_folder), (2, self._move_folder), (1, self._replace_folder), (1, self._take_away),
            (2, self._bring_back), (1, self._delete_folder), (2, self._save_by_renaming),
        )  # fmt: skip

    def step(self) -> str:
        """Do one operation and say which."""
        weights = [weight for weight, _ in self._operations]
        while True:
            (_, operation), = self._random.choices(self._operations, weights)  # fmt: skip
            if operation():
                name = operation.__name__.strip("_")
                self.done[name] += 1
                return name

    def fill(self, files: int) -> None:
        """Create files until there are ``files``."""
        while len(self._files) < files:
            if not self._random.randrange(20):
                self._make_folder()
            self._create()

    # Files.

    def _create(self) -> bool:
        if len(self._files) >= self._most:
            return False
        path = self._new_file(self._folder())
        path.write_text(self._text(), "utf-8")
        self._files.append(path)
        return True

    def _edit(self) -> bool:
        return self._on_file(lambda path: path.write_text(self._text(), "utf-8"))

    def _append(self) -> bool:
        def append(path: Path) -> None:
            with path.open("a", encoding="utf-8") as stream:
                stream.write("\n" + self._text())

        return self._on_file(append)

    def _save_by_renaming(self) -> bool:
        """As editors do: write a new file and put it in the place of the old one."""

        def save(path: Path) -> None:
            beside = path.with_name(path.name + ".tmp")
            beside.write_text(self._text(), "utf-8")
            beside.replace(path)

        return self._on_file(save)

    def _rename(self) -> bool:
        return self._on_file(lambda path: self._move_file(path, self._new_file(path.parent)))

    def _move(self) -> bool:
        return self._on_file(lambda path: self._move_file(path, self._new_file(self._folder())))

    def _copy(self) -> bool:
        if len(self._files) >= self._most:
            return False

        def copy(path: Path) -> None:
            target = self._new_file(self._folder())
            shutil.copy2(path, target)
            self._files.append(target)

        return self._on_file(copy)

    def _touch(self) -> bool:
        return self._on_file(lambda path: path.touch())

    def _chmod(self) -> bool:
        return self._on_file(lambda path: path.chmod(self._random.choice((0o600, 0o644, 0o444, 0o755))))

    def _delete(self) -> bool:
        def delete(path: Path) -> None:
            path.unlink()
            self._files.remove(path)

        return self._on_file(delete)

    # Folders.

    def _make_folder(self) -> bool:
        if len(self._folders) > 40:
            return False
        path = self._new_folder(self._folder())
        for _ in range(self._random.randint(0, 2)):
            path.mkdir(parents=True)
            self._folders.append(path)
            inside = self._new_file(path)
            inside.write_text(self._text(), "utf-8")
            self._files.append(inside)
            path = self._new_folder(path)
        path.mkdir(parents=True)
        self._folders.append(path)
        return True

    def _rename_folder(self) -> bool:
        return self._on_folder(lambda path: self._relocate(path, self._new_folder(path.parent)))

    def _move_folder(self) -> bool:
        def move(path: Path) -> None:
            others = [folder for folder in self._folders if folder != path and path not in folder.parents]
            self._relocate(path, self._new_folder(self._random.choice(others)))

        return self._on_folder(move)

    def _replace_folder(self) -> bool:
        """Delete it and make another of the same name at once."""

        def replace(path: Path) -> None:
            self._forget(path)
            shutil.rmtree(path)
            path.mkdir()
            self._folders.append(path)
            for _ in range(3):
                inside = self._new_file(path)
                inside.write_text(self._text(), "utf-8")
                self._files.append(inside)

        return self._on_folder(replace)

    def _delete_folder(self) -> bool:
        def delete(path: Path) -> None:
            self._forget(path)
            shutil.rmtree(path)

        return self._on_folder(delete)

    def _take_away(self) -> bool:
        def take(path: Path) -> None:
            self._forget(path)
            target = self._new_folder(self.outside)
            path.rename(target)
            self._away.append(target)

        return self._on_folder(take)

    def _bring_back(self) -> bool:
        if not self._away:
            return False
        path = self._away.pop(self._random.randrange(len(self._away)))
        target = self._new_folder(self._folder())
        path.rename(target)
        for directory, _, names in os.walk(target):
            self._folders.append(Path(directory))
            self._files += [Path(directory, name) for name in sorted(names)]
        return True

    # What the operations are made of.

    def _on_file(self, operation: Callable[[Path], object]) -> bool:
        if not self._files:
            return False
        operation(self._random.choice(self._files))
        return True

    def _on_folder(self, operation: Callable[[Path], object]) -> bool:
        if len(self._folders) < 3:
            return False
        operation(self._random.choice(self._folders[1:]))
        return True

    def _move_file(self, path: Path, target: Path) -> None:
        path.rename(target)
        self._files[self._files.index(path)] = target

    def _relocate(self, path: Path, target: Path) -> None:
        path.rename(target)
        for known in (self._files, self._folders):
            known[:] = [
                target / other.relative_to(path) if other.is_relative_to(path) else other for other in known
            ]

    def _forget(self, path: Path) -> None:
        for known in (self._files, self._folders):
            known[:] = [other for other in known if not other.is_relative_to(path)]

    def _folder(self) -> Path:
        return self._random.choice(self._folders)

    def _new_file(self, folder: Path) -> Path:
        self._count += 1
        suffix = self._random.choice(SUFFIXES)
        return folder / f"{self._random.choice(NAMES)} {self._count}{suffix}"

    def _new_folder(self, folder: Path) -> Path:
        self._count += 1
        return folder / f"{self._random.choice(PARTS)} {self._count}"

    def _text(self) -> str:
        sentences = (
            " ".join(self._random.choices(WORDS, k=self._random.randint(4, 9))).capitalize() + "."
            for _ in range(self._random.randint(1, 4))
        )
        return " ".join(sentences)


def settle(engine: Engine, seconds: float = 600) -> None:
    """Wait until everything that was noticed is indexed."""
    deadline = time.monotonic() + seconds
    quiet_since = time.monotonic()
    # An event may be on its way through the kernel and four threads, or held back as half of a move.
    while time.monotonic() - quiet_since < 1.5:
        if engine._watcher.unsettled or not engine.idle():
            quiet_since = time.monotonic()
        assert time.monotonic() < deadline, engine.status()
        time.sleep(0.05)


def churn(
    open_engine: Callable[[Path], Engine], work: Path, operations: int, seed: int, pause_s: float = 0.0
) -> dict[str, object]:
    """Run it in the folder ``work`` and compare; "differences" is empty when all is well."""
    root, outside = work / "files", work / "outside"
    root.mkdir(parents=True)
    tree = Churn(root, outside, seed)
    for _ in range(120):
        tree.step()
    engine = open_engine(work / "home")
    engine.add_folder(str(root))
    settle(engine)
    started = time.monotonic()
    for _ in range(operations):
        tree.step()
        if pause_s:
            time.sleep(pause_s)
    worked = time.monotonic() - started
    settle(engine)
    settled = time.monotonic() - started - worked
    modes = [folder.mode for folder in engine.folders()]
    found = index_contents(engine)
    engine.close()
    wanted = clean_index(open_engine(work / "clean"), root, settle)
    return {
        "operations": operations,
        "seed": seed,
        "seconds": round(worked, 1),
        "settled_after_s": round(settled, 1),
        "modes": modes,
        "files": len(wanted),
        "chunks": sum(len(passages) for _, passages in wanted.values()),
        "done": dict(tree.done.most_common()),
        "differences": difference(found, wanted),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--operations", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0.01, help="seconds between two operations")
    options = parser.parse_args()
    os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    with tempfile.TemporaryDirectory() as work:
        result = churn(_open, Path(work).resolve(), options.operations, options.seed, options.pause)
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["differences"] else 0


def _open(home: Path) -> Engine:
    from qwen_finder.engine import Engine
    from qwen_finder.settings.paths import find_paths
    from qwen_finder.settings.store import Settings

    paths = find_paths({**os.environ, "QWEN_FINDER_HOME": str(home)})
    paths.create()
    engine = Engine(paths, Settings({"pace.mode": "full"}))
    engine.start()
    return engine


if __name__ == "__main__":
    sys.exit(main())
