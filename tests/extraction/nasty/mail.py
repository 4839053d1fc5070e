"""Mail and mailboxes that nest, that have too many headers or that say nothing true of themselves."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from . import office, pdf
from .case import BROKEN, EMPTY, Nasty, either, found
from .quine import zip_quine
from .streams import noise, zeros_gzip

PHRASE = "the tailor leaves the umbrella at the pier"
BODY = f"{PHRASE}\n".encode()
SWOLLEN = ("file.too_large", "file.memory", "file.timeout", BROKEN)
_TOP = (
    b"From: Ana <ana@pier.example>\nTo: Ben <ben@pier.example>\nSubject: Umbrella\n"
    b"Date: Mon, 1 Jan 2024 10:00:00 +0000\n"
)
_FROM = b"From ana@pier.example Mon Jan  1 10:00:00 2024\n"


def cases() -> Iterator[Nasty]:
    """Every nasty mail and mailbox."""
    yield found("parts_20000.eml", "20,000 parts in each other", _nested_parts, PHRASE)
    yield found("flat_parts.eml", "10,000 parts side by side", lambda: _flat_parts(10_000), PHRASE)
    yield found(
        "parts_50000.eml", "50,000 parts side by side", lambda: _flat_parts(50_000), PHRASE, dear=True
    )
    yield found("forwarded.eml", "2,000 mails in each other", _forwarded, PHRASE)
    yield found("headers.eml", "100,000 headers", lambda: _headers(100_000), PHRASE)
    yield found("headers_million.eml", "a million headers", lambda: _headers(1_000_000), PHRASE, dear=True)
    yield found(
        "long_header.eml",
        "a subject of 9 MB",
        lambda: _TOP + b"Comments: " + b"a " * 4_500_000 + b"\n\n" + BODY,
        PHRASE,
    )
    yield found(
        "folded.eml",
        "a header folded 200,000 times",
        lambda: _TOP + b"To: a" + b",\n b" * 200_000 + b"\n\n" + BODY,
        PHRASE,
    )
    yield found("boundary.eml", "a boundary that never comes", lambda: _mixed(b"") + BODY, PHRASE)
    yield found("prefix.eml", "boundaries that begin with each other", _prefixed_boundaries, PHRASE)
    yield found(
        "charset.eml",
        "an encoding that does not exist",
        lambda: _text(b"x-herring-8", b"8bit") + BODY,
        PHRASE,
    )
    yield found("base64.eml", "a body whose base64 is cut", _cut_base64, PHRASE)
    yield found(
        "encoding.eml",
        "a transfer encoding that does not exist",
        lambda: _text(b"utf-8", b"x-none") + BODY,
        PHRASE,
    )
    yield found("words.eml", "broken encoded words in every header", _broken_words, PHRASE)
    yield found("dates.eml", "dates that no calendar has", _dates, PHRASE)
    yield found(
        "nuls.eml",
        "NULs in headers and body",
        lambda: _TOP + b"X-A: \0\0\n\n" + BODY * 20 + b"\0\0 end\n",
        PHRASE,
    )
    yield found("paths.eml", "attachments called ../../x and NUL", _paths, PHRASE)
    yield found("nasty_attachments.eml", "a bomb, a quine and broken files attached", _attachments, PHRASE)
    yield found("partial.eml", "parts that are kept elsewhere", _external, PHRASE)
    yield either("no_from.mbox", "a mailbox without From lines", lambda: _TOP + b"\n" + BODY, PHRASE, BROKEN)
    yield found("long_line.mbox", "a mailbox with a line of 60 MB", _long_line, PHRASE)
    yield either(
        "only_from.mbox", "20,000 From lines and nothing else", lambda: _FROM * 20_000, "", EMPTY, BROKEN
    )
    yield found("many.mbox", "a mailbox of 2,000 mails", _many, f"{PHRASE} 1999")
    yield either(
        "noise.mbox",
        "a From line, then noise",
        lambda: _FROM + noise(90_000),
        "",
        EMPTY,
        BROKEN,
        "file.binary",
    )


def plain() -> bytes:
    """A sound mail."""
    return _TOP + b"\n" + BODY


def _mixed(rest: bytes, boundary: bytes = b"tide") -> bytes:
    return _TOP + b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=%b\n\n" % boundary + rest


def _text(charset: bytes, encoding: bytes) -> bytes:
    return (
        _TOP
        + b"MIME-Version: 1.0\nContent-Type: text/plain; charset=%b\nContent-Transfer-Encoding: %b\n\n"
        % (
            charset,
            encoding,
        )
    )


def _attached(name: bytes, content: bytes) -> bytes:
    return (
        b"--tide\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        b'Content-Disposition: attachment; filename="%b"\n\n%b\n' % (name, base64.encodebytes(content))
    )


def _nested_parts() -> bytes:
    heads = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000)
    )
    note = b"--note\nContent-Type: text/plain\n\n" + BODY
    return _mixed(note + b"--note\n" + heads + b"Content-Type: text/plain\n\ninmost\n", b"note")


def _headers(count: int) -> bytes:
    return _TOP + b"X-Tide: 1\n" * count + b"\n" + BODY


def _flat_parts(count: int) -> bytes:
    return _mixed(b"--tide\n\nherring\n" * count + b"--tide\n\n" + BODY + b"--tide--\n")


def _forwarded() -> bytes:
    forwarded = b"--tide\n\n" + BODY + b"--tide\nContent-Type: message/rfc822\n\n"
    return _mixed(forwarded + (_TOP + b"Content-Type: message/rfc822\n\n") * 2_000 + _TOP + b"\ninmost\n")


def _prefixed_boundaries() -> bytes:
    kind = b"Content-Type: multipart/mixed; boundary="
    inner = b"--tide\n" + kind + b"tide-\n\n--tide-\n" + kind + b"ti\n\n"
    return _mixed(inner + b"--ti\n\nherring\n--tide\n\n" + BODY + b"--tide----\n--tide--\n")


def _cut_base64() -> bytes:
    return _text(b"utf-8", b"base64") + base64.encodebytes(BODY * 9)[:-7] + b"=!?"


def _broken_words() -> bytes:
    words = b"=?utf-8?q?=ZZ?= =?x-none?b?!!!?= =?utf-8?b?w?= =??= =?utf-8?x?a?= =?utf-16?b?AA?="
    return b'From: %b\nTo: %b <@@>\nSubject: %b\nCc: "%b\n\n' % (words, words, words, words) + BODY


def _dates() -> bytes:
    wrong = [b"99 Foo 99999 99:99:99 +9999", b"Mon, 31 Feb 2024", b"", b"-1", b"1 Jan 0000 00:00:00 -9999"]
    dates = b"".join(b"Date: %b\n" % date for date in wrong)
    return dates + b"From: ana@pier.example\nSubject: Tide\n\n" + BODY


def _paths() -> bytes:
    names = [
        b"../../../../tmp/escaped.txt",
        b"/etc/escaped.txt",
        b"nul\0.txt",
        b"a" * 9_000 + b".txt",
        b"..",
        b"",
    ]
    return _mixed(
        b"--tide\n\n" + BODY + b"".join(_attached(name, b"herring\n") for name in names) + b"--tide--\n"
    )


def _attachments() -> bytes:
    parts = {
        b"quine.zip": zip_quine(),
        b"bomb.gz": zeros_gzip(256 << 20),
        b"cut.pdf": pdf.plain()[:300],
        b"cut.docx": office.plain()[:300],
        b"cut.png": b"\x89PNG\r\n\x1a\n" + noise(90),
        b"mail.eml": plain()[:30],
    }
    body = b"".join(_attached(name, content) for name, content in parts.items())
    return _mixed(body + b"--tide\n\n" + BODY + b"--tide--\n")


def _external() -> bytes:
    external = b"Content-Type: message/external-body; access-type=local-file; name=/etc/passwd\n\n\n"
    partial = b"Content-Type: message/partial; id=a; number=1; total=999999\n\nherring\n"
    return _mixed(b"--tide\n" + external + b"--tide\n" + partial + b"--tide\n\n" + BODY + b"--tide--\n")


def _long_line() -> Iterator[bytes]:
    yield _FROM + _TOP + b"\n" + BODY + b"\n" + _FROM + _TOP + b"\n"
    block = b"herring " * 125_000
    for _ in range(60):
        yield block
    yield b"\n\n" + _FROM + _TOP + b"\n" + BODY


def _many() -> bytes:
    return b"".join(_FROM + _TOP + b"\n" + BODY[:-1] + b" %d\n\n" % n for n in range(2_000))
