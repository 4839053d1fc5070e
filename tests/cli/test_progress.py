"""The progress bar."""

import pytest

from qwen_finder.cli.progress import download_line, progress_line
from qwen_finder.cli.text import cells
from qwen_finder.core.status import DownloadState, DownloadStatus, Progress

HALF = Progress(120, 480, 35.0, 10.0, "/home/me/re\nport 猫.pdf", 1_200_000, 4_800_000, share=0.5)


def test_the_bar_says_it_all():
    assert progress_line(HALF, 120) == (
        "[############            ] 120/480 files, 1.2 MB/4.8 MB  35.0 files/s  10 s left  re␊port 猫.pdf"
    )


@pytest.mark.parametrize("width", [20, 40, 60, 80, 90])
def test_the_bar_fits(width):
    assert cells(progress_line(HALF, width)) <= width


def test_what_is_not_known_is_left_out():
    assert progress_line(Progress(0, 9, 0.0, None, ""), 80) == (
        "[                        ] 0/9 files, 0 bytes/0 bytes"
    )


FETCHING = DownloadStatus("a", DownloadState.RUNNING, 625_000_000, 2_500_000_000, 35e6, 54.0, "hub.example")


def test_a_download_is_shown_with_its_rate_and_source():
    assert download_line(FETCHING, 120) == (
        "[######                  ] 625 MB/2.5 GB  35.0 MB/s  54 s left  hub.example"
    )


@pytest.mark.parametrize("state", DownloadState)
@pytest.mark.parametrize("width", [20, 40, 80])
def test_every_state_of_a_download_fits(state, width):
    line = download_line(DownloadStatus("a", state, 5, 10, 1e6, 3.0, "a.very.long.host.example" * 3), width)
    assert 0 < cells(line) <= width


def test_a_download_that_waits_says_so():
    assert download_line(DownloadStatus("a", DownloadState.QUEUED), 80).endswith("waits for its turn")
