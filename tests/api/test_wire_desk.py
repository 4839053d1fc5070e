"""What a window is told goes over the wire whole, and nothing else comes out of it."""

from __future__ import annotations

import pytest

from qwen_finder.api.wire import desk
from qwen_finder.api.wire.fields import WireError
from qwen_finder.api.wire.text import dumps, loads
from qwen_finder.core.connections import Connection
from qwen_finder.core.desk import FilePreview, Form, PrivacyReport, StoredPlace
from qwen_finder.core.document import Kind, Unit
from qwen_finder.core.query import Passage

PREVIEW = FilePreview(
    "/home/\udcff.pptx",
    Kind.DOCUMENT,
    Form.PAGES,
    text="eins 二",
    first_line=7,
    cut_before=True,
    cut_after=True,
    language="python",
    highlights=((0, 4), (5, 6)),
    pages=12,
    page=3,
    unit=Unit.SLIDE,
    member="a.zip › b",
    metadata=(("author", "Ann"), ("size", "12")),
    reason="Only a part.",
)
REPORT = PrivacyReport(
    (StoredPlace("names", "/home/\udcff", 12),),
    (Connection("models.example", "model download", 2.5, 4.5, 3),),
    1.5,
)
PASSAGES = [Passage("a 猫", 3, None, ((2, 3),)), Passage("b", None, 7, (), Unit.SHEET, "c")]


@pytest.mark.parametrize(
    ("value", "written", "read"),
    [
        (PREVIEW, desk.preview_to_json, desk.preview_from_json),
        (FilePreview("/a", Kind.OTHER, Form.NONE), desk.preview_to_json, desk.preview_from_json),
        (REPORT, desk.privacy_to_json, desk.privacy_from_json),
        (PASSAGES, desk.passages_to_json, desk.passages_from_json),
    ],
)
def test_everything_comes_back_as_it_went(value, written, read):
    assert read(loads(dumps(written(value)))) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("form", "film"),
        ("highlights", [[1]]),
        ("metadata", [["author"]]),
        ("metadata", [["author", 3]]),
        ("pages", "many"),
        ("text", None),
    ],
)
def test_wrong_fields_are_named(key, value):
    with pytest.raises(WireError, match=key):
        desk.preview_from_json({**desk.preview_to_json(PREVIEW), key: value})
