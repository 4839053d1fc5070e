"""Mail: who wrote to whom about what and when, the message, and its attachments as children.

Also web pages saved as one file (MHTML), which are mail by their form, and mailboxes that are one message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction import mail_text
from qwen_finder.extraction.html import read_html
from qwen_finder.extraction.kind import extension_of
from qwen_finder.extraction.members import SEPARATOR, Members
from qwen_finder.extraction.names import harmless
from qwen_finder.extraction.reading import Limits, Source
from qwen_finder.extraction.segments import name_of

MAX_MESSAGE = 64_000_000
"""Bytes: attachments beyond it are left out. Parsing takes about four times as much memory."""

_NO_SUBJECT = "(no subject)"
_SHOWN = ("From", "To", "Cc", "Date")
_WEB_PAGES = frozenset({"mhtml", "mht"})
_APPLE_LENGTH = re.compile(rb"(\d{1,12})\s*\r?\n")
_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_STUB = 200
"""Characters: a plain text shorter than this may only say that the mail is to be read as HTML."""


def read_eml(source: Source, limits: Limits) -> Document:
    """A mail: its own text under its subject, then its attachments as members."""
    content = source.stream().read(MAX_MESSAGE + 1)
    if apple := _APPLE_LENGTH.match(content) if extension_of(source.name) == "emlx" else None:
        content = content[apple.end() : apple.end() + int(apple[1])]
    members = Members(source, limits, listed=False)
    if len(content) > MAX_MESSAGE:
        members.note(f"Only the first {MAX_MESSAGE:,} bytes of this message were read.")
    message, sound = mail_text.parse(content[:MAX_MESSAGE])
    is_page = extension_of(source.name) in _WEB_PAGES
    add_message(message, members, limits, as_page=is_page)
    if not sound:
        members.note("Its parts are too many or too deep to be told apart.")
    subject = mail_text.header(message, "subject")
    return members.document(Kind.DOCUMENT, name_of(subject), {} if is_page else _metadata(message, subject))


def _metadata(message: Message, subject: str) -> dict[str, str]:
    when = mail_text.date_of(message)
    facts = {
        "author": mail_text.header(message, "from"),
        "subject": subject,
        "created": when.isoformat() if when else "",
    }
    return {name: fact for name, fact in facts.items() if fact}


def subject_of(message: Message) -> str:
    return name_of(mail_text.header(message, "subject")) or _NO_SUBJECT


def add_message(
    message: Message,
    members: Members,
    limits: Limits,
    *,
    member: str = "",
    depth: int = 1,
    as_page: bool = False,
) -> None:
    """Writes one message to ``members``: as the container's own text, or as the ``member`` of this name."""
    parts = _Parts(message)
    path = (subject_of(message),)
    members.write(_heading(message, parts, as_page), path, member)
    for part in parts.bodies:
        members.take(_body(part, path, limits), member)
    if parts.encrypted:
        members.note("It holds encrypted messages." if member else "The message is encrypted.")
    for number, part in enumerate(parts.attached, start=1):
        name = mail_text.file_name(part, number)
        inner = part.get_payload()
        if part.get_content_type() != "message/rfc822" or not isinstance(inner, list) or not inner:
            members.read(name, mail_text.content_of(part), under=member)
        elif depth > limits.max_depth or members.budget.spent or not isinstance(inner[0], Message):
            members.list_only(name, "file.deep")
        else:
            name = name if mail_text.has_name(part) else f"{subject_of(inner[0])}.eml"
            within = SEPARATOR.join(part for part in (member, harmless(name)) if part)
            members.enter(within)
            add_message(inner[0], members, limits, member=within, depth=depth + 1)


def _heading(message: Message, parts: _Parts, as_page: bool) -> str:
    lines = [mail_text.header(message, "subject")]
    if as_page:
        lines.append(mail_text.header(message, "snapshot-content-location"))
    else:
        for name in _SHOWN:
            when = mail_text.date_of(message) if name == "Date" else None
            value = when.strftime("%d %B %Y, %H:%M").lstrip("0") if when else mail_text.header(message, name)
            lines.append(f"{name}: {value}" if value else "")
    names = [mail_text.file_name(part, number) for number, part in enumerate(parts.attached[:1000], start=1)]
    if names:
        lines.append("Attachments: " + ", ".join(map(harmless, names)))
    return "\n".join(line for line in lines if line) + "\n\n"


def _body(part: Message, path: tuple[str, ...], limits: Limits) -> list[Segment]:
    text = mail_text.text_of(part, limits.max_characters)[: limits.max_characters]
    if not text.strip():
        return []
    if part.get_content_subtype() != "html":
        return [Segment(text.rstrip() + "\n\n", path=path)]
    with Source.of_bytes("body.html", text.encode("utf-8", "replace")) as page:
        try:
            segments = read_html(page, limits).segments
        except FileError:
            return []
    return [replace(segment, path=path + segment.path) for segment in segments]


class _Parts:
    """What a message consists of: its bodies in reading order, and what is attached to it."""

    def __init__(self, message: Message) -> None:
        self.bodies: list[Message] = []
        self.attached: list[Message] = []
        self.encrypted = False
        self._sort(message, inline=False)

    def _sort(self, part: Message, *, inline: bool) -> None:
        kind = part.get_content_type()
        if kind == "multipart/alternative":
            for chosen in _chosen(_children(part)):
                self._sort(chosen, inline=inline)
        elif part.is_multipart() and part.get_content_maintype() == "multipart":
            for child in _children(part):
                self._sort(child, inline=inline or kind == "multipart/related")
        elif kind in _ENCRYPTED:
            self.encrypted = self.encrypted or part.get_param("smime-type", "") != "signed-data"
        elif kind in ("text/plain", "text/html") and not _is_attached(part):
            self.bodies.append(part)
        elif kind not in _SIGNATURES and not (inline and _is_decoration(part)):
            self.attached.append(part)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or mail_text.has_name(part)


def _is_decoration(part: Message) -> bool:
    """What an HTML body is made of: pictures it shows, styles, scripts."""
    return part.get_content_disposition() != "attachment" and (
        part.get_content_maintype() in ("image", "font")
        or part.get_content_subtype() in ("css", "javascript")
    )


def _chosen(alternatives: list[Message]) -> Iterator[Message]:
    """Of several versions of one text the plainest that says all; calendar entries are kept beside it."""
    plain = next((part for part in alternatives if part.get_content_type() == "text/plain"), None)
    rich = next((part for part in reversed(alternatives) if _holds_html(part)), None)
    best = plain or rich
    if plain is not None and rich is not None:
        length = len(mail_text.text_of(plain, 10 * _STUB).strip())
        if not length or (length < _STUB and _size(rich) > 20 * length):
            best = rich
    if best is not None:
        yield best
    for part in alternatives:
        if part.get_content_type() == "text/calendar" or (best is None and part is alternatives[-1]):
            yield part


def _holds_html(part: Message) -> bool:
    return any(leaf.get_content_type() == "text/html" for leaf in part.walk())


def _size(part: Message) -> int:
    return sum(len(str(leaf.get_payload())) for leaf in part.walk() if leaf.get_content_type() == "text/html")
