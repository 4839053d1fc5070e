"""What sort of file this is by its name (for every file, at scan), and whether bytes are text.

Names are quick and usually right; what the bytes of a file say when it is read is ``formats``' business.
"""

from __future__ import annotations

import os

from qwen_finder.core.document import Kind

_EXTENSIONS: dict[Kind, str] = {
    Kind.DOCUMENT: """
        md markdown mdown mkd mdx rst adoc asciidoc asc org tex ltx latex bib htm html xhtml mhtml mht
        pdf doc docx docm dot dotx dotm odt ott fodt rtf pages wpd wps epub mobi azw azw3 fb2 djvu ps eps
        xls xlsx xlsm xltx xltm xlt xlsb ods ots fods numbers ppt pptx pptm potx ppsx ppsm pps pot odp otp
        fodp odg fodg key eml emlx msg mbox mbx
        texi texinfo pod wiki mediawiki textile typ man tm""",
    Kind.TEXT: """
        txt text log out err csv tsv tab psv json jsonl ndjson json5 geojson yaml yml toml xml xsd xsl xslt
        dtd rss atom opml plist ini cfg conf config cnf properties prefs desktop service reg rc env
        srt vtt ass ssa sub sbv lrc po pot strings ics ical vcf vcard diff patch nfo readme me
        url webloc gpx kml ldif tex-log lst list dic aff""",
    Kind.CODE: """
        py pyi pyw pyx pxd js mjs cjs jsx ts mts cts tsx vue svelte java kt kts scala sc groovy gradle clj
        cljs cljc edn c h cc cpp cxx c++ hh hpp hxx h++ inl ipp cu cuh m mm cs fs fsx fsi vb go rs rb rake
        gemspec php phtml pl pm t raku swift dart lua r jl hs lhs elm ml mli erl hrl ex exs eex heex nim zig
        v sv svh vhd vhdl asm s pas pp lpr f f77 f90 f95 f03 f08 for ada adb ads cob cbl d lisp lsp cl el
        scm ss rkt sh bash zsh fish ksh csh awk sed ps1 psm1 psd1 bat cmd tcl sql psql plsql ipynb css scss
        sass less styl graphql gql proto thrift tf tfvars hcl nix cmake mk mak make ninja bzl bazel
        dockerfile sol wgsl glsl vert frag hlsl metal qml ui coffee jinja j2 tmpl mustache hbs ejs pug
        vim rmd qmd sage mat gd cr odin vala hx purs agda lean idr coq""",
    Kind.IMAGE: """
        png jpg jpeg jpe jfif gif bmp dib webp avif heic heif tif tiff svg svgz ico cur psd xcf raw cr2 cr3
        nef arw dng orf rw2 raf jxl jp2 j2k tga pcx pbm pgm ppm pnm hdr exr ai kra""",
    Kind.AUDIO: "mp3 m4a m4b aac au snd ogg oga opus flac wav aiff aif wma mid midi amr ape mka ac3 caf",
    Kind.VIDEO: "mp4 m4v mkv webm avi mov wmv flv mpg mpeg m2ts mts2 3gp 3g2 ogv vob rm rmvb",
    Kind.ARCHIVE: """
        zip tar gz tgz bz2 tbz tbz2 xz txz zst tzst lz lz4 lzma 7z rar cab iso img dmg deb rpm apk jar war
        ear whl egg gem crate appimage snap flatpak cpio ar z""",
}

_KINDS: dict[str, Kind] = {
    extension: kind for kind, extensions in _EXTENSIONS.items() for extension in extensions.split()
}

_WHOLE_NAMES: dict[Kind, str] = {
    Kind.CODE: """
        makefile gnumakefile dockerfile containerfile jenkinsfile vagrantfile rakefile gemfile podfile
        fastfile brewfile justfile procfile cmakelists.txt meson.build build.bazel workspace
        .bashrc .zshrc .profile .bash_profile .vimrc .emacs""",
    Kind.TEXT: """
        readme license licence copying copyright changelog changes news authors contributors contributing
        install todo notice history thanks maintainers
        .gitignore .gitattributes .gitmodules .editorconfig .dockerignore .npmignore""",
}

_NAMES: dict[str, Kind] = {name: kind for kind, names in _WHOLE_NAMES.items() for name in names.split()}


def extension_of(name: str) -> str:
    """The lower-case extension of a file name without its dot; "" when it has none."""
    return os.path.splitext(name)[1][1:].lower()


def kind_of(name: str) -> Kind:
    """The kind of a file by its name alone; ``OTHER`` when the name does not tell."""
    lower = name.lower()
    known = _NAMES.get(lower)
    if known is not None:
        return known
    return _KINDS.get(extension_of(lower), Kind.OTHER)


_TEXT_CONTROLS = b"\t\n\r\f\x08\x1b"
_CONTROLS = bytes(set(range(32)) - set(_TEXT_CONTROLS)) + b"\x7f"
_MAX_CONTROLS = 0.02


def is_probably_text(head: bytes) -> bool:
    """Whether bytes without a known magic number are text in some encoding, UTF-16 and UTF-32 included."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1b$)C")) or looks_utf16(head):
        return True
    return len(head) - len(head.translate(None, _CONTROLS)) <= _MAX_CONTROLS * len(head)


def looks_utf16(head: bytes) -> str:
    """ "utf-16-le" or "utf-16-be" when ``head`` looks like UTF-16 without a byte order mark, else "".

    The test: decoded, nearly everything is a letter, mark, digit, space or punctuation in use, some of it
    (a space, a line end, a CJK full stop) is what real text cannot do without, and half of the low or high
    bytes repeat as the high byte of one script does.
    """
    length = len(head) & ~1
    if length < 4 or b"\0" not in head[:length]:
        return ""
    best, best_score = "", 0.9
    for name in ("utf-16-le", "utf-16-be"):
        text = head[:length].decode(name, "replace")
        sound = sum(1 for character in text if character.isprintable() or character in "\t\n\r\f")
        common = sum(1 for character in text if character < "\u0250" or character in "　、。，．")
        score = sound / len(text) - 2 * text.count("\ufffd") / len(text)
        if common and "\0" not in text and score + common / len(text) > best_score:
            best, best_score = (name, score + common / len(text)) if score > 0.9 else (best, best_score)
    return best
