"""What is said of the change from one text model to another, which takes minutes to days and no outage."""

from __future__ import annotations

from dataclasses import dataclass

BUILDING = "building"
READY = "ready"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SwitchStatus:
    """The change to the model ``target`` (an address as ``models.text`` takes it).

    ``state`` is "building" (the index of the target is made beside the old one, which answers), "ready" (the
    target answers) or "failed" (the old one goes on; ``message`` and ``hint`` say why). ``done`` and
    ``total`` count passages; ``eta_s`` is None when unknown. While building, ``message`` says what it waits
    for, if for anything. ``previous`` is what a rollback goes back to, "" when there is nothing.
    """

    target: str
    state: str
    done: int = 0
    total: int = 0
    eta_s: float | None = None
    message: str = ""
    hint: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class SwitchCost:
    """What a change of the text model would cost: files and passages to embed, about how many seconds (None:
    not known before it begins), bytes on disk while both are kept, and the bytes that are free there.
    """

    files: int
    chunks: int
    seconds: float | None
    bytes: int
    free_bytes: int
