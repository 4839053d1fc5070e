"""What is left to be read of one file and of everything inside it, however deep it is nested.

Shared by a container and the containers within it, so that many small bombs are no better than a big one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    """``characters`` of text, ``bytes`` unpacked and ``members`` read; ``until`` on the monotonic clock,
    beside which text recognition has ``ocr_seconds`` of its own.
    """

    characters: int
    bytes: int
    members: int
    until: float
    ocr_seconds: float

    @property
    def spent(self) -> bool:
        """Whether no other member is to be read."""
        return self.members <= 0 or self.characters <= 0 or self.unpacked

    @property
    def unpacked(self) -> bool:
        """Whether nothing more is to be unpacked."""
        return self.bytes <= 0 or time.monotonic() > self.until

    def recognised(self, seconds: float) -> None:
        """Text recognition took ``seconds``."""
        self.ocr_seconds -= seconds
        self.until += seconds
