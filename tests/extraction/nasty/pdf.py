"""PDFs that are cut, locked, knotted, swollen or mislabelled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from .case import BROKEN, EMPTY, ENCRYPTED, Nasty, either, found, refused
from .streams import noise, zeros_zlib

PHRASE = "the heron keeps the barometer"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
BOMB_BYTES = 600 << 20


def cases() -> Iterator[Nasty]:
    """Every nasty PDF."""
    yield either(
        "truncated.pdf", "cut in its middle: no table of objects", lambda: _pages(9)[:-900], PHRASE, BROKEN
    )
    yield refused("header_only.pdf", "nothing behind the first line", lambda: b"%PDF-1.7\n", BROKEN)
    yield refused(
        "noise.pdf", "a PDF's first line, then noise", lambda: b"%PDF-1.7\n" + noise(90_000), BROKEN
    )
    yield refused("password.pdf", "wants a password to be opened", lambda: _encrypted(b"secret"), ENCRYPTED)
    yield found("owner_password.pdf", "a password only forbids printing", lambda: _encrypted(b""), PHRASE)
    yield refused("odd_cipher.pdf", "locked with a cipher that nobody has", _odd_cipher, ENCRYPTED, BROKEN)
    yield either(
        "flate_bomb.pdf",
        "a page of 600 MB in 600 kB",
        _flate_bomb,
        PHRASE,
        "file.timeout",
        "file.memory",
        EMPTY,
    )
    yield either("filter_chain.pdf", "a page packed 40 times over", lambda: _filter_chain(40), PHRASE, EMPTY)
    yield found("pages_2000.pdf", "2,000 pages", lambda: _pages(2000), f"{PHRASE} on page 1999")
    yield either("page_tree_cycle.pdf", "the page tree holds itself", _page_tree_cycle, PHRASE, BROKEN, EMPTY)
    yield either("page_tree_deep.pdf", "a page below 20,000 nodes", _page_tree_deep, PHRASE, BROKEN, EMPTY)
    yield either("page_count_lies.pdf", "claims 2,000,000,000 pages", _page_count_lies, PHRASE, BROKEN)
    yield found("outline_cycle.pdf", "the outline leads back to its start", _outline_cycle, PHRASE)
    yield either("xref_cycle.pdf", "the table of objects continues in itself", _xref_cycle, PHRASE, BROKEN)
    yield either("xref_far.pdf", "the table of objects lies behind the end", _xref_far, PHRASE, BROKEN)
    yield either("deep_arrays.pdf", "100,000 arrays in each other", _deep_arrays, PHRASE, BROKEN, EMPTY)
    yield either("deep_dictionaries.pdf", "100,000 dictionaries", _deep_dictionaries, PHRASE, BROKEN, EMPTY)
    yield either("length_cycle.pdf", "a stream as long as itself", _length_cycle, PHRASE, BROKEN, EMPTY)
    yield either("form_cycle.pdf", "a drawing that draws itself", lambda: _form_cycle(1), PHRASE, EMPTY)
    yield either(
        "form_tree.pdf",
        "a drawing that draws itself twice, and so on",
        lambda: _form_cycle(2),
        PHRASE,
        "file.timeout",
        "file.memory",
        dear=True,
    )
    yield either("broken_font.pdf", "its font is noise", _broken_font, PHRASE, EMPTY)
    yield either("unmapped_font.pdf", "its character map is knotted", _knotted_map, "", EMPTY)
    yield either("huge_page.pdf", "a page of 350 by 350 km", _huge_page, PHRASE)
    yield either(
        "lying_scan.pdf", "a scan of 65,535 by 65,535 in 40 bytes", _lying_scan, PHRASE, EMPTY, "file.scan"
    )
    yield found("launch.pdf", "starts a program and a script when opened", _launch, PHRASE)
    yield found("mixed_junk.pdf", "900 bytes before, a megabyte of noise behind", _mixed_junk, PHRASE)
    yield found("page_of_words.pdf", "one page of 200,000 words", _page_of_words, PHRASE)
    yield found("no_break.pdf", "one word of a million letters", _no_break, PHRASE)
    yield found("pdf_called.txt", "a PDF called .txt", lambda: _pages(1), PHRASE)
    yield found("text_called.pdf", "a text called .pdf", lambda: PHRASE.encode(), PHRASE)


def plain() -> bytes:
    """A sound PDF of one page."""
    return _pages(1)


def _assemble(objects: Mapping[int, bytes], *, trailer: bytes = b"", root: int = 1) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 %b \n" % (offsets.get(number, 0), b"n" if number in offsets else b"f")
    out += b"trailer\n<</Size %d/Root %d 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, start)
    return bytes(out)


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(content), content)


def _shown(text: str) -> bytes:
    return b"BT /F1 12 Tf 72 700 Td (%b) Tj ET" % text.encode()


def _one_page(content: bytes, more: Mapping[int, bytes] | None = None, **entries: bytes) -> dict[int, bytes]:
    """Objects 1 to 5: catalog, page tree, page, its content (a whole object) and its font."""
    return {
        1: b"<</Type/Catalog/Pages 2 0 R%b>>" % entries.get("catalog", b""),
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox%b/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%b>>%b>>"
        % (entries.get("box", b"[0 0 595 842]"), entries.get("resources", b""), entries.get("page", b"")),
        4: content,
        5: FONT,
        **(more or {}),
    }


def _page(text: str = PHRASE, more: Mapping[int, bytes] | None = None, **entries: bytes) -> dict[int, bytes]:
    return _one_page(_stream(_shown(text)), more, **entries)


def _pages(count: int) -> bytes:
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 5: FONT}
    kids = b" ".join(b"%d 0 R" % (6 + 2 * n) for n in range(count))
    objects[2] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (count, kids)
    for n in range(count):
        objects[6 + 2 * n] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>" % (7 + 2 * n)
        )
        objects[7 + 2 * n] = _stream(_shown(f"{PHRASE} on page {n + 1} of the file"))
    return _assemble(objects)


_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def _encrypted(password: bytes) -> bytes:
    """Locked with 40-bit RC4 (revision 2), the cipher of old PDFs; an empty password opens by itself."""
    owner = _rc4(hashlib.md5((b"owner" + _PAD)[:32]).digest()[:5], (password + _PAD)[:32])
    permissions, identity = -44, b"0123456789abcdef"
    seed = (password + _PAD)[:32] + owner + permissions.to_bytes(4, "little", signed=True) + identity
    key = hashlib.md5(seed).digest()[:5]
    user = _rc4(key, _PAD)
    content_key = hashlib.md5(key + (4).to_bytes(3, "little") + b"\0\0").digest()[:10]
    objects = _one_page(_stream(_rc4(content_key, _shown(PHRASE))))
    objects[6] = b"<</Filter/Standard/V 1/R 2/P %d/O<%b>/U<%b>>>" % (
        permissions,
        owner.hex().encode(),
        user.hex().encode(),
    )
    name = identity.hex().encode()
    return _assemble(objects, trailer=b"/Encrypt 6 0 R/ID[<%b><%b>]" % (name, name))


def _rc4(key: bytes, content: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in content:
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 255])
    return bytes(out)


def _odd_cipher() -> bytes:
    objects = _page(more={6: b"<</Filter/Company.Vault/V 99/R 99>>"})
    return _assemble(objects, trailer=b"/Encrypt 6 0 R/ID[<00><00>]")


def _flate_bomb() -> bytes:
    bomb = _stream(zeros_zlib(BOMB_BYTES), b"/Filter/FlateDecode")
    return _assemble(
        _one_page(
            b"[6 0 R 7 0 R]",
            {6: _stream(_shown(PHRASE)), 7: bomb},
        )
    )


def _filter_chain(depth: int) -> bytes:
    import zlib

    content = _shown(PHRASE)
    for _ in range(depth):
        content = zlib.compress(content)
    return _assemble(_one_page(_stream(content, b"/Filter[%b]" % (b"/FlateDecode" * depth))))


def _page_tree_cycle() -> bytes:
    return _assemble({**_page(), 2: b"<</Type/Pages/Count 3/Kids[2 0 R 3 0 R 2 0 R]/Parent 2 0 R>>"})


def _page_tree_deep() -> bytes:
    depth = 20_000
    objects = _page()
    objects[2] = b"<</Type/Pages/Count 1/Kids[6 0 R]>>"
    for n in range(6, 6 + depth):
        kid = n + 1 if n < 5 + depth else 3
        objects[n] = b"<</Type/Pages/Count 1/Parent %d 0 R/Kids[%d 0 R]>>" % (n - 1 if n > 6 else 2, kid)
    return _assemble(objects)


def _page_count_lies() -> bytes:
    return _assemble({**_page(), 2: b"<</Type/Pages/Count 2000000000/Kids[3 0 R]>>"})


def _outline_cycle() -> bytes:
    more = {
        6: b"<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 2>>",
        7: b"<</Title(Herons)/Parent 6 0 R/Next 8 0 R/First 7 0 R/Dest[3 0 R/Fit]>>",
        8: b"<</Title(Gulls)/Parent 6 0 R/Next 7 0 R/Dest[3 0 R/Fit]>>",
    }
    return _assemble(_page(more=more, catalog=b"/Outlines 6 0 R"))


def _xref_cycle() -> bytes:
    whole = _assemble(_page())
    start = whole.rindex(b"xref\n0")
    return whole.replace(b"/Root", b"/Prev %d/Root" % start)


def _xref_far() -> bytes:
    whole = _assemble(_page())
    return whole[: whole.rindex(b"startxref")] + b"startxref\n999999999999\n%%EOF\n"


def _deep_arrays() -> bytes:
    return _assemble(_page(page=b"/Deep" + b"[" * 100_000 + b"]" * 100_000))


def _deep_dictionaries() -> bytes:
    return _assemble(_page(page=b"/Deep" + b"<</A" * 100_000 + b" 1" + b">>" * 100_000))


def _length_cycle() -> bytes:
    return _assemble(_one_page(b"<</Length 4 0 R>>\nstream\n%b\nendstream" % _shown(PHRASE)))


def _form_cycle(times: int) -> bytes:
    form = _stream(
        b"/Me Do " * times, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</Me 6 0 R>>>>"
    )
    objects = _one_page(_stream(_shown(PHRASE) + b" /Me Do"), {6: form}, resources=b"/XObject<</Me 6 0 R>>")
    return _assemble(objects)


def _broken_font() -> bytes:
    more = {
        5: b"<</Type/Font/Subtype/TrueType/BaseFont/Noise/FirstChar 0/LastChar 255/FontDescriptor 6 0 R>>",
        6: b"<</Type/FontDescriptor/FontName/Noise/Flags 4/FontFile2 7 0 R>>",
        7: _stream(b"\0\1\0\0\xff\xff" + noise(20_000)),
    }
    return _assemble(_page(more=more))


def _knotted_map() -> bytes:
    ranges = b"".join(b"<%04x> <ffff> <%04x>\n" % (n, n) for n in range(0, 65_536, 16))
    cmap = b"begincmap /Me usecmap\n%d beginbfrange\n%bendbfrange endcmap" % (999_999_999, ranges)
    more = {
        5: b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding 7 0 R/DescendantFonts[5 0 R]/ToUnicode 7 0 R>>",
        7: _stream(cmap, b"/Type/CMap/CMapName/Me/UseCMap 7 0 R"),
    }
    return _assemble(_page(more=more))


def _huge_page() -> bytes:
    return _assemble(_page(box=b"[0 0 999999999 999999999]", page=b"/UserUnit 1000"))


def _lying_scan() -> bytes:
    image = _stream(
        zeros_zlib(1 << 20)[:40],
        b"/Type/XObject/Subtype/Image/Width 65535/Height 65535/ColorSpace/DeviceRGB"
        b"/BitsPerComponent 8/Filter/FlateDecode",
    )
    draw = _stream(b"q 595 0 0 842 0 0 cm /Scan Do Q")
    return _assemble(_one_page(draw, {6: image}, resources=b"/XObject<</Scan 6 0 R>>"))


def _launch() -> bytes:
    actions = (
        b"/OpenAction<</S/Launch/F(/bin/sh)>>"
        b"/AA<</WC<</S/JavaScript/JS(while(1){app.alert(1)})>>>>"
        b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(while(1){})>>]>>>>"
    )
    return _assemble(_page(catalog=actions))


def _mixed_junk() -> bytes:
    return noise(900).replace(b"%", b"x") + _pages(1) + noise(1 << 20)


def _page_of_words() -> bytes:
    lines = b"".join(b"0 -1 Td (%d herons and gulls) Tj\n" % n for n in range(50_000))
    return _assemble(_one_page(_stream(b"BT /F1 1 Tf 10 800 Td (%b) Tj\n%bET" % (PHRASE.encode(), lines))))


def _no_break() -> bytes:
    return _assemble(_one_page(_stream(_shown(PHRASE) + _shown("abcdefghij" * 100_000))))
