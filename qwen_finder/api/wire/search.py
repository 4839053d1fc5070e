"""Search requests and their response as JSON: ``POST /v1/search``, ``/v1/similar`` and ``query --json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qwen_finder.api.wire.fields import Fields, WireError
from qwen_finder.core.document import Kind, Unit
from qwen_finder.core.query import Hit, Mode, Passage, SearchRequest, SearchResponse, SimilarRequest, Strength

if TYPE_CHECKING:
    from qwen_finder.api.wire.shapes import HitJson, PassageJson, ResponseJson, SearchJson, SimilarJson


def request_to_json(request: SearchRequest) -> SearchJson:
    return {
        "text": request.text,
        "limit": request.limit,
        "mode": request.mode.value,
        "types": list(request.types),
        "exts": list(request.exts),
        "folders": list(request.folders),
        "after": request.after,
        "before": request.before,
        "min_strength": request.min_strength.value,
        "explain": request.explain,
        "rerank": request.rerank,
    }


def request_from_json(value: object) -> SearchRequest:
    """Raises WireError. ``limit`` 0 or absent means: as many as the setting ``search.limit`` says."""
    fields = Fields(value, "the search request")
    return SearchRequest(
        # A shell passes bytes that are no UTF-8 on as surrogates, which no model and no index takes.
        text=fields.text("text").encode("utf-8", "replace").decode("utf-8"),
        limit=_limit(fields),
        mode=fields.choice("mode", Mode, Mode.HYBRID),
        types=fields.texts("types"),
        exts=fields.texts("exts"),
        folders=fields.texts("folders"),
        after=fields.text("after", ""),
        before=fields.text("before", ""),
        min_strength=fields.choice("min_strength", Strength, Strength.NONE),
        explain=fields.flag("explain", False),
        rerank=fields.optional_flag("rerank"),
    )


def similar_to_json(request: SimilarRequest) -> SimilarJson:
    return {
        "path": request.path,
        "limit": request.limit,
        "types": list(request.types),
        "exts": list(request.exts),
        "folders": list(request.folders),
        "after": request.after,
        "before": request.before,
        "min_strength": request.min_strength.value,
        "explain": request.explain,
    }


def similar_from_json(value: object) -> SimilarRequest:
    """Raises WireError. ``limit`` as in ``request_from_json``; ``path`` may hold surrogate escapes."""
    fields = Fields(value, "the request")
    return SimilarRequest(
        path=fields.text("path"),
        limit=_limit(fields),
        types=fields.texts("types"),
        exts=fields.texts("exts"),
        folders=fields.texts("folders"),
        after=fields.text("after", ""),
        before=fields.text("before", ""),
        min_strength=fields.choice("min_strength", Strength, Strength.NONE),
        explain=fields.flag("explain", False),
    )


def response_to_json(response: SearchResponse) -> ResponseJson:
    return {
        "query": response.query,
        "took_ms": round(response.took_ms, 3),
        "strength": response.strength.value,
        "hits": [hit_to_json(hit) for hit in response.hits],
        "notices": list(response.notices),
    }


def response_from_json(value: object) -> SearchResponse:
    """Raises WireError."""
    fields = Fields(value, "the search response")
    return SearchResponse(
        query=fields.text("query"),
        took_ms=fields.number("took_ms"),
        strength=fields.choice("strength", Strength),
        hits=tuple(hit_from_json(item) for item in fields.items("hits")),
        notices=fields.texts("notices"),
    )


def hit_to_json(hit: Hit) -> HitJson:
    return {
        "path": hit.path,
        "uri": hit.uri,
        "kind": hit.kind.value,
        "score": hit.score,
        "strength": hit.strength.value,
        "modified": hit.modified,
        "size": hit.size,
        "passages": [passage_to_json(passage) for passage in hit.passages],
        "more_passages": hit.more_passages,
        "copies": list(hit.copies),
        "near_duplicates": hit.near_duplicates,
        "width": hit.width,
        "height": hit.height,
        "taken": hit.taken,
        "colours": list(hit.colours),
        "why": dict(hit.why),
    }


def hit_from_json(value: object) -> Hit:
    """Raises WireError."""
    fields = Fields(value, "a hit")
    return Hit(
        path=fields.text("path"),
        uri=fields.text("uri"),
        kind=fields.choice("kind", Kind),
        score=fields.number("score"),
        strength=fields.choice("strength", Strength),
        modified=fields.text("modified"),
        size=fields.integer("size"),
        passages=tuple(passage_from_json(item) for item in fields.items("passages")),
        why=fields.mapping("why", {}),
        more_passages=fields.integer("more_passages", 0),
        copies=fields.texts("copies"),
        near_duplicates=fields.integer("near_duplicates", 0),
        width=fields.optional_integer("width"),
        height=fields.optional_integer("height"),
        taken=fields.text("taken", ""),
        colours=fields.texts("colours"),
    )


def _limit(fields: Fields) -> int:
    limit = fields.integer("limit", 0)
    if not 0 <= limit <= 1000:
        raise WireError(f"the search request: 'limit' is 1 to 1000, not {limit}")
    return limit


def passage_to_json(passage: Passage) -> PassageJson:
    return {
        "text": passage.text,
        "line": passage.line,
        "page": passage.page,
        "unit": passage.unit.value,
        "member": passage.member,
        "highlights": [list(span) for span in passage.highlights],
    }


def passage_from_json(value: object) -> Passage:
    """Raises WireError."""
    fields = Fields(value, "a passage")
    return Passage(
        text=fields.text("text"),
        line=fields.optional_integer("line"),
        page=fields.optional_integer("page"),
        unit=fields.choice("unit", Unit),
        member=fields.text("member"),
        highlights=tuple(span_from_json(item) for item in fields.items("highlights", [])),
    )


def span_from_json(value: object) -> tuple[int, int]:
    """Raises WireError."""
    match value:
        case [int(start), int(end)]:
            return start, end
    raise WireError("a passage: 'highlights' takes pairs of whole numbers")
