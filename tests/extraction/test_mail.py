"""Mail and mailboxes: what people wrote, to whom, and what they attached."""

from __future__ import annotations

import base64
import io
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction import mailbox
from qwen_finder.extraction.mail_text import unflowed
from qwen_finder.extraction.reading import Limits, Source

from .archives import zipped
from .conftest import LIMITS

Read = Callable[..., Document]


def message(
    subject: str = "Sailing trip", body: str = "We meet at the harbour.\n", **headers: str
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Jörg Müller <joerg@example.org>"
    mail["To"] = "Ann <ann@example.org>, 李雷 <lilei@example.org>"
    mail["Date"] = "Mon, 15 Jan 2024 10:30:00 +0100"
    mail["Subject"] = subject
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(body)
    return mail


def found(document: Document, phrase: str) -> Segment:
    return next(segment for segment in document.segments if phrase in segment.text)


def text_of(document: Document) -> str:
    return "".join(segment.text for segment in document.segments)


def test_headers_come_first_as_people_read_them(read: Read) -> None:
    document = read("a.eml", message("Überfahrt nach 青岛").as_bytes())
    assert document.segments[0].text == (
        "Überfahrt nach 青岛\n"
        "From: Jörg Müller <joerg@example.org>\n"
        "To: Ann <ann@example.org>, 李雷 <lilei@example.org>\n"
        "Date: 15 January 2024, 10:30\n\n"
    )
    assert found(document, "harbour").path == ("Überfahrt nach 青岛",)
    assert (document.kind, document.title) == (Kind.DOCUMENT, "Überfahrt nach 青岛")
    assert document.metadata["created"] == "2024-01-15T10:30:00+01:00"
    assert document.metadata["author"].startswith("Jörg")


def test_plain_text_is_preferred_to_html(read: Read) -> None:
    mail = message()
    mail.add_alternative(
        "<html><body><p>We meet at the <b>HTML</b> harbour.</p></body></html>", subtype="html"
    )
    assert "HTML" not in text_of(read("a.eml", mail.as_bytes()))


def test_html_is_read_where_the_plain_text_says_nothing(read: Read) -> None:
    mail = message(body="Please view this mail in a browser.\n")
    page = "<h1>Offer</h1><p>Sails are half price.</p>" + "<p>More words of the offer.</p>" * 100
    mail.add_alternative(page, subtype="html")
    document = read("a.eml", mail.as_bytes())
    assert found(document, "half price").path == ("Sailing trip", "Offer")
    only = EmailMessage()
    only["Subject"] = "x"
    only.set_content("<p>Grüße aus dem Hafen</p>", subtype="html", charset="iso-8859-1")
    assert found(read("a.eml", only.as_bytes()), "Grüße aus dem Hafen")


def test_attachments_are_children(read: Read) -> None:
    mail = message()
    mail.add_attachment("# Route\n\nPast the lighthouse.\n", subtype="markdown", filename="Überblick.md")
    mail.add_attachment(
        zipped({"in/crew.txt": "crew list"}), maintype="application", subtype="zip", filename="crew.zip"
    )
    mail.add_attachment(
        b"\0\1\2\3" * 50, maintype="application", subtype="octet-stream", filename="winmail.dat"
    )
    document = read("a.eml", mail.as_bytes())
    assert "Attachments: Überblick.md, crew.zip, winmail.dat" in document.segments[0].text
    assert found(document, "lighthouse").member == "Überblick.md"
    assert found(document, "lighthouse").path == ("Route",)
    assert found(document, "crew list").member == "crew.zip › in/crew.txt"
    assert document.partial == ""


def test_a_forwarded_message_is_a_member(read: Read) -> None:
    inner = message("Old offer", "The boat costs nine thousand.\n")
    inner.add_attachment("engine hours", filename="log.txt")
    mail = message()
    mail.add_attachment(inner)
    document = read("a.eml", mail.as_bytes())
    assert found(document, "nine thousand").member == "Old offer.eml"
    assert found(document, "engine hours").member == "Old offer.eml › log.txt"


def test_pictures_of_the_layout_and_signatures_are_no_attachments(read: Read) -> None:
    mail = message()
    mail.add_alternative("<p>hello</p>", subtype="html")
    html = mail.get_payload()[1]
    html.add_related(b"\x89PNG....", maintype="image", subtype="png", cid="<logo>", filename="image001.png")
    mail.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    assert "Attachments" not in text_of(read("a.eml", mail.as_bytes()))


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("us-ascii", "utf-8"), ("iso-8859-1", "utf-8"), ("utf-8", "cp1252"), ("gb2312", "gb18030"),
     ("x-unknown", "utf-8"), ("unicode_escape", "utf-8"), ("", "utf-16"), ("base64", "utf-8")],
)  # fmt: skip
def test_charsets_that_lie(read: Read, declared: str, actual: str) -> None:
    words = (
        "契约与镕基先生签订，时间为明天。" if actual == "gb18030" else "Die Prüfung über große Flüsse naht."
    )
    body = base64.encodebytes(words.encode(actual))
    content = b"Subject: x\nContent-Transfer-Encoding: base64\nContent-Type: text/plain; charset=%b\n\n%b" % (
        declared.encode(),
        body,
    )
    assert words in text_of(read("a.eml", content))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"=?utf-8?q?caf=C3=A9?= =?utf-8?q?_noir?=", "café noir"),
        (b"=?iso-8859-1?Q?a=E9?=\r\n =?utf-8?B?" + base64.b64encode("ß".encode()) + b"?=", "aéß"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße aus München".encode("latin-1"), "Grüße aus München"),
        (b"=?utf-8?B?not base64!?=", "=?utf-8?B?not base64!?="),
        (b"=?no-such?Q?abc?=", "abc"),
        (b"two\r\n\tlines", "two lines"),
    ],
)
def test_subjects(read: Read, raw: bytes, expected: str) -> None:
    assert read("a.eml", b"Subject: " + raw + b"\n\nbody").title == expected


