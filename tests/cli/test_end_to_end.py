"""The whole program, with its real service, engine and whatever model is installed."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from qwen_finder.api.endpoint import is_alive

PAPERS = {
    "invoice_2024.txt": "Invoice number 4711 for the garden shed, due on the first of June.\n",
    "notes.md": "# Trip to Lisbon\n\nThe tram 28 leaves from Martim Moniz every eleven minutes.\n",
    "tax.py": "def compute_income_tax(salary):\n    return salary * 0.3\n",
    "猫の日記.txt": "猫が好きです。今日は公園で三匹の猫を見ました。\n",
    "empty.txt": "",
}


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    for name, content in PAPERS.items():
        (folder / name).write_text(content, encoding="utf-8")
    with open(os.fsencode(folder) + b"/odd\nname\xff.txt", "w") as stream:
        stream.write("Quokkas live on Rottnest Island.\n")
    return folder


@pytest.fixture(scope="module")
def program(new_program, tmp_path_factory, papers):
    """The program with ``papers`` indexed."""
    program = new_program(tmp_path_factory.mktemp("home"))
    added = program("folders", "add", str(papers))
    assert added.returncode == 0, added.stderr
    waited = program("index", "--wait")
    assert waited.returncode == 0, waited.stderr
    return program


def names(program, *args):
    done = program("query", "-0", *args)
    assert done.returncode in (0, 1), done.stderr
    return [os.path.basename(path) for path in done.stdout.split(b"\0") if path]


def test_everything_is_indexed(program):
    status = json.loads(program("status", "--json").stdout)
    assert status["progress"] is None
    assert status["files"]["pending"] == 0
    assert status["files"]["indexed"] >= 5
    assert status["service"]["memory_bytes"] > 0


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("garden shed invoice", b"invoice_2024.txt"),
        ('"tram 28 leaves"', b"notes.md"),
        ("compute_income_tax", b"tax.py"),
        ("猫", "猫の日記.txt".encode()),
        ("quokkas", b"odd\nname\xff.txt"),
        ("invoice_2024.txt", b"invoice_2024.txt"),
    ],
)
def test_files_are_found(program, query, name):
    assert names(program, query)[0] == name


def test_meaning_finds_what_words_do_not(program):
    assert names(program, "public transport in Portugal", "--mode", "semantic")[0] == b"notes.md"


def test_found_paths_go_through_xargs(program):
    found = subprocess.run(
        [sys.executable, "-m", "qwen_finder", "query", "quokkas", "-0", "-n", "1"],
        env=program.environ,
        stdout=subprocess.PIPE,
        check=True,
    )
    shown = subprocess.run(["xargs", "-0", "cat"], input=found.stdout, stdout=subprocess.PIPE, check=True)
    assert shown.stdout == b"Quokkas live on Rottnest Island.\n"


@pytest.mark.parametrize(
    "query",
    [
        "word " * 10_000,
        "a\x01\x02\x1b[31m\x7f b",
        'an "unbalanced phrase',
        '"',
        "'; DROP TABLE files; --",
        "garden AND (shed OR NOT*) NEAR/2 ^x:y {z}",
        "%_\\* LIKE 1=1",
        "type:nonsense ext: in: size:>x after:never lang:",
        "- -- ---",
        "\u202eabc\u200b\ufeff",
        "𝕳𝖊𝖑𝖑𝖔 👩‍👩‍👧‍👦",
        "\udcff\udcfe",
    ],
    ids=lambda query: ascii(query[:20]),
)
def test_no_query_does_harm(program, query):
    done = program("query", "--json", "--", query)
    assert done.returncode in (0, 1), done.stderr
    json.loads(done.stdout)


@pytest.mark.parametrize(("option", "value"), [("--after", "not-a-date"), ("--before", "2024-13-45")])
def test_a_date_that_is_none_is_wrong_usage(program, option, value):
    done = program("query", "garden", option, value)
    assert done.returncode == 2
    assert value in done.stderr.decode()


def test_who_wants_hits_reranked_without_a_reranker_is_told_the_cure(program):
    done = program("query", "garden", "--rerank")
    assert done.returncode == 3
    assert b"models download Qwen3-Reranker" in done.stderr
    assert program("query", "garden", "--no-rerank").returncode == 0


def test_filters_work(program, papers):
    assert names(program, "garden", "--ext", "py", "--min-strength", "weak") in ([], [b"tax.py"])
    assert names(program, "tax", "--type", "code")[0] == b"tax.py"
    assert names(program, "garden", "--in", str(papers))[0] == b"invoice_2024.txt"
    assert names(program, "garden", "--before", "2001") == []


def test_folders_that_cannot_be_indexed(program, papers, tmp_path):
    (tmp_path / "file").write_text("x")
    (papers / "below").mkdir(exist_ok=True)
    for folder in (tmp_path / "missing", tmp_path / "file", papers / "below", papers):
        done = program("folders", "add", str(folder))
        assert done.returncode == 2, folder
        assert str(folder) in done.stderr.decode()
    assert program("folders", "remove", str(tmp_path)).returncode == 2
    assert len(json.loads(program("folders", "list", "--json").stdout)["folders"]) == 1


def test_an_estimate_changes_nothing(program, papers):
    done = program("index", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "to index" in done.stdout.decode()


def test_a_killed_service_is_restarted_by_the_next_query(program):
    service = json.loads(program("status", "--json").stdout)["service"]
    os.kill(service["pid"], signal.SIGKILL)
    # Its endpoint file is stale now: nobody listens there.
    assert names(program, "garden shed")[0] == b"invoice_2024.txt"
    assert json.loads(program("status", "--json").stdout)["service"]["pid"] != service["pid"]


def test_two_that_start_at_once_share_one_service(program):
    assert program("service", "stop").returncode == 0
    done = program("query", "garden", "--no-start")
    assert done.returncode == 3
    assert "not running" in done.stderr.decode()
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "qwen_finder", "query", "garden", "--json"],
            env=program.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for process in both:
        answer, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        assert json.loads(answer)["hits"]
    assert program("service", "status").returncode == 0


def test_a_stopped_service_is_gone(program):
    service = json.loads(program("status", "--json").stdout)["service"]
    assert program("service", "stop").returncode == 0
    assert program("service", "status").returncode == 1
    for _ in range(1000):
        if not is_alive(service["pid"]):
            break
        time.sleep(0.01)
    assert not is_alive(service["pid"])


def test_the_doctor_finds_nothing_wrong(program):
    done = program("doctor", "--json")
    failed = [check for check in json.loads(done.stdout)["checks"] if check["state"] == "failed"]
    assert (done.returncode, failed) == (0, [])


def test_without_a_model_names_are_found_and_the_cure_is_told(new_program, papers, tmp_path):
    program = new_program(tmp_path / "home")
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('[models]\ntext = "starter-en"\n')
    without = {"QWEN_FINDER_MODELS": str(tmp_path / "no-models")}
    assert program("folders", "add", str(papers), environ=without).returncode == 0
    assert program("index", "--wait", environ=without).returncode == 3
    done = program("query", "invoice_2024", "--paths", environ=without)
    assert (done.returncode, done.stdout) == (0, os.fsencode(papers / "invoice_2024.txt") + b"\n")
    status = json.loads(program("status", "--json", environ=without).stdout)
    assert status["models"]["text"]["state"] == "missing"
    assert program("query", "garden", "--mode", "semantic", environ=without).returncode == 3
    assert program("doctor", environ=without).returncode == 1


def test_a_mistake_in_the_settings_names_the_key(new_program, tmp_path):
    program = new_program(tmp_path / "home")
    config = tmp_path / "home" / "config"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text("[search]\nlimt = 5\n")
    done = program("query", "cats")
    assert done.returncode == 2
    assert "search.limt" in done.stderr.decode()
    assert "search.limit" in done.stderr.decode()
    assert program("doctor").returncode == 1
