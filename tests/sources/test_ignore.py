"""Ignore files mean here what they mean to git, which is asked itself where it is installed."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.base import GitIgnorePatternError

from qwen_finder.core.junk import JUNK
from qwen_finder.core.secrets import SECRETS
from qwen_finder.sources.ignore import IgnoreRules
from qwen_finder.sources.patterns import PatternSet
from qwen_finder.sources.scan import Scan


def found(root: Path, **rules: object) -> set[str]:
    scan = Scan(str(root), IgnoreRules(str(root), **rules))  # type: ignore[arg-type]
    return {os.path.relpath(record.path, root) for record in scan}


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def test_nested_ignore_files_with_negation(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".gitignore": "*.log\nbuild/\n!important.log\n/only-here.txt\ndocs/**/draft-*\n",
            "a.log": "", "important.log": "", "only-here.txt": "", "sub/only-here.txt": "",
            "build/x.txt": "", "sub/build/important.log": "",
            "sub/.gitignore": "!b.log\nimportant.log\n", "sub/b.log": "",
            "sub/c.log": "", "sub/important.log": "",
            "docs/a/b/draft-1.md": "", "docs/draft-2.md": "", "docs/a/final.md": "",
        },
    )  # fmt: skip
    assert found(tmp_path) == {"important.log", "sub/only-here.txt", "sub/b.log", "docs/a/final.md"}


def test_a_file_below_an_excluded_directory_cannot_be_brought_back(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "out/\n!out/keep.txt\n", "out/keep.txt": "", "kept.txt": ""})
    assert found(tmp_path) == {"kept.txt"}


def test_own_ignore_file_counts_without_gitignore_and_wins_over_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".gitignore": "a.txt\nb.txt\n",
            ".qwenfinderignore": "!b.txt\nc.txt\n",
            "a.txt": "",
            "b.txt": "",
            "c.txt": "",
        },
    )
    assert found(tmp_path) == {"b.txt"}
    assert found(tmp_path, use_gitignore=False) == {"a.txt", "b.txt"}


def test_hidden_entries_are_left_out_unless_wanted(tmp_path: Path) -> None:
    write(tmp_path, {".hidden.txt": "", ".config/x.txt": "", "seen.txt": ""})
    assert found(tmp_path) == {"seen.txt"}
    assert found(tmp_path, hidden=True) == {".hidden.txt", ".config/x.txt", "seen.txt"}


@pytest.mark.parametrize(
    "secret",
    [".ssh/id_rsa", ".gnupg/secring.gpg", "server.pem", "deploy.key", "id_rsa", "id_ed25519.old", ".env",
     ".env.local", "passwords.kdbx", "wallet.dat", ".mozilla/firefox/x.default/logins.json"],
)  # fmt: skip
def test_secrets_are_left_out_even_with_hidden_files(tmp_path: Path, secret: str) -> None:
    write(tmp_path, {secret: "x", "note.txt": "x", ".qwenfinderignore": "!*\n!.*\n"})
    assert found(tmp_path, hidden=True) == {"note.txt", ".qwenfinderignore"}


@pytest.mark.parametrize(
    "profile",
    ["AppData/Roaming/Mozilla/Firefox/Profiles/x/logins.json",
     "AppData/Local/Google/Chrome/User Data/History",
     "Library/Application Support/Google/Chrome/Default/Cookies", "AppData/Roaming/Ethereum/keystore/key"],
)  # fmt: skip
def test_browser_profiles_are_left_out_wherever_they_lie(tmp_path: Path, profile: str) -> None:
    write(tmp_path, {profile: "x", "note.txt": "x"})
    assert found(tmp_path) == {"note.txt"}


def test_junk_is_left_out(tmp_path: Path) -> None:
    junk = ["node_modules/a/index.js", "__pycache__/a.pyc", "a~", "b.tmp", "c.swp", "~$report.docx", "x.part",
            ".~lock.report.odt#", "film.crdownload", "vm/disk.vmdk", "c/Windows/System32/a.txt",
            "u/AppData/Local/Temp/a.txt"]  # fmt: skip
    write(tmp_path, dict.fromkeys([*junk, "src/index.js"], "x"))
    assert found(tmp_path) == {"src/index.js"}


def test_default_patterns_are_all_valid() -> None:
    patterns = (*JUNK, *SECRETS)
    assert len(set(patterns)) == len(patterns)
    for pattern in patterns:
        assert PatternSet([pattern]), pattern


def test_lines_that_git_would_not_accept_are_ignored(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "!\n# comment\n\n   \nfoo\\\n[z-\n\0\n*.log\n", "a.log": "", "b.txt": ""})
    assert found(tmp_path) == {"b.txt"}


def test_an_ignore_file_in_another_encoding_with_a_byte_order_mark_still_counts(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbf*.log\r\ncaf\xe9.txt\n")
    for name in (b"a.log", b"caf\xe9.txt", b"kept.txt"):
        (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    assert found(tmp_path) == {"kept.txt"}


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_git_on_random_trees(tmp_path: Path, seed: int) -> None:
    git = shutil.which("git")
    assert git, "git is needed to develop this program"
    chance = random.Random(seed)
    names = ["a", "b", "foo", "bar.txt", "x.log", "y.log", "build", "a b", "#h", "[z]", "doc", "é.md"]
    patterns = [
        "*.log", "!x.log", "foo", "foo/", "/foo", "!foo", "a/b", "a/", "/a/*", "!/a/b", "**/build",
        "build/**", "!build/x.log", "a/**/b", "!b/", "*", "!*/", "!*.txt", "b?r*", "[a-c]", "\\#h", "\\[z\\]",
        "a b", "doc/*.txt", "/*/foo", "!doc/", "*.t[x]t", "**/", "foo/**/", "**/a/x.log", "é.md", "x.*",
        "!build/**", " a", "a\\ b ", "*/", "[!a]", "/**", "a*b", "!a b",
    ]  # fmt: skip
    directories = [tmp_path]
    for _ in range(25):
        directory = chance.choice(directories) / chance.choice(names)
        if not directory.exists():
            directory.mkdir()
            directories.append(directory)
    for directory in directories:
        for name in chance.sample(names, 4):
            if not (directory / name).exists():
                (directory / name).write_text("x")
    for directory in chance.sample(directories, min(5, len(directories))):
        lines = chance.sample(patterns, chance.randint(1, 6))
        (directory / ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run([git, "init", "-q", str(tmp_path)], check=True, env=environment)
    listed = subprocess.run(
        [git, "-C", str(tmp_path), "ls-files", "-z", "--others", "--exclude-standard"],
        check=True, env=environment, capture_output=True,
    ).stdout  # fmt: skip
    expected = {os.fsdecode(name) for name in listed.split(b"\0") if name}
    ours = found(tmp_path, hidden=True, patterns=(".git/",))
    assert ours == expected


@given(
    pattern=st.text(alphabet="ab.*?[]!/\\~ -", min_size=1, max_size=8),
    path=st.text(alphabet="ab.~-/]", min_size=1, max_size=8).filter(
        lambda path: "//" not in path and path.strip("/") == path and path[0] != "."
    ),
)
def test_any_pattern_means_what_it_means_to_git(pattern: str, path: str) -> None:
    """Shortcuts decide which patterns are tried, and never what they say."""
    assume("/." not in path)
    try:
        spec = GitIgnoreSpec.from_lines([pattern])
    except GitIgnorePatternError:
        return
    found = PatternSet([pattern]).decide(f"/root/{path}", len("/root/"), path.rpartition("/")[2], False)
    above = [path[: at.start()] for at in re.finditer("/", path)]
    # The scan does not enter what is left out, so only paths whose parents are kept are asked for.
    assume(not any(spec.match_file(parent + "/") for parent in above))
    assert bool(found) == spec.match_file(path)