def test_flowed_text_is_joined() -> None:
    text = "One line that \nflows on.\n> quoted \n> too\n>> deeper\n-- \nAnn"
    assert unflowed(text) == "One line that flows on.\n> quoted too\n>> deeper\n-- \nAnn"
    assert unflowed("日本 \n語", delete_space=True) == "日本語"


def test_mail_without_an_extension_as_maildirs_have_it(read: Read) -> None:
    assert read("1700000000.M1P2.host:2,S", message().as_bytes()).title == "Sailing trip"


def test_a_message_of_apple_mail(read: Read) -> None:
    content = message().as_bytes()
    document = read("1.emlx", b"%d\n" % len(content) + content + b"<?xml version='1.0'?><plist></plist>")
    assert document.title == "Sailing trip"
    assert "plist" not in text_of(document)


def test_a_saved_web_page(read: Read) -> None:
    page = EmailMessage()
    page["From"] = "<Saved by Blink>"
    page["Snapshot-Content-Location"] = "https://example.org/boats"
    page["Subject"] = "Boats of the north"
    page.set_content("<h1>Cutters</h1><p>They are fast.</p>", subtype="html")
    page.add_related(b"p{}", maintype="text", subtype="css")
    document = read("page.mhtml", page.as_bytes())
    assert text_of(document).startswith("Boats of the north\nhttps://example.org/boats\n\n")
    assert found(document, "They are fast").path == ("Boats of the north", "Cutters")
    assert "p{}" not in text_of(document)
    assert document.metadata == {}


def test_an_encrypted_message_says_so(read: Read) -> None:
    content = b"Subject: secret plan\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIAG"
    document = read("a.eml", content)
    assert (text_of(document), document.partial) == ("secret plan\n\n", "The message is encrypted.")


def nested_parts(depth: int) -> bytes:
    part = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n'
    parts = b"".join(part % (level, level) for level in range(depth))
    return b"Subject: deep\nMIME-Version: 1.0\n" + parts + b"Content-Type: text/plain\n\nthe bottom\n"


def test_twenty_thousand_nested_parts(read: Read) -> None:
    document = read("a.eml", nested_parts(20_000))
    assert document.title == "deep"
    assert "too many or too deep" in document.partial
    assert found(read("b.eml", nested_parts(100)), "the bottom")


