"""What is said of files that wait."""

from __future__ import annotations

import pytest

from qwen_finder.engine.notices import waiting


@pytest.mark.parametrize(
    ("pending", "again", "said"),
    [
        (0, 0, []),
        (1, 0, ["1 file is found by name only until it is indexed."]),
        (2_000, 0, ["2,000 files are found by name only until they are indexed."]),
        (1, 1, ["1 file waits to be indexed again, and may be found by what it held before."]),
        (
            5,
            3,
            [
                "2 files are found by name only until they are indexed.",
                "3 files wait to be indexed again, and may be found by what they held before.",
            ],
        ),
    ],
)
def test_new_files_are_told_from_changed_ones(pending: int, again: int, said: list[str]) -> None:
    assert list(waiting(pending, again)) == said
