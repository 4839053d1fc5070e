"""The progress bar."""

import pytest

from qwen_finder.cli.progress import progress_line
from qwen_finder.cli.text import cells
from qwen_finder.core.status import Progress

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