def test_twenty_thousand_parts_side_by_side(read: Read) -> None:
    parts = b"".join(
        b"--b\nContent-Disposition: attachment; filename=f%d.txt\n\nwords %d\n" % (n, n)
        for n in range(20_000)
    )
    content = b'Subject: many\nContent-Type: multipart/mixed; boundary="b"\n\n' + parts + b"--b--\n"
    document = read("a.eml", content, replace(LIMITS, max_members=100))
    assert found(document, "words 99").member == "f99.txt"
    assert "19,900 of 20,000 members could not be read (beyond the limits)" in document.partial


def test_messages_in_messages_end_somewhere(read: Read) -> None:
    mail = message("level 0", "text 0\n")
    for level in range(1, 9):
        outer = message(f"level {level}", f"text {level}\n")
        outer.add_attachment(mail)
        mail = outer
    document = read("a.eml", mail.as_bytes())
    assert found(document, "text 5").member == "level 7.eml › level 6.eml › level 5.eml"
    assert "text 0" not in text_of(document)
    assert "nested too deep" in document.partial


def mbox_of(*mails: EmailMessage) -> bytes:
    out = io.BytesIO()
    for mail in mails:
        out.write(b"From someone@example.org Mon Jan 15 10:30:00 2024\n")
        out.write(mail.as_bytes().replace(b"\nFrom ", b"\n>From ") + b"\n")
    return out.getvalue()


def test_a_mailbox_gives_its_messages_the_newest_first(read: Read) -> None:
    first, second = message("First trip", "From here on we sail.\n"), message("Second trip", "We row.\n")
    second.add_attachment("oar list", filename="oars.txt")
    document = read("mail.mbox", mbox_of(first, second))
    assert found(document, "We row").member == "Second trip"
    assert found(document, "We row").path == ("Second trip",)
    assert found(document, "oar list").member == "Second trip › oars.txt"
    assert found(document, "From here on we sail").member == "First trip"
    assert text_of(document).index("We row") < text_of(document).index("we sail")
    assert read("Inbox", mbox_of(first)).kind is Kind.DOCUMENT


def test_the_newest_mail_is_read_when_a_mailbox_is_too_large(read: Read) -> None:
    content = mbox_of(*(message(f"Subject {n}", f"body {n} " * 50) for n in range(50)))
    document = read("mail.mbox", content, replace(LIMITS, max_total_characters=3_000))
    assert found(document, "body 49")
    assert "older messages of 50 were left out" in document.partial


def test_deleted_messages_of_thunderbird_are_left_out(read: Read) -> None:
    gone = message("Gone", "old\n", **{"X-Mozilla-Status": "0009"})
    assert "Gone" not in text_of(read("Trash.mbox", mbox_of(gone, message("Here", "new\n"))))


def test_where_messages_begin_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = mbox_of(*(message(f"Subject {n}", "text\n" * n) for n in range(40)))
    (tmp_path / "a.mbox").write_bytes(content.replace(b"\n", b"\r\n"))
    expected = None
    for block in (1 << 20, 700, 513):
        monkeypatch.setattr(mailbox, "_BLOCK", block)
        with Source(str(tmp_path / "a.mbox")) as source:
            starts = mailbox._starts(source.stream())
        assert len(starts) == 40
        assert starts == (expected or starts)
        expected = starts


def test_a_mailbox_larger_than_memory_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "MAX_MESSAGE", 1_000_000)
    path = tmp_path / "big.mbox"
    with path.open("wb") as file:
        file.write(mbox_of(message("Oldest")))
        file.seek(200_000_000)
        file.write(b"\n\n" + mbox_of(message("Newest")))
    with Source(str(path)) as source:
        tracemalloc.start()
        try:
            document = mailbox.read_mbox(source, Limits(10**9, 10_000))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert document.segments[0].member == "Newest"
    assert found(document, "Oldest")
    assert peak < 20_000_000


def test_a_file_that_is_no_mailbox(read: Read) -> None:
    with pytest.raises(FileError) as error:
        read("a.mbox", "just words\n")
    assert error.value.code == "file.broken"
