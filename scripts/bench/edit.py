"""What an edit costs: tokens embedded anew after changes to files that are indexed.

    python scripts/bench/edit.py [--pages 200]

Indexes a text of 200 pages with the real engine and counts the tokens that reach the model: for the whole
text, after one paragraph in its middle was edited, and after it was renamed, moved, copied and touched.
Prints one JSON object; exit 1 when an edit costs more than 2 % or any of the others anything.
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
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qwen_finder.engine import Engine

ROOT = Path(__file__).resolve().parents[2]
WORDS_A_PAGE = 350
PARAGRAPHS_A_PAGE = 4
MOST_FOR_AN_EDIT = 0.02
SYLLABLES = [first + second for first in "bcdfghjklmnprstvwxz" for second in "aeiou"]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    with tempfile.TemporaryDirectory() as work:
        result = measure(Path(work).resolve(), options.pages)
    print(json.dumps(result))
    return 0 if result["ok"] else 1


def measure(work: Path, pages: int) -> dict[str, Any]:
    from qwen_finder.engine import Engine
    from qwen_finder.settings.paths import find_paths
    from qwen_finder.settings.store import Settings

    files = work / "files"
    files.mkdir()
    text = book(pages)
    path = files / "book.txt"
    path.write_text(text, "utf-8")
    paths = find_paths({**os.environ, "QWEN_FINDER_HOME": str(work / "home")})
    paths.create()
    engine = Engine(paths, Settings({"pace.mode": "full", "index.max_characters": 100_000_000}))
    engine.start()
    settle(engine)
    count = counted(engine)

    def cost(change: Callable[[], object]) -> int:
        before = count()
        change()
        engine.index()
        settle(engine)
        return count() - before

    whole = cost(lambda: engine.add_folder(str(files)))
    paragraphs = text.split("\n\n")
    middle = len(paragraphs) // 2
    paragraphs[middle] = f"An added sentence opens it. {paragraphs[middle]}"
    edited = cost(lambda: path.write_text("\n\n".join(paragraphs), "utf-8"))
    renamed, moved = files / "novel.txt", files / "shelf" / "novel.txt"
    moved.parent.mkdir()
    others = {
        "rename": cost(lambda: path.rename(renamed)),
        "move": cost(lambda: renamed.rename(moved)),
        "copy": cost(lambda: shutil.copy(moved, files / "copy.txt")),
        "touch": cost(lambda: moved.touch()),
    }
    chunks = engine.status().index.chunks
    engine.close()
    return {
        "pages": pages,
        "chunks": chunks,
        "tokens_whole": whole,
        "tokens_edit": edited,
        "edit_over_whole": round(edited / whole, 5),
        **{f"tokens_{name}": tokens for name, tokens in others.items()},
        "ok": edited <= MOST_FOR_AN_EDIT * whole and not any(others.values()),
    }


def book(pages: int) -> str:
    """Paragraphs of made-up words, no two alike."""
    drawn = random.Random(0)
    words = ["".join(drawn.choices(SYLLABLES, k=drawn.randint(1, 4))) for _ in range(5_000)]
    paragraphs = []
    for _ in range(pages * PARAGRAPHS_A_PAGE):
        left = WORDS_A_PAGE // PARAGRAPHS_A_PAGE
        sentences = []
        while left > 0:
            length = min(left, drawn.randint(6, 18))
            sentences.append(" ".join(drawn.choices(words, k=length)).capitalize() + ".")
            left -= length
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs)


def counted(engine: Engine) -> Callable[[], int]:
    """Have the engine's embedder count what it is given; returns how many tokens that are so far."""
    embedder: Any = engine._backend.opened.embedder
    embed = embedder.embed_documents
    tokens = 0

    def embed_documents(inputs: Sequence[str]) -> Any:
        nonlocal tokens
        tokens += sum(embedder.count_tokens(text) for text in inputs)
        return embed(inputs)

    embedder.embed_documents = embed_documents
    return lambda: tokens


def settle(engine: Engine) -> None:
    quiet = time.monotonic()
    while time.monotonic() - quiet < 1.5:
        if not engine.idle():
            quiet = time.monotonic()
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
