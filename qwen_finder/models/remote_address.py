"""Where a text model on another machine is: read without loading anything that speaks to it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from qwen_finder.core.errors import ModelError


@dataclass(frozen=True, slots=True)
class RemoteAddress:
    """``openai:BASE#MODEL`` taken apart; ``model`` is "" when the server is to say which it has."""

    base: str
    model: str

    @classmethod
    def of(cls, address: str) -> RemoteAddress:
        """Raises ModelError "model.address" when it is no such address."""
        base, _, model = address.removeprefix("openai:").partition("#")
        parts = urlsplit(base)
        try:
            # Asked for the port, it refuses one that is none.
            known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known or parts.query or parts.username:
            raise ModelError(
                "model.address",
                f"{address!r} is no address of a remote model.",
                "It is written openai:http://HOST:PORT/v1#MODEL; the key goes into QWEN_FINDER_OPENAI_KEY.",
            )
        return cls(base.rstrip("/"), model)

    @property
    def host(self) -> str:
        """With its port, for people."""
        return urlsplit(self.base).netloc

    @property
    def local(self) -> bool:
        """Whether it is this machine."""
        name = urlsplit(self.base).hostname or ""
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost"
