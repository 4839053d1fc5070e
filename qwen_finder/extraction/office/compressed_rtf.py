"""The packed RTF in which Outlook keeps a message's body (MS-OXRTFCP)."""

from __future__ import annotations

import struct

_WINDOW = 4096
_PACKED = b"LZFu"
_PLAIN = b"MELA"
_FIRST_WORDS = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What the window holds before anything was unpacked: what most RTF begins with."""


def unpacked(content: bytes, most: int) -> bytes:
    """The RTF in ``content``, at most ``most`` bytes and as far as it is sound; b"" when it is none."""
    if len(content) < 16:
        return b""
    size, kind = struct.unpack_from("<I4s", content, 4)
    if kind == _PLAIN:
        return content[16 : 16 + min(size, most)]
    return _inflated(content, min(size, most)) if kind == _PACKED else b""


def _inflated(content: bytes, size: int) -> bytes:
    window = bytearray(_FIRST_WORDS.ljust(_WINDOW, b"\0"))
    write = len(_FIRST_WORDS)
    output = bytearray()
    at = 16
    while at < len(content) and len(output) < size:
        control = content[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                if at + 1 >= len(content):
                    return bytes(output[:size])
                token = content[at] << 8 | content[at + 1]
                at += 2
                read, length = token >> 4, (token & 15) + 2
                if read == write:
                    return bytes(output[:size])
                for _ in range(length):
                    byte = window[read]
                    read = (read + 1) % _WINDOW
                    window[write] = byte
                    write = (write + 1) % _WINDOW
                    output.append(byte)
            else:
                if at >= len(content):
                    return bytes(output[:size])
                window[write] = content[at]
                write = (write + 1) % _WINDOW
                output.append(content[at])
                at += 1
    return bytes(output[:size])
