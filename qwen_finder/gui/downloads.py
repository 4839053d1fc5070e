"""Downloads of models in words and numbers, for every place that shows them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from qwen_finder.core.events import Event
from qwen_finder.core.status import DownloadState, DownloadStatus
from qwen_finder.gui import words

translate = QCoreApplication.translate


def from_event(event: Event) -> DownloadStatus | None:
    """What an event "model.download" tells; None of one that tells something else."""
    known = DownloadStatus.__dataclass_fields__
    data = {key: value for key, value in event.data.items() if key in known}
    if event.kind != "model.download" or data.get("state") not in set(DownloadState):
        return None
    data["state"] = DownloadState(str(data["state"]))
    return DownloadStatus(**data)  # type: ignore[arg-type]


def share(download: DownloadStatus) -> float | None:
    """The part that is there, None while nobody knows of how much."""
    return download.bytes_done / download.bytes_total if download.bytes_total else None


def describe(download: DownloadStatus) -> str:
    """How far, how fast and from where; or why not."""
    state = download.state
    if state is DownloadState.QUEUED:
        return translate("Downloads", "Waits for another download")
    if state is DownloadState.CHECKING:
        return translate("Downloads", "Checking what was downloaded")
    if state is DownloadState.FAILED:
        return " ".join(filter(None, (download.message, download.hint)))
    amount = translate("Downloads", "{done} of {total}").format(
        done=words.size(download.bytes_done), total=words.size(download.bytes_total)
    )
    if state is DownloadState.PAUSED:
        return translate("Downloads", "Paused at {amount}").format(amount=amount)
    if state is DownloadState.DONE:
        return translate("Downloads", "Downloaded")
    fast = translate("Downloads", "{size} a second").format(size=words.size(download.rate))
    parts = (amount, fast if download.rate else "", words.time_left(download.eta_s), download.source)
    return " · ".join(filter(None, parts))
