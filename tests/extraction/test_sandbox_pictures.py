"""Pictures decoded in workers: what comes over the pipe is the picture that was asked for, or an error."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from qwen_finder.core.errors import FileError, Interrupted
from qwen_finder.core.picture import Fit, Framing, Interpolation, Picture
from qwen_finder.extraction.pictures import decode_file
from qwen_finder.extraction.reading import PictureLimits
from qwen_finder.extraction.sandbox import codec, frames
from qwen_finder.extraction.sandbox.codec import Answer
from qwen_finder.extraction.sandbox.command import worker_command
from qwen_finder.extraction.sandbox.frames import Frame, Malformed
from qwen_finder.extraction.sandbox.picture_codec import PictureQuestion
from qwen_finder.extraction.sandbox.pool import PLANNED, Allowance, Pool

EVIL = (sys.executable, str(Path(__file__).with_name("evil_worker.py")))
LIMITS = PictureLimits(10_000_000)
FRAMING = Framing(32)


def same(one: Picture, other: Picture) -> bool:
    names = ("width", "height", "taken", "colours", "thumbnails", "partial")
    return np.array_equal(one.views, other.views) and all(
        getattr(one, name) == getattr(other, name) for name in names
    )


# Messages.


def over_the_pipe(frame: Frame) -> Frame:
    pipe = io.BytesIO()
    frames.send(pipe, frame)
    pipe.seek(0)
    received = frames.receive(pipe)
    assert received is not None
    assert pipe.read() == b""
    return received


@given(
    st.text(st.characters(codec=None), max_size=20),
    st.builds(
        PictureLimits,
        max_bytes=st.integers(0, 2**40),
        min_side=st.integers(0, 4096),
        thumbnails=st.lists(st.integers(1, 4096), max_size=3).map(tuple),
        max_seconds=st.floats(0, 1e6),
    ),
    st.builds(
        Framing,
        size=st.integers(1, 1024),
        fit=st.sampled_from(Fit),
        interpolation=st.sampled_from(Interpolation),
        fill=st.integers(0, 255),
    ),
)
def test_a_question_arrives_as_it_was(path: str, limits: PictureLimits, framing: Framing) -> None:
    question = PictureQuestion(path, limits, framing)
    assert codec.decode_question(over_the_pipe(codec.encode_question(question))) == question


def picture(views: int = 2, size: int = 4) -> Picture:
    pixels = np.arange(views * size * size * 3, dtype=np.uint8).reshape(views, size, size, 3)
    thumbnails = ((256, b"RIFF\0\0\0\0WEBPsmall"), (1024, b"RIFF\0\0\0\0WEBPlarger"))
    return Picture(pixels, 400, 200, -5, ("red", "white"), thumbnails, "Cut off.")


@pytest.mark.parametrize(
    "sent", [picture(), picture(5, 1), Picture(picture().views, 1, 1)], ids=["usual", "five", "bare"]
)
def test_a_picture_arrives_as_it_was(sent: Picture) -> None:
    frame = over_the_pipe(codec.encode_answer(Answer(sent, 9)))
    answer = codec.decode_answer(frame, Framing(sent.views.shape[1]))
    assert isinstance(answer.verdict, Picture)
    assert same(answer.verdict, sent)
    assert answer.memory_bytes == 9
    assert answer.verdict.views.flags.writeable


GOOD = codec.encode_answer(Answer(picture()))


def spoilt(body: bytes = GOOD.body, **changed: Any) -> Frame:
    head = json.loads(GOOD.head)
    head["picture"].update(changed)
    return Frame(json.dumps(head).encode(), b"", body)


@pytest.mark.parametrize(
    "frame",
    [
        spoilt(GOOD.body[:-1]),
        spoilt(GOOD.body + b"x"),
        spoilt(b""),
        spoilt(views=0),
        spoilt(views=3),
        spoilt(views=-2),
        spoilt(views=2.0),
        spoilt(views=6, body=bytes(6 * 48), thumbnails=[]),
        spoilt(size=5),
        spoilt(size=0, thumbnails=[[256, len(GOOD.body)]]),
        spoilt(width=0),
        spoilt(height="200"),
        spoilt(height=2**40),
        spoilt(taken="yesterday"),
        spoilt(taken=True),
        spoilt(taken=2**60),
        spoilt(colours=["ultraviolet"]),
        spoilt(colours="red"),
        spoilt(colours=[1]),
        spoilt(thumbnails=None),
        spoilt(thumbnails=[[256, 17]]),
        spoilt(thumbnails=[[256, 17], [1024, 19]]),
        spoilt(thumbnails=[[256, 17], [1024]]),
        spoilt(thumbnails=[[0, 17], [1024, 18]]),
        spoilt(thumbnails=[[256, 18], [1024, 17]]),
        spoilt(thumbnails=[[256, 17], [1024, 18], *([[1, 0]] * 7)]),
        spoilt(partial=None),
        Frame(b'{"memory_bytes": 0, "picture": []}'),
        Frame(b'{"memory_bytes": 0, "document": {}}'),
    ],
)
def test_what_no_worker_says_is_malformed(frame: Frame) -> None:
    with pytest.raises(Malformed):
        codec.decode_answer(frame, Framing(4))


def test_the_answer_that_was_spoilt_is_a_good_one_to_the_question_that_was_asked() -> None:
    assert isinstance(codec.decode_answer(spoilt(), Framing(4)).verdict, Picture)
    with pytest.raises(Malformed):
        codec.decode_answer(spoilt())
    with pytest.raises(Malformed):
        codec.decode_answer(spoilt(), Framing(8))


@pytest.mark.parametrize(
    "changed", [{"framing": {}}, {"framing": {"size": "x"}}, {"picture_limits": {"max_bytes": 1, "new": 2}}]
)
def test_a_question_of_another_version_is_malformed(changed: dict[str, object]) -> None:
    head = json.loads(codec.encode_question(PictureQuestion("a", LIMITS, FRAMING)).head)
    head["picture"].update(changed)
    with pytest.raises(Malformed):
        codec.decode_question(Frame(json.dumps(head).encode()))


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_no_bytes_do_harm(head: bytes, body: bytes) -> None:
    with contextlib.suppress(Malformed):
        codec.decode_answer(Frame(head, b"", body), FRAMING)


# Processes.


@pytest.fixture
def open_pool(tmp_path: Path) -> Iterator[Callable[..., Pool]]:
    pools: list[Pool] = []

    def start(command: tuple[str, ...] = EVIL, **allowance: Any) -> Pool:
        chosen = Allowance(**{"workers": 1, "seconds": 20.0, **allowance})
        pools.append(Pool(tmp_path / f"workers {len(pools)}", chosen, command))
        return pools[-1]

    yield start
    for pool in pools:
        pool.close()


@pytest.fixture
def photo(tmp_path: Path) -> Callable[[str], str]:
    def save(name: str) -> str:
        Image.new("RGB", (300, 100), "red").save(tmp_path / name)
        return str(tmp_path / name)

    return save


def code(pool: Pool, path: str) -> str:
    with pytest.raises(FileError) as raised:
        pool.picture(path, LIMITS, FRAMING)
    return raised.value.code


def test_the_real_worker_sees_what_the_decoder_sees(
    open_pool: Callable[..., Pool], photo: Callable[[str], str], tmp_path: Path
) -> None:
    pool = open_pool(tuple(worker_command()))
    path = photo("große Äpfel 苹果.png")
    assert same(pool.picture(path, LIMITS, FRAMING), decode_file(path, LIMITS, FRAMING))
    (tmp_path / "empty.png").write_bytes(b"")
    assert code(pool, str(tmp_path / "empty.png")) == "file.empty"
    assert code(pool, str(tmp_path / "gone.png")) == "file.vanished"


def test_the_same_worker_reads_and_looks(open_pool: Callable[..., Pool], tmp_path: Path) -> None:
    from qwen_finder.extraction.reading import Limits

    pool = open_pool()
    note = tmp_path / "note.txt"
    note.write_text("Quinces ripen late.")
    Image.new("RGB", (80, 80), "red").save(tmp_path / "a.png")
    for _ in range(2):
        assert pool.extract(str(note), Limits(1_000, 1_000)).segments[0].text == "Quinces ripen late."
        assert pool.picture(str(tmp_path / "a.png"), LIMITS, FRAMING).colours == ("red",)
    assert pool.workers() == 1


def test_limits_and_framing_get_to_the_worker_within_the_time_there_is(
    open_pool: Callable[..., Pool], photo: Callable[[str], str]
) -> None:
    pool = open_pool(seconds=10, seconds_per_mb=0)
    with pytest.raises(FileError) as raised:
        pool.picture(photo("whoami.png"), PictureLimits(5_000, 7, (9, 10)), Framing(11, Fit.LONGEST, fill=12))
    expected = (PictureLimits(5_000, 7, (9, 10), PLANNED * 10), Framing(11, Fit.LONGEST, fill=12))
    assert raised.value.message == repr(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("abort.png", "file.crashed"),
        ("other size.png", "file.crashed"),
        ("hog.png", "file.memory"),
        ("bug.png", "file.reader_bug"),
    ],
)
def test_what_goes_wrong_costs_its_own_picture_only(
    open_pool: Callable[..., Pool], photo: Callable[[str], str], name: str, expected: str
) -> None:
    pool = open_pool(memory_bytes=200_000_000)
    assert code(pool, photo(name)) == expected
    assert pool.picture(photo("good.png"), LIMITS, FRAMING).views.shape == (4, 32, 32, 3)


def test_a_hang_ends_at_the_deadline(open_pool: Callable[..., Pool], photo: Callable[[str], str]) -> None:
    assert code(open_pool(seconds=0.4, seconds_per_mb=0), photo("sleep.png")) == "file.timeout"


def test_a_stop_interrupts_who_waits(open_pool: Callable[..., Pool], photo: Callable[[str], str]) -> None:
    pool = open_pool(seconds=600)
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    with pytest.raises(Interrupted):
        pool.picture(photo("sleep.png"), LIMITS, FRAMING, stop.is_set)
