"""What a document says of itself (title, author, keywords), made part of its text so that it is found by it.

Pictures, music and mail say it in their text already.
"""

from __future__ import annotations

from dataclasses import replace

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.extraction.encoding import clean

_FIELDS = {
    "author": "Author",
    "subject": "Subject",
    "keywords": "Keywords",
    "comments": "Comments",
    "publisher": "Publisher",
    "company": "Company",
}
_LONGEST = 500
HEADING = "About this document"


def with_facts(document: Document) -> Document:
    """``document`` with a last segment of what it says of itself, as far as its text does not."""
    if document.kind is not Kind.DOCUMENT or not document.segments:
        return document
    text = "\n".join(segment.text for segment in document.segments).casefold()
    facts = {"Title": document.title}
    facts |= {label: document.metadata.get(field, "") for field, label in _FIELDS.items()}
    lines = [
        f"{label}: {said}"
        for label, fact in facts.items()
        if (said := " ".join(clean(fact).split())[:_LONGEST]) and said.casefold() not in text
    ]
    if not lines:
        return document
    last = document.segments[-1]
    gap = "" if last.text.endswith("\n") else "\n"
    touching = replace(last, text=last.text + gap)
    about = Segment("\n".join(lines) + "\n", last.start + len(touching.text), 0, None, (HEADING,))
    return replace(document, segments=(*document.segments[:-1], touching, about))
