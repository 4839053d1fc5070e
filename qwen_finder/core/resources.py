"""Where the files lie that come with the program but are no code: models, icons, translations.

In a checkout they are in ``resources`` beside the package; an installed program has them with the data of its
Python environment, where ``data-files`` in pyproject.toml puts them.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]


def resource(*parts: str) -> Path:
    """The path of a resource, which may be missing: ``resource("models", "starter.gguf")``."""
    return _root().joinpath(*parts)


def _root() -> Path:
    # A folder called resources beside an installed package would be somebody else's.
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "resources"
    return Path(sysconfig.get_path("data"), "share", "qwen-finder")
