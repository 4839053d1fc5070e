"""``doctor``: every check with its cure, from this process's own footing to the engine's inside."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from qwen_finder import __version__
from qwen_finder.api.launcher import create_folders
from qwen_finder.api.wire.status import check_to_json
from qwen_finder.cli.arguments import Parser, add_json, add_no_start
from qwen_finder.cli.console import BOLD, GREEN, RED, YELLOW, Console
from qwen_finder.cli.context import Context
from qwen_finder.cli.text import visible
from qwen_finder.core.errors import FinderError
from qwen_finder.core.status import Check, CheckState
from qwen_finder.settings.paths import Paths
from qwen_finder.settings.store import load

_PACKAGES = ("lancedb", "llama-cpp-python", "numpy", "pyarrow", "starlette", "uvicorn", "psutil", "tomlkit")
_REINSTALL = "Install the program again: `pip install --force-reinstall qwen-finder`."
_MARKS = {
    CheckState.OK: ("ok", GREEN),
    CheckState.WARNING: ("warning", YELLOW),
    CheckState.FAILED: ("failed", RED),
}


def run(argv: Sequence[str], context: Context) -> int:
    parser = Parser("qwen-finder doctor", "Check everything; exit code 1 if one check fails.")
    parser.add_argument(
        "--repair", action="store_true", help="put right what can be, then check: orphans, damage, dead bytes"
    )
    add_json(parser)
    add_no_start(parser)
    args = parser.parse_args(argv)
    done = _repair(context, start=not args.no_start) if args.repair else []
    if not args.json:
        for sentence in done:
            context.console.line(f"{context.console.paint('done    ', GREEN)}{visible(sentence)}")
    checks = []
    for check in _checks(context, start=not args.no_start):
        checks.append(check)
        if not args.json:
            _show(check, context.console)
    ok = all(check.state is not CheckState.FAILED for check in checks)
    if args.json:
        shown = [check_to_json(check) for check in checks]
        context.console.json({"ok": ok, "checks": shown} | ({"repaired": done} if args.repair else {}))
    return 0 if ok else 1


def _repair(context: Context, *, start: bool) -> list[str]:
    """What was done; a service that cannot be asked is told by the checks that follow."""
    done = []
    if sys.platform != "win32":
        for folder in _own(context.paths):
            if folder.is_dir() and _is_open_to_others(folder):
                folder.chmod(0o700)
                done.append(f"Closed {folder} to others.")
    try:
        done += context.client(start=start).repair()
    except FinderError:
        return done
    return done or ["Nothing needed repair."]


def _own(paths: Paths) -> tuple[Path, ...]:
    return (paths.config, paths.data, paths.state, paths.runtime)


def _show(check: Check, console: Console) -> None:
    word, colour = _MARKS[check.state]
    console.line(
        f"{console.paint(f'{word:<8}', colour)}{console.paint(check.name, BOLD)}: {visible(check.detail)}"
    )
    if check.cure and check.state is not CheckState.OK:
        console.line(f"        {visible(check.cure)}")
    console.flush()


def _checks(context: Context, *, start: bool) -> Iterator[Check]:
    yield Check("python", CheckState.OK, f"qwen-finder {__version__}, Python {platform.python_version()}")
    yield _packages()
    folders = _folders(context.paths)
    yield folders
    yield _settings(context.paths)
    if folders.state is CheckState.FAILED:
        # Nothing can run without them.
        return
    yield _log(context.paths)
    client = context.client(start=start)
    try:
        process = client.status().process
        yield Check("service", CheckState.OK, f"version {process.version}, process {process.pid}")
        yield from client.checks()
    except FinderError as error:
        yield Check("service", CheckState.FAILED, error.message, error.hint)


def _packages() -> Check:
    # Looks for the installed versions only: importing the packages would take seconds.
    from importlib.metadata import PackageNotFoundError, version

    found, missing = [], []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        return Check("packages", CheckState.FAILED, f"Not installed: {', '.join(missing)}.", _REINSTALL)
    return Check("packages", CheckState.OK, ", ".join(found))


def _folders(paths: Paths) -> Check:
    try:
        create_folders(paths)
    except FinderError as error:
        return Check("own folders", CheckState.FAILED, error.message, error.hint)
    shared = [str(folder) for folder in _own(paths) if _is_open_to_others(folder)]
    if shared:
        cure = f"chmod 700 {' '.join(shared)}"
        return Check("own folders", CheckState.WARNING, f"Others may look into {', '.join(shared)}.", cure)
    return Check("own folders", CheckState.OK, f"writable and yours alone: {paths.state} and others")


def _is_open_to_others(folder: Path) -> bool:
    # Windows has no such bits; there a user's profile is closed to others by its access list.
    return sys.platform != "win32" and bool(folder.stat().st_mode & 0o077)


def _settings(paths: Paths) -> Check:
    try:
        load(paths.settings_file)
    except FinderError as error:
        return Check("settings", CheckState.FAILED, error.message, error.hint)
    known = (
        paths.settings_file
        if paths.settings_file.exists()
        else f"defaults ({paths.settings_file} is not there)"
    )
    return Check("settings", CheckState.OK, str(known))


def _log(paths: Paths) -> Check:
    if not paths.log_file.exists():
        return Check("log", CheckState.OK, f"{paths.log_file} (the service has not run yet)")
    lines = paths.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line for line in lines if " ERROR " in line]
    detail = f"{paths.log_file}, {len(lines):,} lines"
    if errors:
        return Check(
            "log", CheckState.WARNING, f"{detail}; its last error: {errors[-1]}", "Look into the log."
        )
    return Check("log", CheckState.OK, detail)
