"""Workers in real processes that hang, crash, fill the memory and lie: each costs its own file only."""

from __future__ import annotations

import ast
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from fakes.processes import children_with
from qwen_finder.core.document import Document
from qwen_finder.core.errors import FileError, Interrupted, UnusableError
from qwen_finder.extraction.reading import Limits
from qwen_finder.extraction.registry import extract
from qwen_finder.extraction.sandbox import pool as pool_module
from qwen_finder.extraction.sandbox.command import ROLE, worker_command, worker_environment
from qwen_finder.extraction.sandbox.pool import Allowance, Pool

HERE = Path(__file__).parent
EVIL = (sys.executable, str(HERE / "evil_worker.py"))
LIMITS = Limits(1_000_000, 1_000_000)
SECRET = "the secret of the file"


class Bench:
    """A pool of evil workers and the files they read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "files"
        self.files.mkdir()
        self.pools: list[Pool] = []

    def open(self, command: tuple[str, ...] = EVIL, **allowance: Any) -> Pool:
        chosen = Allowance(**{"workers": 1, "seconds": 20.0, **allowance})
        self.pools.append(Pool(self.folder / f"workers {len(self.pools)}", chosen, command))
        return self.pools[-1]

    def file(self, name: str, content: str = "Quinces ripen late in the year.") -> str:
        path = self.files / name
        path.write_text(content, "utf-8")
        return str(path)

    def begun(self, name: str) -> None:
        """Wait until a worker has begun to read it."""
        deadline = time.monotonic() + 60
        while not (self.files / f".{name}.begun").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    threads = set(threading.enumerate())
    yield made
    for pool in made.pools:
        pool.close()
    assert not children_with("worker")
    assert not [thread for thread in threading.enumerate() if thread not in threads]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files"]


def started_after(statement: str) -> tuple[str, ...]:
    """The evil worker, on a system that lacks something."""
    before = f"from qwen_finder.extraction.sandbox import network, worker; {statement}"
    return (sys.executable, "-c", f"{before}; import runpy; runpy.run_path({EVIL[1]!r}, None, '__main__')")


def gone(pids: list[int]) -> None:
    """Wait until none of these processes runs; one that nobody asks for stays as a zombie."""
    deadline = time.monotonic() + 30
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def words(document: Document) -> str:
    return "".join(segment.text for segment in document.segments)


def code(pool: Pool, path: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(FileError) as raised:
        pool.extract(path, limits)
    assert raised.value.message.endswith(".")
    assert raised.value.hint
    assert SECRET not in raised.value.message
    return raised.value.code


def whoami(pool: Pool, bench: Bench, limits: Limits = LIMITS) -> dict[str, Any]:
    told: dict[str, Any] = ast.literal_eval(words(pool.extract(bench.file("whoami.txt"), limits)))
    return told


# Reading.


def test_the_real_worker_reads_what_the_registry_reads(bench: Bench) -> None:
    pool = bench.open(tuple(worker_command()))
    for name, content in [
        ("notes.md", "# Quinces\n\nThey ripen late.\n\n## Medlars\n\nLater still."),
        ("harvest.py", "def harvest(orchard):\n    return orchard.quinces\n"),
        ("große Äpfel 苹果.txt", "Äpfel und Quitten"),
    ]:
        path = bench.file(name, content)
        assert pool.extract(path, LIMITS) == extract(path, LIMITS)
    with pytest.raises(FileError) as here:
        extract(bench.file("empty.txt", ""), LIMITS)
    with pytest.raises(FileError) as there:
        pool.extract(bench.file("empty.txt", ""), LIMITS)
    assert there.value.to_json() == here.value.to_json()
    assert there.value.skipped


def test_a_name_that_is_no_unicode_gets_to_the_worker(bench: Bench) -> None:
    path = os.fsdecode(os.fsencode(str(bench.files)) + b"/caf\xe9.txt")
    Path(path).write_text("Strong coffee.")
    assert words(bench.open().extract(path, LIMITS)) == "Strong coffee."


def test_what_a_file_contains_costs_it_no_text_of_its_own(bench: Bench) -> None:
    mail = "Subject: Quinces\n\nThey ripen late.\n"
    pool = bench.open()
    document = pool.extract(bench.file("abort inside.eml", mail), LIMITS)
    assert "ripen late" in words(document)
    assert "crashed" in document.partial
    assert code(pool, bench.file("abort.eml", mail)) == "file.crashed"


def test_text_that_is_no_unicode_comes_back(bench: Bench) -> None:
    found = words(bench.open().extract(bench.file("surrogates.txt"), LIMITS))
    assert found == "lone \udcff and \ud83d\ude00 not joined"


def test_a_long_document_comes_back_whole(bench: Bench) -> None:
    path = bench.file("long.txt", "Ein Satz über Quitten 榅桲. " * 40_000)
    assert bench.open().extract(path, LIMITS) == extract(path, LIMITS)


def test_limits_get_to_the_reader_within_the_time_there_is(bench: Bench) -> None:
    told = whoami(bench.open(seconds=10, seconds_per_mb=0), bench, Limits(1, 1, max_pages=7, ocr=True))
    assert told["limits"] == (pool_module.PLANNED * 10, 7, True)


def test_an_error_of_the_reader_is_that_of_the_file(bench: Bench) -> None:
    with pytest.raises(FileError) as raised:
        bench.open().extract(bench.file("refuse.txt"), LIMITS)
    assert (raised.value.code, raised.value.hint, raised.value.skipped) == (
        "file.encrypted",
        "Decrypt it.",
        True,
    )


@pytest.mark.parametrize("name", ["bug.txt", "panic.txt"])
def test_a_bug_is_told_with_its_place_and_without_what_was_read(
    bench: Bench, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    pool = bench.open()
    assert code(pool, bench.file(name)) == "file.reader_bug"
    assert "evil_worker.py" in caplog.text
    assert SECRET not in caplog.text
    assert pool.workers() == 1


# What may go wrong.


@pytest.mark.parametrize("name", ["abort", "segfault", "leave", "garbage"])
def test_a_crash_costs_its_own_file_only(bench: Bench, name: str) -> None:
    pool = bench.open()
    good = bench.file("good.txt")
    assert words(pool.extract(good, LIMITS))
    assert code(pool, bench.file(f"{name}.txt")) == "file.crashed"
    assert words(pool.extract(good, LIMITS))
    assert code(pool, bench.file(f"{name}.txt")) == "file.crashed"


@pytest.mark.parametrize("name", ["sleep", "spin"])
def test_a_hang_ends_at_the_deadline(bench: Bench, name: str) -> None:
    pool = bench.open(seconds=0.4, seconds_per_mb=0)
    pool.extract(bench.file("good.txt"), LIMITS)
    assert code(pool, bench.file(f"{name}.txt")) == "file.timeout"
    assert words(pool.extract(bench.file("good.txt"), LIMITS))


def test_a_program_that_a_worker_has_started_ends_with_it(bench: Bench) -> None:
    pool = bench.open(seconds=1.0, seconds_per_mb=0)
    assert code(pool, bench.file("helped.txt")) == "file.timeout"
    helper = int((bench.files / "helped.helper").read_text())
    gone([helper])


def test_the_deadline_grows_with_the_file_and_with_what_recognising_text_takes() -> None:
    allowance = Allowance(seconds=10, seconds_per_mb=2)
    assert allowance.seconds_for(0) == 10
    assert allowance.seconds_for(5_000_000) == 20


@pytest.mark.parametrize("name", ["hog", "hog natively", "hog silently", "killed"])
def test_a_file_that_needs_too_much_memory_is_told_so(bench: Bench, name: str) -> None:
    pool = bench.open(memory_bytes=100_000_000)
    assert code(pool, bench.file(f"{name}.txt")) == "file.memory"
    assert words(pool.extract(bench.file("good.txt"), LIMITS))


def test_memory_is_watched_where_the_system_sets_no_limit(bench: Bench) -> None:
    pool = bench.open(started_after("worker.limit_memory = lambda n: False"), memory_bytes=100_000_000)
    assert code(pool, bench.file("hog.txt")) == "file.memory"


def test_a_worker_spoilt_by_another_file_is_no_fault_of_the_next(bench: Bench) -> None:
    pool = bench.open(memory_bytes=100_000_000)
    for number in range(12):
        assert words(pool.extract(bench.file("leak.txt"), LIMITS)) == "survived", number


def test_what_libraries_print_gets_nowhere(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    pool = bench.open()
    with caplog.at_level(logging.DEBUG):
        assert words(pool.extract(bench.file("noise.txt"), LIMITS)) == "survived"
        assert code(pool, bench.file("noisy death.txt")) == "file.crashed"
    assert SECRET not in caplog.text
    assert "Fatal Python error: Aborted" in caplog.text
    assert "evil_worker.py" in caplog.text


# The life of workers.


def test_a_worker_reads_many_files_and_is_replaced_in_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "FILES_A_LIFE", 3)
    pool = bench.open()
    pids = [whoami(pool, bench)["pid"] for _ in range(7)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 1]


def test_a_worker_that_has_grown_is_replaced(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "MOST_GROWTH_BYTES", 20_000_000)
    pool = bench.open()
    before = whoami(pool, bench)["pid"]
    assert whoami(pool, bench)["pid"] == before
    pool.extract(bench.file("leak.txt"), LIMITS)
    assert whoami(pool, bench)["pid"] != before


def test_workers_start_when_needed_and_end_when_idle(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(pool_module, "IDLE_SECONDS", 0.2)
    pool = bench.open(workers=4)
    assert pool.workers() == 0
    before = whoami(pool, bench)["pid"]
    deadline = time.monotonic() + 30
    while pool.workers() or psutil.pid_exists(before):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert whoami(pool, bench)["pid"] != before


def test_no_more_workers_than_allowed_serve_any_number_of_callers(bench: Bench) -> None:
    pool = bench.open(workers=2)
    found: list[str] = []
    paths = [bench.file(f"{number}.txt", f"Note number {number}.") for number in range(40)]
    most = 0

    def read(mine: list[str]) -> None:
        nonlocal most
        for path in mine:
            found.append(words(pool.extract(path, LIMITS)))
            most = max(most, pool.workers())

    callers = [threading.Thread(target=read, args=(paths[start::5],)) for start in range(5)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(found) == sorted(f"Note number {number}." for number in range(40))
    assert most <= 2


def test_a_worker_that_died_at_rest_is_replaced_unseen(bench: Bench) -> None:
    pool = bench.open()
    psutil.Process(whoami(pool, bench)["pid"]).kill()
    assert words(pool.extract(bench.file("good.txt"), LIMITS))


def test_a_changed_allowance_holds_for_the_next_file(bench: Bench) -> None:
    pool = bench.open(memory_bytes=100_000_000)
    before = whoami(pool, bench)["pid"]
    pool.allow(Allowance(workers=1, memory_bytes=200_000_000, seconds=20))
    assert whoami(pool, bench)["pid"] != before


def test_a_worker_keeps_to_its_folder_and_its_place(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET_TOKEN", "not for parsers")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    told = whoami(bench.open(), bench)
    folder = told["cwd"]
    assert Path(folder).parent.parent == bench.folder
    assert told["home"] == folder
    assert told["stdin"] == b""
    assert not {"A_SECRET_TOKEN", "XDG_CACHE_HOME"} & set(told["environ"])
    assert {told["environ"][name] for name in ("TMPDIR", "TEMP", "TMP")} == {folder}
    if hasattr(os, "nice"):
        assert told["nice"] >= 10


@pytest.mark.parametrize("kernel", [True, False], ids=["kernel", "python"])
def test_a_worker_has_no_network(bench: Bench, kernel: bool) -> None:
    command = EVIL if kernel else started_after("network._filter_calls = lambda: False")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        told = words(bench.open(command).extract(bench.file("network.txt", str(port)), LIMITS))
    assert told == "refused"


# When no worker can be had.


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ((sys.executable, "-c", "import no_such_library"), "no_such_library"),
        (("/no/such/program",), "No such file"),
        ((sys.executable, "-c", "pass"), ""),
    ],
    ids=["breaks", "is missing", "ends"],
)
def test_workers_that_cannot_start_are_no_fault_of_the_files(
    bench: Bench, command: tuple[str, ...], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "START_PAUSES", (0.0, 0.01))
    pool = bench.open(command)
    with pytest.raises(UnusableError) as raised:
        pool.extract(bench.file("good.txt"), LIMITS)
    assert raised.value.code == "sandbox.unusable"
    assert reason in raised.value.message
    assert raised.value.hint
    # For a while nothing is even tried.
    monkeypatch.setattr(pool, "_command", EVIL)
    with pytest.raises(UnusableError):
        pool.extract(bench.file("good.txt"), LIMITS)
    monkeypatch.setattr(pool_module, "REFUSE_SECONDS", 0.0)
    monkeypatch.setattr(pool, "_refusal", None)
    assert words(pool.extract(bench.file("good.txt"), LIMITS))


# The end.


def waiting(read: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    """A thread that reads, and what that raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            read()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


