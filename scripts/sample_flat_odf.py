"""Stories as flat OpenDocument files: the sources from which LibreOffice makes the sample documents.

Each holds what real documents hold besides running text: headings, a page break, a table, a footnote, a
comment, a text box, a header, a tracked insertion and deletion; sheets with gaps, formulas, dates and a
hidden one; slides with speaker notes.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from sample_texts import Story

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
        "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
    }.items()
)

_STYLES = """
    <style:style style:name="Standard" style:family="paragraph" style:class="text"/>
    <style:style style:name="Heading" style:family="paragraph" style:parent-style-name="Standard"/>
    <style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph"
      style:parent-style-name="Heading" style:default-outline-level="1"/>
    <style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
      style:parent-style-name="Heading" style:default-outline-level="2"/>
    <style:style style:name="Default-title" style:family="presentation"/>
    <style:style style:name="Default-outline1" style:family="presentation"/>"""

PHRASE_PAGE = 2
"""Page of a text document on which the planted phrase stands."""
PHRASE_SLIDE = 3
PHRASE_SHEET = 2
PHRASE_ROW = 15
"""Row of the second sheet; rows 3 to 14 above it are empty."""
HIDDEN_SHEET = "Verborgen"


def text_document(story: Story, phrase: str) -> str:
    """A text document of three pages; ``phrase`` is on the second, in the section of the second chapter."""
    automatic = """
        <style:style style:name="NewPage" style:family="paragraph" style:parent-style-name="Heading_20_1">
          <style:paragraph-properties fo:break-before="page"/></style:style>
        <style:style style:name="NewPageText" style:family="paragraph" style:parent-style-name="Standard">
          <style:paragraph-properties fo:break-before="page"/></style:style>
        <style:page-layout style:name="Layout">
          <style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/>
          <style:header-style><style:header-footer-properties fo:min-height="1cm"/></style:header-style>
        </style:page-layout>"""
    master = f"""
        <style:master-page style:name="Standard" style:page-layout-name="Layout">
          <style:header><text:p>{_x(story.header)}</text:p></style:header></style:master-page>"""
    who = "<dc:creator>E</dc:creator><dc:date>2025-03-01T10:00:00</dc:date>"
    change = f"<office:change-info>{who}</office:change-info>"
    body = f"""
      <office:text>
        <text:tracked-changes text:track-changes="false">
          <text:changed-region xml:id="c1" text:id="c1"><text:insertion>{change}</text:insertion>
          </text:changed-region>
          <text:changed-region xml:id="c2" text:id="c2"><text:deletion>{change}
            <text:p>{_x(story.deleted)}</text:p></text:deletion></text:changed-region>
        </text:tracked-changes>
        <text:h text:style-name="Heading_20_1" text:outline-level="1">{_x(story.first)}</text:h>
        <text:p text:style-name="Standard">{_x(story.prose[0])}</text:p>
        <text:p text:style-name="Standard">{_x(story.prose[1])}<text:note text:id="n1"
          text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>
          <text:p>{_x(story.footnote)}</text:p></text:note-body></text:note></text:p>
        <text:h text:style-name="NewPage" text:outline-level="1">{_x(story.second)}</text:h>
        <text:p text:style-name="Standard">{_x(story.prose[2])}</text:p>
        <text:h text:style-name="Heading_20_2" text:outline-level="2">{_x(story.section)}</text:h>
        <text:p text:style-name="Standard">{_x(phrase)}.<office:annotation>{who}
          <text:p>{_x(story.comment)}</text:p></office:annotation></text:p>
        <text:p text:style-name="Standard"><text:change-start text:change-id="c1"/>{_x(story.inserted)}
          <text:change-end text:change-id="c1"/> <text:change text:change-id="c2"/></text:p>
        <text:p text:style-name="NewPageText"><draw:frame draw:name="Box" text:anchor-type="paragraph"
          svg:width="8cm" svg:height="2cm" svg:x="9cm" svg:y="9cm"><draw:text-box>
          <text:p>{_x(story.box)}</text:p></draw:text-box></draw:frame>{_x(story.prose[0])}</text:p>
        {_table(story.table, "Table1")}
        <text:p text:style-name="Standard"/>
      </office:text>"""
    return _document("text", story, automatic, master, body)


def spreadsheet(story: Story, phrase: str) -> str:
    """Two sheets and a hidden third; ``phrase`` is on the second in row 15 after a gap."""
    automatic = """
        <style:style style:name="Hidden" style:family="table">
          <style:table-properties table:display="false"/></style:style>"""
    total = f"""<table:table-row>{_cell("Σ")}<table:table-cell office:value-type="float"
        office:value="{total_of(story)}" table:formula="of:=SUM([.B2:.B{len(story.table)}])">
        <text:p>{total_of(story)}</text:p></table:table-cell>
      <table:table-cell office:value-type="date" office:date-value="2025-03-14"><text:p>2025-03-14</text:p>
      </table:table-cell></table:table-row>"""
    ships = f"""
        <table:table table:name="{_x(story.sheets[1])}">
          <table:table-column table:number-columns-repeated="3"/>
          <table:table-row>{_cell(story.table[0][0])}{_cell(story.table[0][1])}</table:table-row>
          <table:table-row>{_cell(story.prose[0])}</table:table-row>
          <table:table-row table:number-rows-repeated="12"><table:table-cell/></table:table-row>
          <table:table-row>{_cell(story.first)}<table:table-cell/>{_cell(phrase)}</table:table-row>
        </table:table>"""
    body = f"""
      <office:spreadsheet>
        {_table(story.table, story.sheets[0], total)}
        {ships}
        <table:table table:name="{HIDDEN_SHEET}" table:style-name="Hidden"><table:table-column/>
          <table:table-row>{_cell(story.notes)}</table:table-row></table:table>
      </office:spreadsheet>"""
    return _document("spreadsheet", story, automatic, "", body)


def total_of(story: Story) -> int:
    """What the formula below the first sheet's second column gives."""
    return sum(int(row[1]) for row in story.table[1:])


