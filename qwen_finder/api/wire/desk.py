"""Previews, passages of one file, and the privacy report as JSON."""

from __future__ import annotations

from qwen_finder.api.wire.fields import Fields, WireError
from qwen_finder.api.wire.search import passage_from_json, passage_to_json, span_from_json
from qwen_finder.api.wire.table import Table
from qwen_finder.core.connections import Connection
from qwen_finder.core.desk import FilePreview, Form, PrivacyReport, StoredPlace
from qwen_finder.core.document import Kind, Unit
from qwen_finder.core.query import Passage

_PLACE = Table(StoredPlace, "a place", {"what": str, "path": str, "bytes": int})
_CONNECTION = Table(
    Connection, "a connection", {"host": str, "why": str, "first": float, "last": float, "count": int}
)


def preview_to_json(preview: FilePreview) -> dict[str, object]:
    return {
        "path": preview.path,
        "kind": preview.kind.value,
        "form": preview.form.value,
        "text": preview.text,
        "first_line": preview.first_line,
        "cut_before": preview.cut_before,
        "cut_after": preview.cut_after,
        "language": preview.language,
        "highlights": [list(span) for span in preview.highlights],
        "pages": preview.pages,
        "page": preview.page,
        "unit": preview.unit.value,
        "member": preview.member,
        "metadata": [list(pair) for pair in preview.metadata],
        "reason": preview.reason,
    }


def preview_from_json(value: object) -> FilePreview:
    """Raises WireError."""
    fields = Fields(value, "the preview")
    return FilePreview(
        path=fields.text("path"),
        kind=fields.choice("kind", Kind),
        form=fields.choice("form", Form),
        text=fields.text("text", ""),
        first_line=fields.integer("first_line", 0),
        cut_before=fields.flag("cut_before", False),
        cut_after=fields.flag("cut_after", False),
        language=fields.text("language", ""),
        highlights=tuple(span_from_json(item) for item in fields.items("highlights", [])),
        pages=fields.optional_integer("pages"),
        page=fields.optional_integer("page"),
        unit=fields.choice("unit", Unit, Unit.PAGE),
        member=fields.text("member", ""),
        metadata=tuple(_pair(item) for item in fields.items("metadata", [])),
        reason=fields.text("reason", ""),
    )


def passages_to_json(passages: list[Passage]) -> dict[str, object]:
    return {"passages": [passage_to_json(passage) for passage in passages]}


def passages_from_json(value: object) -> list[Passage]:
    """Raises WireError."""
    return [passage_from_json(item) for item in Fields(value, "the passages").items("passages")]


def privacy_to_json(report: PrivacyReport) -> dict[str, object]:
    return {
        "places": [_PLACE.to_json(place) for place in report.places],
        "connections": [_CONNECTION.to_json(connection) for connection in report.connections],
        "since": report.since,
    }


def privacy_from_json(value: object) -> PrivacyReport:
    """Raises WireError."""
    fields = Fields(value, "the privacy report")
    return PrivacyReport(
        tuple(_PLACE.from_json(item) for item in fields.items("places")),
        tuple(_CONNECTION.from_json(item) for item in fields.items("connections")),
        fields.number("since"),
    )


def _pair(value: object) -> tuple[str, str]:
    match value:
        case [str(key), str(said)]:
            return key, said
    raise WireError("the preview: 'metadata' takes pairs of strings")
