"""The program as scripts and terminals meet it, beside a stand-in service."""

import json
import os
import pty
import re
import signal
import subprocess
import sys

import pytest

from qwen_finder import __version__
from qwen_finder.api.launcher import Launcher
from qwen_finder.settings.paths import find_paths

STAND_IN = (sys.executable, os.path.join(os.path.dirname(__file__), "..", "server", "stand_in_service.py"))
ODD_NAME = b"/home/odd\n\xff\x1b[31m.txt"
HEAVY = (
    "numpy",
    "lancedb",
    "llama_cpp",
    "torch",
    "PySide6",
    "starlette",
    "uvicorn",
    "pyarrow",
    "psutil",
    "ssl",
)


def on_a_terminal(program, *args, **environ):
    """What ``args`` write to a terminal, stdout and stderr together."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "qwen_finder", *args],
        stdin=subprocess.DEVNULL,
        stdout=child,
        stderr=child,
        env={"TERM": "xterm-256color", **program.environ, **environ},
    )
    os.close(child)
    written = b""
    while True:
        try:
            part = os.read(parent, 4096)
        except OSError:
            break
        if not part:
            break
        written += part
    process.wait()
    os.close(parent)
    return written


@pytest.mark.parametrize(
    "statement", ["import qwen_finder.cli.main", "main(['query', '--help'])", "main(['query', 'cats'])"]
)
def test_nothing_heavy_is_loaded(stand_in, statement):
    code = (
        "import sys; from qwen_finder.cli.main import main as run\n"
        "def main(argv): return run(argv, run_service=None, run_window=None)\n"
        f"{statement}\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=stand_in.environ, capture_output=True, check=True)
    assert done.stderr == b"[]\n"


def test_help_and_version(stand_in):
    assert stand_in("version").stdout.decode() == f"qwen-finder {__version__}\n"
    assert stand_in("--version").returncode == 0
    shown = stand_in("--help").stdout.decode()
    for command in re.findall(r"^  (\w+)", shown, re.M):
        assert stand_in(command, "--help").returncode == 0, command


@pytest.mark.parametrize("absent", ["mcp"])
def test_what_does_not_exist_yet_is_no_command(stand_in, absent):
    assert stand_in(absent).returncode == 2


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "usage"),
        (["qeury", "x"], "Did you mean 'query'?"),
        (["query"], "The query is empty."),
        (["query", " ", ""], "The query is empty."),
        (["query", "x", "--re-rang"], "Unrecognized arguments: --re-rang"),
        (["query", "x", "-n", "0"], "1 to 1000"),
        (["query", "x", "-n", "many"], "1 to 1000"),
        (["query", "x", "--mode", "magic"], "invalid choice"),
        (["query", "x", "--json", "--paths"], "not allowed with"),
        (["folders"], "required"),
        (["folders", "add"], "required"),
        (["folders", "add", "/nowhere"], "There is no folder /nowhere."),
        (["folders", "remove", "/nowhere"], "/nowhere is not indexed."),
        (["index", "--wait", "--dry-run"], "not allowed with"),
        (["config", "get", "search.limits"], "Did you mean 'search.limit'?"),
        (["config", "set", "search.limit", "lots"], "a whole number"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_sentence(stand_in, args, said):
    done = stand_in(*args)
    assert done.returncode == 2
    assert said in (done.stderr + done.stdout).decode()
    assert b"Traceback" not in done.stderr


def test_a_query_as_json(stand_in):
    done = stand_in("query", "two", "words", "--json", "-n", "2")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["query"] == "two words"
    assert os.fsencode(answer["hits"][0]["path"]) == ODD_NAME
    assert b'odd\\n\\udcff\\u001b[31m.txt"' in done.stdout
    lines = stand_in("query", "cats", "--jsonl", "-n", "3").stdout.splitlines()
    assert [json.loads(line)["strength"] for line in lines] == ["good"] * 3


def test_names_survive_the_way_to_xargs(stand_in):
    done = stand_in("query", "cats", "-0", "-n", "2")
    assert done.stdout == (ODD_NAME + b"\0") * 2
    assert stand_in("query", "cats", "--paths", "-n", "1").stdout == ODD_NAME + b"\n"


def test_the_limit_comes_from_the_settings_unless_given(stand_in):
    assert len(json.loads(stand_in("query", "cats", "--json").stdout)["hits"]) == 20
    assert stand_in("config", "set", "search.limit", "3").returncode == 0
    assert stand_in("config", "get", "search.limit").stdout == b"3\n"
    assert len(json.loads(stand_in("query", "cats", "--json").stdout)["hits"]) == 3
    assert stand_in("config", "set", "search.limit", "20").returncode == 0


@pytest.mark.parametrize(
    ("args", "query"),
    [
        (["cats", "-dogs"], "cats -dogs"),
        (["-dogs", "-n5", "cats"], "-dogs cats"),
        (["--", "--json", "-x"], "--json -x"),
        (["a", "--mode", "name", "b"], "a b"),
        (['"exact phrase"', "ext:pdf"], '"exact phrase" ext:pdf'),
        ([b"caf\xe9".decode("utf-8", "surrogateescape")], "caf?"),
    ],
)
def test_words_reach_the_service_as_typed(stand_in, args, query):
    done = stand_in("query", "--json", *args)
    assert json.loads(done.stdout)["query"] == query


def test_nothing_found_is_exit_code_1(stand_in):
    done = stand_in("query", "nothing")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().splitlines() == ["Nothing is indexed yet.", "Nothing found."]


def test_a_pipe_gets_plain_text(stand_in):
    done = stand_in("query", "cats", "-n", "1")
    assert b"\x1b" not in done.stdout
    assert "odd␊\\xff␛[31m.txt" in done.stdout.decode()
    assert "a *猫* sat" in done.stdout.decode()


def test_a_terminal_gets_colours_and_links(stand_in):
    shown = on_a_terminal(stand_in, "query", "cats", "-n", "1").decode()
    assert "\x1b]8;;file:///odd\x1b\\" in shown
    assert "a \x1b[1m\x1b[33m猫\x1b[0m sat" in shown
    assert "odd␊\\xff␛[31m.txt" in shown


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_may_refuse_colours(stand_in, environ):
    assert b"\x1b" not in on_a_terminal(stand_in, "query", "cats", "-n", "1", **environ)


def test_failures_are_grouped_on_a_terminal_only(stand_in):
    assert stand_in("failures").stdout.decode() == (
        "/home/odd␊\\xff␛[31m.txt\tfailed\tpdf.password\tIt needs a password.\n"
    )
    shown = on_a_terminal(stand_in, "failures", NO_COLOR="1").decode().replace("\r\n", "\n")
    assert shown.startswith("pdf.password: 1 file, failed\n  Unlock it.\n    /home/odd␊")
    (failure,) = json.loads(stand_in("failures", "--json").stdout)["failures"]
    assert os.fsencode(failure["path"]) == ODD_NAME


def test_status_for_people_and_programs(stand_in):
    shown = stand_in("status").stdout.decode()
    assert "Starter: missing" in shown
    assert "note     The model is missing." in shown
    status = json.loads(stand_in("status", "--json").stdout)
    assert set(status) >= {"service", "pace", "folders", "files", "progress", "models", "index"}


def test_pausing_and_resuming(stand_in):
    paused = stand_in("pause", "--for", "1.5h")
    assert (paused.returncode, paused.stderr.decode()) == (0, "Indexing is paused for 5400.0.\n")
    assert json.loads(stand_in("status", "--json").stdout)["pace"] == "paused"
    resumed = stand_in("resume")
    assert (resumed.returncode, b"pace full" in resumed.stderr) == (0, True)
    assert "pace     full:" in stand_in("status").stdout.decode()


@pytest.mark.parametrize("time", ["", "0m", "an hour", "1w", "-1h", "nan", "1h30m"])
def test_a_time_that_is_none_is_refused(stand_in, time):
    done = stand_in("pause", f"--for={time}")
    assert done.returncode == 2
    assert b"30m, 1h or 2d" in done.stderr


def test_watching_ends_with_an_interrupt(stand_in):
    with subprocess.Popen(
        [sys.executable, "-m", "qwen_finder", "status", "--json", "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=stand_in.environ,
        # Where the tests run in the background (nohup) interrupts are ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (4, b"Interrupted.\n")


def test_watching_ends_when_the_service_is_stopped(new_program, tmp_path, monkeypatch):
    """And does not start it again every second."""
    program = new_program(tmp_path)
    monkeypatch.setenv("QWEN_FINDER_HOME", str(tmp_path))
    launcher = Launcher(find_paths(), command=STAND_IN)
    launcher.connect()
    with subprocess.Popen(
        [sys.executable, "-m", "qwen_finder", "status", "--json", "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.environ,
    ) as process:
        json.loads(process.stdout.readline())
        launcher.stop()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert said.startswith(b"error: The service was stopped.")
    assert launcher.running() is None


def test_a_reader_that_has_enough_ends_it_quietly(stand_in):
    process = subprocess.Popen(
        [sys.executable, "-m", "qwen_finder", "status", "--json", "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=stand_in.environ,
    )
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(20) == 0
    process.stderr.close()


def test_output_that_cannot_be_written_is_told(stand_in):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "qwen_finder", "query", "cats", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=stand_in.environ,
            check=False,
        )
    assert done.returncode == 3
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_folder_is_made_absolute_here(stand_in, tmp_path):
    (tmp_path / "papers").mkdir()
    done = stand_in("folders", "add", "papers", "--json", cwd=tmp_path, environ={"PYTHONPATH": os.getcwd()})
    assert json.loads(done.stdout)["folders"][0]["path"] == str(tmp_path / "papers")
    assert str(tmp_path / "papers") in stand_in("folders", "list").stdout.decode()
    assert stand_in("index", str(tmp_path / "papers"), "--wait").returncode == 0
    assert b"1 file to index" in stand_in("index", "--dry-run").stdout
    assert stand_in("folders", "remove", str(tmp_path / "papers")).returncode == 0


def test_one_bad_folder_does_not_keep_the_others_out(stand_in, tmp_path):
    done = stand_in("folders", "add", "/nowhere", str(tmp_path))
    assert done.returncode == 2
    assert f"{tmp_path} is being indexed" in done.stderr.decode()
    assert stand_in("folders", "remove", str(tmp_path)).returncode == 0


def test_the_doctor_names_every_check_and_its_cure(stand_in):
    done = stand_in("doctor", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["ok"]) == (1, False)
    states = {check["name"]: check["state"] for check in report["checks"]}
    assert states["service"] == states["own folders"] == states["settings"] == "ok"
    assert states["text model"] == "failed"
    assert all(check["cure"] for check in report["checks"] if check["state"] == "failed")
    assert "Install it." in stand_in("doctor").stdout.decode()


def test_the_doctor_repairs_when_asked(stand_in):
    assert "Freed 12.0 MB" in stand_in("doctor", "--repair").stdout.decode()
    assert json.loads(stand_in("doctor", "--repair", "--json").stdout)["repaired"] == [
        "Freed 12.0 MB of the index."
    ]
    assert "repaired" not in json.loads(stand_in("doctor", "--json").stdout)


def test_models_are_listed(stand_in):
    assert "chosen, but not installed" in stand_in("models", "list").stdout.decode()
    assert json.loads(stand_in("models", "list", "--json").stdout)["models"][0]["id"] == "starter"


def test_a_model_is_fetched_paused_checked_and_removed(stand_in):
    begun = stand_in("models", "download", "Qwen3-Embedding-4B", "--background")
    assert (begun.returncode, begun.stdout) == (0, b"")
    assert b"is being fetched: 1 bytes of 9 bytes are here" in begun.stderr
    asked = json.loads(stand_in("models", "download", "a", "--background", "--json").stdout)
    assert (asked["id"], asked["state"], asked["eta_s"]) == ("a", "running", 3.2)
    paused = stand_in("models", "download", "a", "--pause").stderr
    assert b"paused: 1 bytes of 9 bytes are here" in paused
    assert b"thrown away" in stand_in("models", "download", "a", "--discard").stderr
    unknown = stand_in("models", "download", "starter")
    assert (unknown.returncode, b"There is no model" in unknown.stderr) == (2, True)
    assert stand_in("models", "download", "a", "--pause", "--discard").returncode == 2

    assert stand_in("models", "verify", "a").stdout == b"ok  a: a was looked at.\n"
    damaged = stand_in("models", "verify", "damaged")
    assert (damaged.returncode, damaged.stdout[:7]) == (1, b"DAMAGED")
    assert json.loads(stand_in("models", "verify", "--json").stdout) == {"models": []}
    assert b"4 bytes are free again" in stand_in("models", "remove", "1234").stderr
    assert json.loads(stand_in("models", "remove", "1", "--json").stdout) == {"id": "1", "bytes": 1}


def test_service_status(stand_in, tmp_path):
    assert stand_in("service", "status").returncode == 0
    elsewhere = {"QWEN_FINDER_HOME": str(tmp_path)}
    assert stand_in("service", "status", environ=elsewhere).returncode == 1
    assert stand_in("service", "stop", environ=elsewhere).returncode == 0
    assert stand_in("query", "cats", "--no-start", environ=elsewhere).returncode == 3


def test_settings_work_without_a_service(stand_in, tmp_path):
    elsewhere = {"QWEN_FINDER_HOME": str(tmp_path)}

    def config(*args):
        return stand_in("config", *args, environ=elsewhere)

    file = tmp_path / "config" / "settings.toml"
    assert config("path").stdout.decode() == f"{file}\n"
    assert config("set", "index.skip", "*.bak, tmp").returncode == 0
    assert config("get", "index.skip").stdout == b"*.bak,tmp\n"
    assert "index.skip = *.bak,tmp (default )" in config("list").stdout.decode()
    file.write_text("[index]\nhiden = true\n")
    done = config("set", "search.limit", "5")
    assert done.returncode == 2
    assert "index.hiden" in done.stderr.decode()
    assert not (tmp_path / "run" / "endpoint.json").exists()