@pytest.mark.parametrize("how", ["halted", "closed"])
def test_a_stop_interrupts_who_waits_for_a_file_and_who_waits_for_a_worker(bench: Bench, how: str) -> None:
    pool = bench.open(seconds=600)
    stop = threading.Event()
    reading = waiting(lambda: pool.extract(bench.file("sleep.txt"), LIMITS, stop.is_set))
    bench.begun("sleep.txt")
    queueing = waiting(lambda: pool.extract(bench.file("good.txt"), LIMITS, stop.is_set))
    if how == "halted":
        stop.set()
    else:
        pool.close()
    for thread, raised in (reading, queueing):
        thread.join(10)
        assert [type(error) for error in raised] == [Interrupted]
    assert not children_with("worker")
    if how == "halted":
        assert words(pool.extract(bench.file("good.txt"), LIMITS))
    else:
        with pytest.raises(Interrupted):
            pool.extract(bench.file("good.txt"), LIMITS)


def test_no_worker_survives_a_killed_service(bench: Bench) -> None:
    files = [bench.file("spin.txt"), bench.file("sleep.txt")]
    owner = subprocess.Popen(
        [sys.executable, str(HERE / "pool_owner.py"), str(bench.files / "pool"), EVIL[1], *files],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
    )
    assert owner.stdout is not None
    pids = [int(pid) for pid in owner.stdout.readline().split()]
    assert len(pids) == 2
    owner.kill()
    owner.wait()
    owner.stdout.close()
    gone(pids)


# How they are started.


def test_a_frozen_program_is_its_own_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command() == (sys.executable, ROLE)


def test_the_environment_of_a_worker_is_what_it_needs() -> None:
    environ = worker_environment({"PATH": "/bin", "PYTHONPATH": "/more", "AWS_SECRET": "x"}, "/tmp/here")
    assert environ["PATH"] == "/bin"
    assert environ["PYTHONPATH"].split(os.pathsep)[1:] == ["/more"]
    assert environ["OMP_NUM_THREADS"] == "1"
    assert "AWS_SECRET" not in environ