def presentation(story: Story, phrase: str) -> str:
    """Three slides; ``phrase`` is on the last, the speaker notes on the second."""
    automatic = """
        <style:page-layout style:name="Layout"><style:page-layout-properties fo:page-width="25.4cm"
          fo:page-height="19.05cm"/></style:page-layout>
        <style:style style:name="Title" style:family="presentation"
          style:parent-style-name="Default-title"/>
        <style:style style:name="Outline" style:family="presentation"
          style:parent-style-name="Default-outline1"/>"""
    master = """
        <style:master-page style:name="Default" style:page-layout-name="Layout"/>"""
    slides = "".join(
        _slide(number, title, text, notes)
        for number, (title, text, notes) in enumerate(
            (
                (story.title, story.prose[0], ""),
                (story.first, story.prose[1], story.notes),
                (story.section, f"{phrase}.", ""),
            ),
            start=1,
        )
    )
    return _document(
        "presentation", story, automatic, master, f"<office:presentation>{slides}</office:presentation>"
    )


def _slide(number: int, title: str, text: str, notes: str) -> str:
    speech = (
        f"""<presentation:notes><draw:frame presentation:class="notes" svg:width="14cm" svg:height="10cm"
          svg:x="2cm" svg:y="14cm"><draw:text-box><text:p>{_x(notes)}</text:p></draw:text-box></draw:frame>
        </presentation:notes>"""
        if notes
        else ""
    )
    return f"""
      <draw:page draw:name="page{number}" draw:master-page-name="Default">
        <draw:frame presentation:style-name="Title" presentation:class="title"
          svg:width="22cm" svg:height="3cm" svg:x="1cm" svg:y="1cm">
          <draw:text-box><text:p>{_x(title)}</text:p></draw:text-box></draw:frame>
        <draw:frame presentation:style-name="Outline" presentation:class="outline"
          svg:width="22cm" svg:height="10cm" svg:x="1cm" svg:y="5cm">
          <draw:text-box><text:list><text:list-item><text:p>{_x(text)}</text:p></text:list-item></text:list>
          </draw:text-box></draw:frame>
        {speech}
      </draw:page>"""


def _table(rows: tuple[tuple[str, ...], ...], name: str, last: str = "") -> str:
    cells = "".join("<table:table-row>" + "".join(map(_cell, row)) + "</table:table-row>" for row in rows)
    return f"""<table:table table:name="{_x(name)}">
      <table:table-column table:number-columns-repeated="{len(rows[0])}"/>{cells}{last}</table:table>"""


def _cell(content: str) -> str:
    kind = f'float" office:value="{content}' if content.isdecimal() else "string"
    return f'<table:table-cell office:value-type="{kind}"><text:p>{_x(content)}</text:p></table:table-cell>'


def _document(kind: str, story: Story, automatic: str, master: str, body: str) -> str:
    keywords = "".join(f"<meta:keyword>{_x(word)}</meta:keyword>" for word in story.keywords)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {_NAMESPACES} office:version="1.2"
    office:mimetype="application/vnd.oasis.opendocument.{kind}">
  <office:meta><dc:title>{_x(story.title)}</dc:title><dc:subject>{_x(story.subject)}</dc:subject>{keywords}
    <meta:initial-creator>{_x(story.author)}</meta:initial-creator><dc:creator>{_x(story.author)}</dc:creator>
    <meta:creation-date>2025-03-01T09:30:00</meta:creation-date><dc:date>2025-03-14T18:00:00</dc:date>
  </office:meta>
  <office:styles>{_STYLES}</office:styles>
  <office:automatic-styles>{automatic}</office:automatic-styles>
  <office:master-styles>{master}</office:master-styles>
  <office:body>{body}</office:body>
</office:document>
"""


def _x(text: str) -> str:
    return escape(text)
