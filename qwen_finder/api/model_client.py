"""What a client asks of models: which there are, have them, check them, use them, be rid of them."""

from __future__ import annotations

from qwen_finder.api.asking import SLOW_S, Asking

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from qwen_finder.core.status import DownloadStatus, ModelListing
    from qwen_finder.core.switching import SwitchCost, SwitchStatus


class ModelClient(Asking):
    """The part of the client that is about models. Ids are those of ``models``; a bare family name means the
    quantisation of it that suits this machine best."""

    def models(self) -> list[ModelListing]:
        from qwen_finder.api.wire.models import model_from_json

        return self._list(model_from_json, "models", "GET", "/v1/models")

    def download_model(self, id: str) -> DownloadStatus:
        """Have ``id`` downloaded, or go on with it; returns at once. Whoever asks for the same one shares
        it. ``models`` and the events "model.download" tell how far it is."""
        from qwen_finder.api.wire.models import download_from_json

        return self._ask(download_from_json, "POST", _target(id, "/download"), {})

    def pause_download(self, id: str, discard: bool = False) -> DownloadStatus:
        """Stop fetching ``id``. What was fetched is kept, unless ``discard``."""
        from qwen_finder.api.wire.models import download_from_json

        target = _target(id, "/download") + ("?discard=1" if discard else "")
        return self._ask(download_from_json, "DELETE", target)

    def verify_model(self, id: str) -> tuple[bool, str]:
        """Whether the files of ``id`` are what was published, and what was found; reads all of them."""
        from qwen_finder.api.wire.models import verdict_from_json

        return self._ask(verdict_from_json, "POST", _target(id, "/verify"), {}, timeout_s=SLOW_S)

    def remove_model(self, id: str) -> int:
        """Remove the files of ``id``, which must not be in use; the bytes that became free."""
        return self._ask(_freed, "DELETE", _target(id), repeat=False)

    def use_model(self, id: str, dimensions: int | None = None, consent: bool = False) -> SwitchStatus:
        """Have the model ``id`` used from now on. A text model's index is built beside the old one, which
        answers meanwhile. ``consent``: texts may be sent to the remote endpoint that ``id`` names.
        """
        from qwen_finder.api.wire.switching import switch_from_json

        body = {"dimensions": dimensions, "consent": consent}
        return self._ask(switch_from_json, "POST", _target(id, "/use"), body, timeout_s=SLOW_S)

    def rollback_model(self) -> SwitchStatus:
        """Go back to the text model before this one. UsageError when there is none any more."""
        from qwen_finder.api.wire.switching import switch_from_json

        return self._ask(switch_from_json, "POST", "/v1/models/rollback", {}, timeout_s=SLOW_S, repeat=False)

    def cancel_switch(self) -> SwitchStatus | None:
        """Call off the change of the text model that is under way; the old one stays."""
        from qwen_finder.api.wire.switching import optional_switch_from_json

        return self._ask(optional_switch_from_json, "DELETE", "/v1/models/switch", timeout_s=SLOW_S)

    def switch_cost(self, id: str, dimensions: int | None = None) -> SwitchCost:
        """What a change to the text model ``id`` would cost."""
        from qwen_finder.api.wire.switching import cost_from_json

        asked = "" if dimensions is None else f"?dimensions={dimensions}"
        return self._ask(cost_from_json, "GET", _target(id, "/switch-cost") + asked, timeout_s=SLOW_S)


def _target(id: str, action: str = "") -> str:
    from urllib.parse import quote

    return f"/v1/models/{quote(id, safe='')}{action}"


def _freed(value: object) -> int:
    from qwen_finder.api.wire.fields import Fields

    return Fields(value, "the answer").integer("bytes")
