"""The worker's side: reads one file after the other for the service, in a process that may die of any.

It knows no settings and no index. Questions come on stdin, answers go to stdout; what libraries print goes
to stderr, which the service keeps to itself.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable

from qwen_finder.core.desk import PageView
from qwen_finder.core.document import Document
from qwen_finder.core.errors import FileError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.extraction.reading import Limits, PageRequest, PictureLimits
from qwen_finder.extraction.sandbox.codec import (
    Answer,
    AnyQuestion,
    Bug,
    OutOfMemory,
    Verdict,
    decode_question,
    decode_setup,
    encode_answer,
)
from qwen_finder.extraction.sandbox.confine import (
    Pipes,
    leave_home,
    limit_memory,
    live_no_longer_than_parent,
    resident_bytes,
    take_pipes,
    tell_of_crashes,
)
from qwen_finder.extraction.sandbox.frames import Frame, pack, receive, send
from qwen_finder.extraction.sandbox.network import cut_off
from qwen_finder.extraction.sandbox.page_codec import PageQuestion
from qwen_finder.extraction.sandbox.picture_codec import PictureQuestion

Read = Callable[[str, Limits], Document]
Look = Callable[[str, PictureLimits, Framing], Picture]
Show = Callable[[str, PageRequest], PageView]

# The service ends a worker at the deadline; should it be gone, the worker does so itself some time later.
_GRACE = 4.0


def main() -> int:
    """Be a worker until nobody asks any more."""
    # Imported before memory is limited and before the service waits for an answer.
    from qwen_finder.extraction.pages import look_at_page
    from qwen_finder.extraction.pictures import decode_file
    from qwen_finder.extraction.registry import extract

    return serve(extract, decode_file, look_at_page)


def serve(read: Read, look: Look, show: Show) -> int:
    """Answer each question by what ``read``, ``look`` or ``show`` makes of the file."""
    tied = live_no_longer_than_parent()
    pipes = take_pipes()
    tell_of_crashes()
    leave_home()
    cut_off()
    setup = receive(pipes.questions)
    if setup is None:
        return 0
    gc.collect()
    gc.freeze()
    limit_memory(decode_setup(setup).memory_bytes)
    questions = _listen(pipes)
    send(pipes.answers, pack({"memory_bytes": resident_bytes()}))
    while True:
        question = decode_question(questions.get())
        if not tied:
            faulthandler.dump_traceback_later(question.limits.max_seconds * _GRACE, exit=True)
        answer = _answer(question, read, look, show)
        if not tied:
            faulthandler.cancel_dump_traceback_later()
        try:
            send(pipes.answers, answer)
        except BrokenPipeError:
            return 0


def _listen(pipes: Pipes) -> queue.SimpleQueue[Frame]:
    """Questions, taken from the pipe by a thread that ends the process with the pipe: also while a file is
    being read, since nobody is left who wants to hear of it."""
    questions: queue.SimpleQueue[Frame] = queue.SimpleQueue()

    def listen() -> None:
        with contextlib.suppress(ValueError, OSError):
            while (frame := receive(pipes.questions)) is not None:
                questions.put(frame)
        os._exit(0)

    threading.Thread(target=listen, name="listener", daemon=True).start()
    return questions


def _answer(question: AnyQuestion, read: Read, look: Look, show: Show) -> Frame:
    try:
        return encode_answer(Answer(_verdict(question, read, look, show), resident_bytes()))
    except MemoryError:
        return encode_answer(Answer(OutOfMemory(), resident_bytes()))
    except ValueError:
        too_large = FileError(
            "file.too_large",
            f"{question.path} holds more text than can be taken in.",
            "It is found by its name only; lower the limits in the settings to index a part of it.",
            skipped=True,
        )
        return encode_answer(Answer(too_large, resident_bytes()))


def _verdict(question: AnyQuestion, read: Read, look: Look, show: Show) -> Verdict:
    try:
        if isinstance(question, PictureQuestion):
            return look(question.path, question.limits, question.framing)
        if isinstance(question, PageQuestion):
            return show(question.path, question.limits)
        return read(question.path, question.limits)
    except FileError as error:
        return error
    except MemoryError:
        return OutOfMemory()
    except OSError as error:
        return FileError(
            "file.unreadable",
            f"{question.path} cannot be read: {(error.strerror or type(error).__name__).lower()}.",
            "It is tried again when it changes.",
        )
    except BaseException as error:  # noqa: BLE001 - panics of libraries in Rust are no Exception
        return Bug(type(error).__name__, tuple(_places(error)))


def _places(error: BaseException) -> list[str]:
    """Where it was raised. Neither messages nor source lines: they may hold what the file does."""
    frames = traceback.extract_tb(error.__traceback__)[-40:]
    return [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]


if __name__ == "__main__":
    sys.exit(main())
