"""Takes the network away from this process for good: what it reads is private, and may want to phone home.

On Linux the kernel refuses to make sockets, whatever code asks for one. Elsewhere Python does, which stops
libraries that mean no harm.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2

# The number by which the kernel knows the architecture, and that of its system call `socket`.
_SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}

# Makes sockets too, by another way; the same on all architectures.
_IO_URING_SETUP = 425

# Where the system call's number and architecture stand in what the filter is given.
_NUMBER, _ARCHITECTURE = 0, 4
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EACCES

# Calls of x86-64 programs in 32 bits, which nobody makes but to get around a filter.
_X32_BIT = 0x40000000


def cut_off() -> bool:
    """Whether the kernel keeps this process from the network; if not, Python does. Call it before there are
    other threads: they would be left out."""
    if _filter_calls():
        return True
    sys.addaudithook(_refuse)
    return False


def _refuse(event: str, _arguments: object) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
        raise PermissionError(errno.EACCES, "a process that reads files has no network")


def _filter_calls() -> bool:
    known = _SOCKET_CALLS.get(platform.machine()) if sys.platform == "linux" else None
    # A 32-bit interpreter on such a machine speaks to the kernel in another way.
    if known is None or sys.maxsize < 2**32:
        return False
    architecture, socket = known
    program = b"".join(
        struct.pack("=HBBI", *step)
        for step in (
            # Each test: what to do, how many steps to skip if it is so and if it is not, and its operand.
            (_LOAD, 0, 0, _ARCHITECTURE),
            (_EQUAL, 0, 5, architecture),
            (_LOAD, 0, 0, _NUMBER),
            (_AT_LEAST, 3, 0, _X32_BIT),
            (_EQUAL, 2, 0, socket),
            (_EQUAL, 1, 0, _IO_URING_SETUP),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        )
    )
    steps = ctypes.create_string_buffer(program, len(program))
    described = _Program(len(program) // 8, ctypes.addressof(steps))
    prctl = ctypes.CDLL(None).prctl
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(described), 0, 0) == 0)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))
