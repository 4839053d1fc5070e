"""How far indexing or a download is, as one line that fits the terminal."""

from __future__ import annotations

import os

from qwen_finder.cli.text import cells, shorten, visible
from qwen_finder.cli.units import duration, size
from qwen_finder.core.status import DownloadState, DownloadStatus, Progress

_BAR = 24


def progress_line(progress: Progress, width: int) -> str:
    """``[######      ] 120/480 files, 1.2 MB/4.8 MB  35.0 files/s  10 s left  a.pdf`` in ``width`` cells.

    The bar shows the share of the work, which is neither that of files nor that of bytes.
    """
    filled = min(int(progress.share * _BAR), _BAR)
    line = f"[{'#' * filled}{' ' * (_BAR - filled)}] {progress.done:,}/{progress.total:,} files"
    line += f", {size(progress.bytes_done)}/{size(progress.bytes_total)}"
    if progress.rate:
        line += f"  {progress.rate:,.1f} files/s"
    if progress.eta_s is not None:
        line += f"  {duration(progress.eta_s)} left"
    room = width - cells(line) - 2
    if progress.current and room >= 8:
        line += "  " + shorten(visible(os.path.basename(progress.current)), room)
    return shorten(line, width)


def download_line(status: DownloadStatus, width: int) -> str:
    """``[######      ] 1.2 GB/2.5 GB  35.0 MB/s  40 s left  hub.example`` in ``width`` cells."""
    share = status.bytes_done / status.bytes_total if status.bytes_total else 0.0
    filled = min(int(share * _BAR), _BAR)
    line = f"[{'#' * filled}{' ' * (_BAR - filled)}] {size(status.bytes_done)}/{size(status.bytes_total)}"
    if status.state is DownloadState.QUEUED:
        return shorten(f"{line}  waits for its turn", width)
    if status.state is DownloadState.CHECKING:
        line += "  checking"
    if status.rate:
        line += f"  {size(status.rate)}/s"
    if status.eta_s is not None:
        line += f"  {duration(status.eta_s)} left"
    if status.source and status.state is DownloadState.RUNNING:
        line += f"  {visible(status.source)}"
    return shorten(line, width)
