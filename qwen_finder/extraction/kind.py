"""What sort of file this is: by its name (for every file, at scan) and by its first bytes (when it is read).

Names are quick and usually right; bytes settle what the name leaves open or gets wrong. Neither knows how
a file is read: that is the registry's business.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from qwen_finder.core.document import Kind

_EXTENSIONS: dict[Kind, str] = {
    Kind.DOCUMENT: """
        md markdown mdown mkd mdx rst adoc asciidoc asc org tex ltx latex bib htm html xhtml mhtml mht
        pdf doc docx docm dot dotx odt ott rtf pages wpd wps epub mobi azw azw3 fb2 djvu ps eps
        xls xlsx xlsm xlsb ods numbers ppt pptx pptm odp key eml msg mbox mbx
        texi texinfo pod wiki mediawiki textile typ man tm""",
    Kind.TEXT: """
        txt text log out err csv tsv tab psv json jsonl ndjson json5 geojson yaml yml toml xml xsd xsl xslt
        dtd rss atom opml plist ini cfg conf config cnf properties prefs desktop service reg rc env
        srt vtt ass ssa sub sbv lrc po pot strings ics ical vcf vcard diff patch nfo readme me
        gpx kml ldif tex-log lst list dic aff""",
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


@dataclass(frozen=True, slots=True)
class Sniff:
    """What a file's first bytes say. ``format`` names it for people ("PNG picture"); "" when unknown.

    ``is_text`` means that a person could read it in a text editor.
    """

    kind: Kind
    format: str
    is_text: bool


_MAGIC: tuple[tuple[bytes, Kind, str], ...] = (
    (b"%PDF-", Kind.DOCUMENT, "PDF document"),
    (b"{\\rtf", Kind.DOCUMENT, "RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.DOCUMENT, "Office document"),
    (b"%!PS", Kind.DOCUMENT, "PostScript document"),
    (b"AT&TFORM", Kind.DOCUMENT, "DjVu document"),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE, "PNG picture"),
    (b"\xff\xd8\xff", Kind.IMAGE, "JPEG picture"),
    (b"GIF87a", Kind.IMAGE, "GIF picture"),
    (b"GIF89a", Kind.IMAGE, "GIF picture"),
    (b"II*\0", Kind.IMAGE, "TIFF picture"),
    (b"MM\0*", Kind.IMAGE, "TIFF picture"),
    (b"8BPS\0", Kind.IMAGE, "Photoshop picture"),
    (b"gimp xcf", Kind.IMAGE, "GIMP picture"),
    (b"ID3", Kind.AUDIO, "MP3 audio"),
    (b"fLaC", Kind.AUDIO, "FLAC audio"),
    (b"OggS", Kind.AUDIO, "Ogg audio"),
    (b"MThd\0\0", Kind.AUDIO, "MIDI audio"),
    (b"\x1aE\xdf\xa3", Kind.VIDEO, "Matroska video"),
    (b"FLV\x01", Kind.VIDEO, "Flash video"),
    (b"\0\0\x01\xba", Kind.VIDEO, "MPEG video"),
    (b"PK\x03\x04", Kind.ARCHIVE, "ZIP archive"),
    (b"PK\x05\x06", Kind.ARCHIVE, "ZIP archive"),
    (b"\x1f\x8b", Kind.ARCHIVE, "gzip archive"),
    (b"BZh", Kind.ARCHIVE, "bzip2 archive"),
    (b"\xfd7zXZ\0", Kind.ARCHIVE, "xz archive"),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE, "7-Zip archive"),
    (b"Rar!\x1a\x07", Kind.ARCHIVE, "RAR archive"),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE, "Zstandard archive"),
    (b"!<arch>\n", Kind.ARCHIVE, "ar archive"),
    (b"\x7fELF", Kind.OTHER, "program"),
    (b"MZ\x90\0", Kind.OTHER, "Windows program"),
    (b"\xcf\xfa\xed\xfe", Kind.OTHER, "macOS program"),
    (b"\xca\xfe\xba\xbe", Kind.OTHER, "program"),
    (b"\0asm", Kind.OTHER, "WebAssembly program"),
    (b"SQLite format 3\0", Kind.OTHER, "SQLite database"),
    (b"GGUF", Kind.OTHER, "GGUF model"),
    (b"PAR1", Kind.OTHER, "Parquet table"),
    (b"wOFF", Kind.OTHER, "font"),
    (b"wOF2", Kind.OTHER, "font"),
    (b"\0\x01\0\0\0", Kind.OTHER, "font"),
    (b"OTTO\0", Kind.OTHER, "font"),
)

_RIFF = {
    b"WEBP": (Kind.IMAGE, "WebP picture"),
    b"WAVE": (Kind.AUDIO, "WAV audio"),
    b"AVI ": (Kind.VIDEO, "AVI video"),
}
_ISO_PICTURES = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")

_TEXT_CONTROLS = b"\t\n\r\f\x08\x1b"
_CONTROLS = bytes(set(range(32)) - set(_TEXT_CONTROLS)) + b"\x7f"
_MAX_CONTROLS = 0.02


def sniff(head: bytes) -> Sniff:
    """What a file that begins with ``head`` is. Magic numbers first: many PDFs begin like text."""
    for magic, kind, name in _MAGIC:
        if head.startswith(magic):
            return Sniff(kind, name, False)
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return Sniff(*_RIFF[head[8:12]], False)
    if head[4:8] == b"ftyp":
        return (
            Sniff(Kind.IMAGE, "HEIF picture", False)
            if head[8:12] in _ISO_PICTURES
            else Sniff(Kind.VIDEO, "MP4 video", False)
        )
    if head[257:262] == b"ustar":
        return Sniff(Kind.ARCHIVE, "tar archive", False)
    if is_probably_text(head[:8192]):
        return Sniff(Kind.TEXT, "text", True)
    return Sniff(Kind.OTHER, "", False)


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
