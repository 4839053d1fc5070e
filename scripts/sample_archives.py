"""Samples that hold others: mails with attachments, a mailbox, an Outlook message, archives."""

from __future__ import annotations

import mailbox
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import sample_flat_odf as flat
from sample_compound import outlook_message
from sample_texts import Story
from sample_tools import Phrases, Programs, Sample

_SENT = datetime(2025, 3, 14, 18, 0, tzinfo=UTC)
_STANDARD = "Python's standard library"


def make(programs: Programs, phrases: Phrases) -> Iterator[Sample]:
    """Writes all containers and says what is in them."""
    yield from _mails(programs, phrases)
    yield from _archives(programs, phrases)


def _mails(programs: Programs, phrases: Phrases) -> Iterator[Sample]:
    story, phrase = phrases.take("de")
    report = _inner(programs, story, phrase, "bericht.pdf")
    (programs.folder / "mail-de.eml").write_bytes(bytes(_mail(story, story.title, {"bericht.pdf": report})))
    yield Sample(
        "mail-de.eml", _STANDARD, "de", phrase, flat.PHRASE_PAGE, "page", member="bericht.pdf",
        also=(story.prose[0], story.author),
    )  # fmt: skip

    story, phrase = phrases.take("fr")
    slides = _inner(programs, story, phrase, "exposé.odp")
    box = mailbox.mbox(programs.folder / "mailbox-fr.mbox")
    box.add(mailbox.mboxMessage(_mail(story, story.first, {})))
    box.add(mailbox.mboxMessage(_mail(story, story.second, {"exposé.odp": slides})))
    box.close()
    yield Sample(
        "mailbox-fr.mbox", _STANDARD, "fr", phrase, flat.PHRASE_SLIDE, "slide",
        member=f"{story.second} › exposé.odp", heading=(story.section,),
    )  # fmt: skip

    story, phrase = phrases.take("en")
    table = _inner(programs, story, phrase, "ships.xlsx")
    person = (story.author, "rosalind@example.org")
    (programs.folder / "outlook-en.msg").write_bytes(
        outlook_message(story.title, person, person, story.prose[0], {"ships.xlsx": table}, _SENT)
    )
    yield Sample(
        "outlook-en.msg", "this script", "en", phrase, flat.PHRASE_SHEET, "sheet", flat.PHRASE_ROW,
        member="ships.xlsx", also=(story.prose[0], story.author),
    )  # fmt: skip


def _mail(story: Story, subject: str, attachments: dict[str, bytes]) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = f"{story.author} <author@example.org>"
    mail["To"] = "reader@example.org"
    mail["Date"] = _SENT
    mail.set_content(f"{story.prose[0]}\n\n{story.prose[1]}\n")
    for name, content in attachments.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def _archives(programs: Programs, phrases: Phrases) -> Iterator[Sample]:
    zip_version = programs.run("zip", "-v").split("\n")[1].split(",")[0]
    for language, name, producer, command in (
        ("en", "archive-en.zip", zip_version, ("zip", "-q", "-r", "-X", "{to}", "papers")),
        ("de", "archive-de.tar.gz", programs.version("tar", "--version"), ("tar", "-czf", "{to}", "papers")),
        ("zh", "archive-zh.tar.xz", programs.version("xz", "--version"), ("tar", "-cJf", "{to}", "papers")),
        ("en", "archive-en.7z", "7-Zip", ("7z", "a", "-bd", "{to}", "papers")),
    ):
        story, phrase = phrases.take(language)
        papers = programs.workplace / "papers"
        papers.mkdir()
        (papers / "notes.txt").write_text("\n".join(story.prose) + "\n", encoding="utf-8")
        (papers / "report.docx").write_bytes(_inner(programs, story, phrase, "report.docx"))
        to = programs.folder / name
        programs.run(*(part.format_map({"to": to}) for part in command))
        shutil.rmtree(papers)
        yield Sample(
            name, producer, language, phrase, member="papers/report.docx",
            heading=(story.second, story.section), also=(story.prose[0],),
        )  # fmt: skip
    story, phrase = phrases.take("en")
    text = programs.workplace / "diary.txt"
    text.write_text(f"{story.prose[0]}\n{phrase}.\n", encoding="utf-8")
    programs.run("zstd", "-q", "-f", text, "-o", programs.folder / "diary-en.txt.zst")
    yield Sample("diary-en.txt.zst", programs.version("zstd", "--version"), "en", phrase, line=2)


def _inner(programs: Programs, story: Story, phrase: str, name: str) -> bytes:
    """A document that is to be put into something else; it does not stay in the folder of samples."""
    build, suffix = {
        ".xlsx": (flat.spreadsheet, "fods"),
        ".odp": (flat.presentation, "fodp"),
    }.get(Path(name).suffix, (flat.text_document, "fodt"))
    made = programs.convert(build(story, phrase), suffix, name)
    content = made.read_bytes()
    made.unlink()
    return content
