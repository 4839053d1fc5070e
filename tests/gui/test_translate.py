from __future__ import annotations

import pytest

from qwen_finder.gui import translate


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (["zh-Hans-CN"], "zh_CN"),
        (["zh_TW"], "zh_CN"),
        (["en-GB"], "en"),
        (["de-DE", "zh-CN"], "zh_CN"),
        (["fr", "en", "zh"], "en"),
        (["de-DE"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_there_is(wanted: list[str], spoken: str) -> None:
    assert translate.choose(wanted) == spoken
