"""What a text file is written in, as Pygments calls it, for whoever shows it in colours.

Only for text that is shown as it stands in its file: what a reader made out of a notebook or a web page is
written in nothing.
"""

from __future__ import annotations

from qwen_finder.extraction.kind import extension_of
from qwen_finder.extraction.languages import grammar_for

_OTHER_NAMES = {"tsx": "typescript", "proto": "protobuf", "pascal": "delphi", "objc": "objective-c"}
"""Grammars that Pygments calls otherwise."""

_BY_EXTENSION = {
    extension: language
    for language, extensions in {
        "json": "json jsonl ndjson geojson webmanifest",
        "yaml": "yaml yml",
        "toml": "toml",
        "xml": "xml xsd xsl xslt rss atom opml gpx kml dtd plist ui",
        "ini": "ini cfg conf config cnf properties prefs desktop service url editorconfig",
        "diff": "diff patch",
        "sass": "sass",
        "less": "less",
        "graphql": "graphql gql",
        "docker": "dockerfile",
        "fish": "fish",
        "batch": "bat cmd",
        "common-lisp": "lisp lsp cl el",
        "scheme": "scm ss rkt",
        "prolog": "pl1 pro",
        "pot": "po pot",
        "markdown": "md markdown mdown mkd mdx rmd qmd",
        "restructuredtext": "rst",
        "latex": "tex ltx latex sty",
        "asm": "asm s",
        "glsl": "glsl vert frag",
        "thrift": "thrift",
        "tcl": "tcl",
        "html": "vue svelte",
    }.items()
    for extension in extensions.split()
}
_BY_NAME = {"dockerfile": "docker", "containerfile": "docker"}
_MADE_BY_READERS = frozenset({"ipynb"})


def written_in(name: str, head: bytes) -> str:
    """The Pygments name for a file called ``name`` whose text begins with ``head``; "" for plain text."""
    extension = extension_of(name)
    if extension in _MADE_BY_READERS:
        return ""
    known = _BY_NAME.get(name.lower()) or _BY_EXTENSION.get(extension)
    if known:
        return known
    grammar = grammar_for(name, extension, head)
    return _OTHER_NAMES.get(grammar, grammar)
