"""The sample documents: text, sheets, slides, books, PDFs, and the same protected by a password."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from typing import Any

import sample_flat_odf as flat
from sample_texts import Story
from sample_tools import Phrases, Programs, Sample

PASSWORD = "gannet"
_PORT = 2917
_FILTERS = {
    "docx": "MS Word 2007 XML",
    "doc": "MS Word 97",
    "odt": "writer8",
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
}


def make(programs: Programs, phrases: Phrases) -> Iterator[Sample]:
    """Writes all documents and says what is in them."""
    office = programs.version("soffice", "--version")
    yield from _texts(programs, phrases, office)
    yield from _sheets(programs, phrases, office)
    yield from _slides(programs, phrases, office)
    yield from _pdfs(programs, phrases, office)
    yield from _protected(programs, phrases, office)
    yield from _by_pandoc(programs, phrases)


def _texts(programs: Programs, phrases: Phrases, producer: str) -> Iterator[Sample]:
    for language, name in (
        ("de", "word-de.docx"),
        ("ko", "macros-ko.docm"),
        ("en", "template-en.dotx"),
        ("fr", "writer-fr.odt"),
        ("ru", "rich-ru.rtf"),
        ("zh", "rich-zh.rtf"),
        ("en", "word97-en.doc"),
        ("zh", "word97-zh.doc"),
        ("es", "book-es.epub"),
        ("ja", "flat-ja.fodt"),
    ):
        story, phrase = phrases.take(language)
        source = flat.text_document(story, phrase)
        suffix = name.rpartition(".")[2]
        if suffix == "fodt":
            (programs.folder / name).write_text(source, encoding="utf-8")
        else:
            programs.convert(source, "fodt", name)
        beside = {
            "doc": (story.footnote, story.comment, story.box, story.inserted),
            "epub": (story.footnote, story.box, story.inserted),
        }.get(suffix, (story.footnote, story.comment, story.box, story.inserted, story.header))
        heading = {
            "doc": (),  # LibreOffice writes headings as items of a numbered list
            "epub": (story.second,),
        }.get(suffix, (story.second, story.section))
        yield Sample(
            name,
            "this script" if suffix == "fodt" else producer,
            language,
            phrase,
            heading=heading,
            title=story.title,
            author=story.author,
            also=beside,
            absent=() if suffix in ("doc", "epub") else (story.deleted,),
        )


def _sheets(programs: Programs, phrases: Phrases, producer: str) -> Iterator[Sample]:
    for language, name in (
        ("de", "excel-de.xlsx"),
        ("en", "macros-en.xlsm"),
        ("ru", "excel97-ru.xls"),
        ("zh", "calc-zh.ods"),
    ):
        story, phrase = phrases.take(language)
        programs.convert(flat.spreadsheet(story, phrase), "fods", name)
        yield Sample(
            name,
            producer,
            language,
            phrase,
            flat.PHRASE_SHEET,
            "sheet",
            flat.PHRASE_ROW,
            heading=(story.sheets[1], f"{story.table[0][0]}, {story.table[0][1]}"),
            title=story.title,
            author=story.author,
            also=(story.table[1][0], str(flat.total_of(story)), "2025-03-14", story.notes),
        )


def _slides(programs: Programs, phrases: Phrases, producer: str) -> Iterator[Sample]:
    for language, name in (
        ("fr", "slides-fr.pptx"),
        ("ko", "macros-ko.pptm"),
        ("en", "slides97-en.ppt"),
        ("ja", "impress-ja.odp"),
    ):
        story, phrase = phrases.take(language)
        programs.convert(flat.presentation(story, phrase), "fodp", name)
        yield Sample(
            name,
            producer,
            language,
            phrase,
            flat.PHRASE_SLIDE,
            "slide",
            heading=(story.section,),
            title=story.title,
            author=story.author,
            also=(story.notes, story.first),
        )


def _pdfs(programs: Programs, phrases: Phrases, office: str) -> Iterator[Sample]:
    ghostscript = f"Ghostscript {programs.version('gs', '--version')}"
    qpdf = programs.version("qpdf", "--version")
    variants: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
        ("en", "writer-en.pdf", office, ()),
        ("zh", "writer-zh.pdf", office, ()),
        ("ru", "writer-ru.pdf", office, ()),
        ("de", "ghostscript-de.pdf", ghostscript, ("gs", "-q", "-sDEVICE=pdfwrite", "-o", "{to}", "{from}")),
        ("fr", "linearized-fr.pdf", qpdf, ("qpdf", "--linearize", "{from}", "{to}")),
        ("es", "objects-es.pdf", qpdf, ("qpdf", "--object-streams=generate", "{from}", "{to}")),
        ("en", "owner-en.pdf", qpdf, ("qpdf", "--encrypt", "", PASSWORD, "256", "--", "{from}", "{to}")),
        (
            "en",
            "locked-en.pdf",
            qpdf,
            ("qpdf", "--encrypt", PASSWORD, PASSWORD, "256", "--", "{from}", "{to}"),
        ),
    )
    for language, name, producer, command in variants:
        story, phrase = phrases.take(language)
        made = programs.convert(flat.text_document(story, phrase), "fodt", name)
        if command:
            plain = made.rename(programs.workplace / name)
            programs.run(*(part.format_map({"from": plain, "to": made}) for part in command))
        if name.startswith("locked"):
            yield Sample(name, producer, language, phrase, error="file.encrypted")
        else:
            # Ghostscript writes the letters of a ligature with their bytes swapped.
            beside = story.second if command[:1] == ("gs",) else story.footnote
            yield Sample(name, producer, language, phrase, flat.PHRASE_PAGE, "page", also=(beside,))


def _protected(programs: Programs, phrases: Phrases, producer: str) -> Iterator[Sample]:
    """Documents that only their password opens; the command line cannot make them, so a script does."""
    import uno  # type: ignore[import-not-found]

    address = f"socket,host=127.0.0.1,port={_PORT};urp"
    service = subprocess.Popen([*programs.office, "--norestore", f"--accept={address}"])
    try:
        desktop = _desktop(uno, address)
        for suffix in _FILTERS:
            name = f"locked-en.{suffix}"
            story, phrase = phrases.take("en")
            is_sheet = suffix in ("xlsx", "xls", "ods")
            source = programs.workplace / f"{name}.{'fods' if is_sheet else 'fodt'}"
            build = flat.spreadsheet if is_sheet else flat.text_document
            source.write_text(build(story, phrase), encoding="utf-8")
            document = desktop.loadComponentFromURL(source.as_uri(), "_blank", 0, _values(uno, Hidden=True))
            secret = (
                {"EncryptionData": _named_values(uno, CryptoType="Standard", OOXPassword=PASSWORD)}
                if suffix in ("docx", "xlsx")
                else {"Password": PASSWORD}
            )
            document.storeToURL(
                (programs.folder / name).as_uri(), _values(uno, FilterName=_FILTERS[suffix], **secret)
            )
            document.close(True)
            yield Sample(name, producer, "en", phrase, error="file.encrypted")
        desktop.terminate()
        service.wait(30)
    finally:
        service.kill()


def _desktop(uno: Any, address: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(120):
        try:
            remote = resolver.resolve(f"uno:{address};StarOffice.ComponentContext")
        except uno.getClass("com.sun.star.connection.NoConnectException"):
            time.sleep(0.5)
        else:
            return remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
    raise TimeoutError("LibreOffice did not start")


def _values(uno: Any, **values: object) -> tuple[Any, ...]:
    made = []
    for name, value in values.items():
        made.append(uno.createUnoStruct("com.sun.star.beans.PropertyValue"))
        made[-1].Name, made[-1].Value = name, value
    return tuple(made)


def _named_values(uno: Any, **values: str) -> Any:
    made = []
    for name, value in values.items():
        made.append(uno.createUnoStruct("com.sun.star.beans.NamedValue"))
        made[-1].Name, made[-1].Value = name, value
    return uno.Any("[]com.sun.star.beans.NamedValue", tuple(made))


def _by_pandoc(programs: Programs, phrases: Phrases) -> Iterator[Sample]:
    producer = programs.version("pandoc", "--version")
    for language, name in (
        ("ja", "pandoc-ja.docx"),
        ("de", "pandoc-de.epub"),
        ("ko", "pandoc-ko.odt"),
        ("es", "pandoc-es.rtf"),
        ("en", "pandoc-en.pptx"),
        ("ru", "pandoc-ru.html"),
    ):
        story, phrase = phrases.take(language)
        suffix = name.rpartition(".")[2]
        is_slides = suffix == "pptx"
        programs.pandoc(_markdown(story, phrase, level=1 if is_slides else 2), name)
        title = story.title if suffix != "rtf" else ""
        yield Sample(
            name,
            producer,
            language,
            phrase,
            page=4 if is_slides else 0,
            unit="slide" if is_slides else "",
            heading=(story.section,) if is_slides else (story.second, story.section),
            title=title,
            also=(story.footnote, story.table[1][0]),
        )


def _markdown(story: Story, phrase: str, level: int) -> str:
    """The story in Markdown, its section on this ``level``: on the first it becomes a slide, the fourth."""
    rows = ["| " + " | ".join(row) + " |" for row in story.table]
    rows.insert(1, "|" + "---|" * len(story.table[0]))
    table = "\n".join(rows)
    return f"""---
title: "{story.title}"
author: "{story.author}"
---

# {story.first}

{story.prose[0]} {story.prose[1]}[^1]

[^1]: {story.footnote}

# {story.second}

{story.prose[2]}

{table}

{"#" * level} {story.section}

{phrase}.
"""
