"""The part of the client that is about models: which are used, and the change from one to another."""

from __future__ import annotations

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol, TypeVar

    from qwen_finder.core.switching import SwitchCost, SwitchStatus

    Item = TypeVar("Item")

    class _Asks(Protocol):
        def _ask(
            self,
            decode: Callable[[object], Item],
            method: str,
            target: str,
            body: object = None,
            *,
            timeout_s: float = ...,
            repeat: bool = ...,
            follow: bool = ...,
        ) -> Item: ...


# Files are looked at, and weights of gigabytes may be read from a cold disk.
_SLOW_S = 600.0


class ModelClient:
    """A mix-in of ``Client``; every method raises FinderError and nothing else."""

    def use_model(self: _Asks, id: str, dimensions: int | None = None, consent: bool = False) -> SwitchStatus:
        """Have the model ``id`` used from now on. A text model's index is built beside the old one, which
        answers meanwhile. ``consent``: texts may be sent to the remote endpoint that ``id`` names.
        """
        from qwen_finder.api.wire.switching import switch_from_json

        body = {"dimensions": dimensions, "consent": consent}
        return self._ask(switch_from_json, "POST", _model(id, "use"), body, timeout_s=_SLOW_S)

    def rollback_model(self: _Asks) -> SwitchStatus:
        """Go back to the text model before this one. UsageError when there is none any more."""
        from qwen_finder.api.wire.switching import switch_from_json

        return self._ask(switch_from_json, "POST", "/v1/models/rollback", {}, timeout_s=_SLOW_S, repeat=False)

    def cancel_switch(self: _Asks) -> SwitchStatus | None:
        """Call off the change of the text model that is under way; the old one stays."""
        from qwen_finder.api.wire.switching import optional_switch_from_json

        return self._ask(optional_switch_from_json, "DELETE", "/v1/models/switch", timeout_s=_SLOW_S)

    def switch_cost(self: _Asks, id: str, dimensions: int | None = None) -> SwitchCost:
        """What a change to the text model ``id`` would cost."""
        from qwen_finder.api.wire.switching import cost_from_json

        asked = "" if dimensions is None else f"?dimensions={dimensions}"
        return self._ask(cost_from_json, "GET", _model(id, "switch-cost") + asked, timeout_s=_SLOW_S)


def _model(id: str, action: str) -> str:
    from urllib.parse import quote

    return f"/v1/models/{quote(id, safe='')}/{action}"
