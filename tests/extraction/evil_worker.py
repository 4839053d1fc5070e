"""A worker whose readers do what the name of the file says: what real ones do only to files nobody has.

Run as a program, in the place of the real worker.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.extraction import pages, pictures, registry
from qwen_finder.extraction.reading import Limits, PictureLimits
from qwen_finder.extraction.sandbox import worker

_KEPT: list[bytes] = []


def read(path: str, limits: Limits) -> Document:
    # Hidden, so that whoever indexes the folder does not see it.
    Path(path).with_name(f".{Path(path).name}.begun").touch()
    match Path(path).stem:
        case "sleep":
            time.sleep(3600)
        case "spin":
            while True:
                pass
        case "helped":
            # As a reader does that asks another program for help.
            helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
            Path(path).with_suffix(".helper").write_text(str(helper.pid))
            helper.wait()
        case "abort":
            os.abort()
        case "abort inside":
            if limits.max_depth:
                os.abort()
            return registry.extract(path, limits)
        case "segfault":
            ctypes.string_at(0)
        case "leave":
            os._exit(7)
        case "killed":
            os.kill(os.getpid(), 9)
        case "hog":
            while True:
                _KEPT.append(bytes(1_000_000))
        case "hog natively":
            # What a library in C++ says and does when an allocation fails.
            os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
            os.abort()
        case "hog silently":
            _KEPT.append(b"x" * 60_000_000)
            time.sleep(0.4)
            os.abort()
        case "leak":
            _KEPT.append(b"x" * 30_000_000)
        case "bug":
            raise KeyError("the secret of the file")
        case "panic":
            raise BaseException("the secret of the file")
        case "refuse":
            raise FileError("file.encrypted", f"{path} is encrypted.", "Decrypt it.", skipped=True)
        case "noise":
            os.write(1, b"printed by a library\n" * 10_000)
            print("printed by Python, the secret of the file")
            os.write(2, b"  the secret of the file\n" * 100)
        case "noisy death":
            os.write(2, b"the secret of the file\n" * 100)
            os.abort()
        case "garbage":
            for descriptor in range(3, 20):
                try:
                    os.write(descriptor, b"\xff" * 4096)
                except OSError:
                    continue
            time.sleep(3600)
        case "whoami":
            return text(
                repr(
                    {
                        "pid": os.getpid(),
                        "cwd": os.getcwd(),
                        "home": os.path.expanduser("~"),
                        "nice": os.nice(0),
                        "environ": dict(os.environ),
                        "limits": (limits.max_seconds, limits.max_pages, limits.ocr),
                        "stdin": os.read(0, 10),
                    }
                )
            )
        case "network":
            return text(phone_home(int(Path(path).read_text())))
        case "surrogates":
            return text("lone \udcff and \ud83d\ude00 not joined")
        case _:
            return registry.extract(path, limits)
    return text("survived")


def look(path: str, limits: PictureLimits, framing: Framing) -> Picture:
    match Path(path).stem:
        case "sleep":
            time.sleep(3600)
        case "abort":
            os.abort()
        case "hog":
            while True:
                _KEPT.append(bytes(1_000_000))
        case "bug":
            raise KeyError("the secret of the file")
        case "other size":
            return pictures.decode_file(path, limits, replace(framing, size=framing.size + 1))
        case "whoami":
            raise FileError("file.no_picture", repr((limits, framing)), skipped=True)
    return pictures.decode_file(path, limits, framing)


def phone_home(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except PermissionError:
        return "refused"
    return "connected"


def text(words: str) -> Document:
    return Document(Kind.TEXT, (Segment(words),))


if __name__ == "__main__":
    sys.exit(worker.serve(read, look, pages.look_at_page))
