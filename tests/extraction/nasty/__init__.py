"""Files that people have and readers stumble over, each with what must come of it.

``CORPUS`` lists them; each is written by itself, in no time and always the same. Nothing here knows a
reader. What a file system rather than a file can be like (links, pipes, names, permissions) is made by
``scripts/nasty_files.py``.
"""

from __future__ import annotations

from . import books, containers, mail, media, office, pdf, pictures, text
from .case import Nasty

__all__ = ["CORPUS", "PLAIN", "Nasty"]

_GROUPS = {
    "pdf": pdf.cases,
    "office": office.cases,
    "books": books.cases,
    "containers": containers.cases,
    "text": text.cases,
    "mail": mail.cases,
    "pictures": pictures.cases,
    "media": media.cases,
}

CORPUS: dict[str, Nasty] = {
    f"{group}/{case.name}": case for group, cases in _GROUPS.items() for case in cases()
}
"""Every nasty file by its group and name."""

PLAIN = {
    "plain.pdf": (pdf.plain, pdf.PHRASE),
    "plain.docx": (office.plain, office.PHRASE),
    "plain.zip": (containers.plain, containers.PHRASE),
    "plain.eml": (mail.plain, mail.PHRASE),
    "plain.txt": (lambda: text.LINE, text.PHRASE),
}
"""Sound files and the phrase in each: what has to be read after every nasty one."""
