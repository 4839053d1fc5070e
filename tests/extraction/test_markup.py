"""Headings become paths; everything that only looks like a heading stays text."""

from __future__ import annotations

from collections.abc import Callable

from qwen_finder.core.document import Document

Read = Callable[..., Document]


def outline(document: Document) -> list[tuple[int, str]]:
    return [(segment.line, " > ".join(segment.path)) for segment in document.segments]


def test_markdown_headings_nest(read: Read) -> None:
    text = "intro\n\n# Lease\ntext\n## Deposit ##\ntext\n### Return\nx\n"
    text += "## **Rent** of [flat](http://x)\ny\n# End\nz\n"
    document = read("a.md", text)
    assert "".join(segment.text for segment in document.segments) == text
    assert document.title == "Lease"
    assert outline(document) == [
        (1, ""), (3, "Lease"), (5, "Lease > Deposit"), (7, "Lease > Deposit > Return"),
        (9, "Lease > Rent of flat"), (11, "End"),
    ]  # fmt: skip


def test_markdown_fences_and_front_matter_hold_no_headings(read: Read) -> None:
    text = (
        "---\ntitle: x\n# no\n---\n# Yes\n```sh\n# no\n~~~\n# no\n```\n#no\n    # no\n~~~~\n# no\n~~~\n# no\n"
    )
    assert outline(read("a.md", text)) == [(1, "Yes")] or outline(read("a.md", text)) == [(1, ""), (5, "Yes")]


def test_markdown_underlined_headings(read: Read) -> None:
    text = "Title\n=====\ntext\n\nPart\n----\nmore\n\n- item\n---\n\ntwo\nlines\n---\n"
    assert outline(read("a.md", text)) == [(1, "Title"), (5, "Title > Part")]


def test_restructured_text(read: Read) -> None:
    text = "=====\nTitle\n=====\n\nintro\n\nPart\n----\ntext\n\nSub\n~~~\nx\n\nOther\n-----\ny\n"
    assert outline(read("a.rst", text)) == [
        (1, "Title"), (7, "Title > Part"), (11, "Title > Part > Sub"), (15, "Title > Other"),
    ]  # fmt: skip


def test_org_asciidoc_latex_and_ini(read: Read) -> None:
    assert outline(read("a.org", "x\n* TODO One :tag:\ntext\n** Two\ny\n")) == [
        (1, ""),
        (2, "One"),
        (4, "One > Two"),
    ]
    assert outline(read("a.adoc", "= Doc\nx\n== Part\ny\n")) == [(1, "Doc"), (3, "Doc > Part")]
    latex = "\\documentclass{a}\n\\section{One}\nx\n\\subsection*{Two \\emph{b}}\ny\n"
    assert outline(read("a.tex", latex)) == [(1, ""), (2, "One"), (4, "One > Two \\emph{b}")]
    assert outline(read("a.ini", "[server]\nport=1\n[client]\nx=2\n")) == [(1, "server"), (3, "client")]


def test_a_heading_of_any_length_is_bounded(read: Read) -> None:
    document = read("a.md", "# " + "long " * 10_000 + "\ntext\n")
    assert len(document.segments[-1].path[0]) <= 120


def test_headings_without_words_and_endless_blanks_cost_nothing_special(read: Read) -> None:
    for name in ("a.md", "a.org", "a.adoc", "a.rst", "a.tex", "a.ini"):
        for line in ("# !\n", "* \n", "= -\n", "---\n", "\\section{", "[", "#" + " " * 300_000 + "x\n"):
            text = "word\n" + line * (400_000 // len(line))
            document = read(name, text)
            assert "".join(segment.text for segment in document.segments) == text
