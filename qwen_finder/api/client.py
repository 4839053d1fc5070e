"""The service as its clients see it: one method per question, dataclasses in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qwen_finder.api.asking import QUICK_S, SLOW_S
from qwen_finder.api.desk_client import DeskClient
from qwen_finder.api.model_client import ModelClient
from qwen_finder.api.wire.fields import Fields

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from qwen_finder.api.wire.shapes import ResponseJson, SearchJson, SimilarJson

    # Each method imports the codec that it needs: a query must not pay for the status.
    from qwen_finder.api.wire.status import ServiceStatus
    from qwen_finder.core.events import Event
    from qwen_finder.core.query import SearchRequest, SearchResponse, SimilarRequest
    from qwen_finder.core.status import Check, Estimate, Failure, FolderStatus


class Client(ModelClient, DeskClient):
    """Speaks to the service that ``launcher`` finds. Every method raises FinderError and nothing else."""

    def following(self) -> Client:
        """This client for who asks again and again, or unasked: it starts no service in the place of one that
        somebody has stopped since (ServiceError "service.stopped"). One that crashed is started all the same.
        """
        other = Client(self._launcher)
        other._line, other._follows = self._line, True
        return other

    def search(self, request: SearchRequest) -> SearchResponse:
        """``request.limit`` 0 means as many hits as the setting ``search.limit`` says."""
        from qwen_finder.api.wire.search import request_to_json, response_from_json

        return self._ask(response_from_json, "POST", "/v1/search", request_to_json(request), timeout_s=SLOW_S)

    def search_json(self, request: SearchJson) -> ResponseJson:
        """``search`` without dataclasses, for a process that lives for one query only."""
        return self._ask(_response, "POST", "/v1/search", request, timeout_s=SLOW_S)

    def similar(self, request: SimilarRequest) -> SearchResponse:
        """Files like the one at ``request.path``, which need not be indexed; ``limit`` as in ``search``."""
        from qwen_finder.api.wire.search import response_from_json, similar_to_json

        return self._ask(
            response_from_json, "POST", "/v1/similar", similar_to_json(request), timeout_s=SLOW_S
        )

    def similar_json(self, request: SimilarJson) -> ResponseJson:
        """``similar`` without dataclasses."""
        return self._ask(_response, "POST", "/v1/similar", request, timeout_s=SLOW_S)

    def thumbnail(self, path: str, side: int = 256) -> bytes:
        """The picture at ``path``, which is indexed, as WebP whose longer side has at most ``side`` pixels
        (256 or 1024). UsageError and FileError say why there is none.
        """
        import os
        from urllib.parse import quote_from_bytes

        target = f"/v1/thumbnail?path={quote_from_bytes(os.fsencode(path))}&size={side}"
        return self._fetch("GET", target, b"", QUICK_S, repeat=True)

    def status(self) -> ServiceStatus:
        from qwen_finder.api.wire.status import service_status_from_json

        return self._ask(service_status_from_json, "GET", "/v1/status")

    def events(self, since: int, timeout_s: float = 25.0) -> list[Event]:
        """Events after number ``since``; waits up to ``timeout_s`` seconds for the first one."""
        from qwen_finder.api.wire.status import event_from_json

        target = f"/v1/events?since={since}&timeout={timeout_s:g}"
        return self._list(event_from_json, "events", "GET", target, timeout_s=timeout_s + QUICK_S)

    def folders(self) -> list[FolderStatus]:
        from qwen_finder.api.wire.status import folder_from_json

        return self._list(folder_from_json, "folders", "GET", "/v1/folders")

    def add_folder(self, path: str) -> FolderStatus:
        from qwen_finder.api.wire.status import folder_from_json

        return self._ask(folder_from_json, "POST", "/v1/folders", {"path": path}, repeat=False)

    def remove_folder(self, path: str) -> FolderStatus:
        from qwen_finder.api.wire.status import folder_from_json

        return self._ask(
            folder_from_json, "DELETE", "/v1/folders", {"path": path}, repeat=False, timeout_s=SLOW_S
        )

    def index(self, folders: Sequence[str] = ()) -> None:
        """Have ``folders``, or all, looked at now."""
        self._ask(_nothing, "POST", "/v1/index", {"folders": list(folders)})

    def estimate(self, folders: Sequence[str] = ()) -> Estimate:
        from qwen_finder.api.wire.status import estimate_from_json

        body = {"folders": list(folders), "dry_run": True}
        return self._ask(estimate_from_json, "POST", "/v1/index", body, timeout_s=SLOW_S)

    def set_pace(self, mode: str, seconds: float | None = None) -> tuple[str, str]:
        """Keep to ``mode`` ("full", "balanced", "quiet", "paused") for ``seconds``, or until told otherwise;
        "auto" lets settings and machine decide. The pace that follows, and why.
        """
        return self._ask(_pace, "POST", "/v1/pace", {"mode": mode, "seconds": seconds})

    def failures(self) -> list[Failure]:
        from qwen_finder.api.wire.status import failure_from_json

        return self._list(failure_from_json, "failures", "GET", "/v1/failures")

    def checks(self) -> list[Check]:
        from qwen_finder.api.wire.status import check_from_json

        return self._list(check_from_json, "checks", "GET", "/v1/doctor", timeout_s=SLOW_S)

    def repair(self) -> list[str]:
        """Have the service put right what ``checks`` complains of; what was done, a sentence each."""
        return self._ask(_done, "POST", "/v1/doctor/repair", {}, timeout_s=SLOW_S)

    def settings(self) -> dict[str, Any]:
        return self._ask(_settings, "GET", "/v1/settings")

    def change_settings(self, changes: Mapping[str, object]) -> dict[str, Any]:
        return self._ask(_settings, "PATCH", "/v1/settings", {"settings": dict(changes)})


def _response(value: object) -> ResponseJson:
    Fields(value, "the search response").items("hits")
    response: Any = value
    return response  # type: ignore[no-any-return]


def _nothing(value: object) -> None:
    Fields(value, "the answer")


def _pace(value: object) -> tuple[str, str]:
    fields = Fields(value, "the answer")
    return fields.text("pace"), fields.text("pace_reason")


def _done(value: object) -> list[str]:
    return list(Fields(value, "the answer").texts("done"))


def _settings(value: object) -> dict[str, Any]:
    return Fields(value, "the answer").mapping("settings")
