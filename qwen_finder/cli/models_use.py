"""``models use``: change to another model, wait for it, call it off, go back."""

from __future__ import annotations

import argparse
import os
import sys
import time

from qwen_finder.api.client import Client
from qwen_finder.cli.arguments import absolute
from qwen_finder.cli.console import ProgressLine
from qwen_finder.cli.context import Context
from qwen_finder.cli.text import shorten, visible
from qwen_finder.cli.units import count, duration, size
from qwen_finder.core.errors import UsageError
from qwen_finder.core.switching import BUILDING, FAILED, SwitchCost, SwitchStatus

_BAR = 24
_FIRST_LOOK_S, _LONGEST_PAUSE_S = 0.1, 1.0
_REMOTE = "openai:"

EXIT_UNUSABLE = 3


def add_use(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", nargs="?", default="", metavar="ID", help="a catalog id, /path/to.gguf or openai:URL"
    )
    parser.add_argument(
        "--dimensions", type=int, default=None, metavar="N", help="cut its vectors to so many (0: best)"
    )
    parser.add_argument("--wait", action="store_true", help="return when it answers")
    parser.add_argument(
        "--consent", action="store_true", help="texts of your files may be sent to the URL you name"
    )
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--rollback", action="store_true", help="go back to the model before, at once")
    other.add_argument("--cancel", action="store_true", help="call off a change that is under way")


def run_use(args: argparse.Namespace, context: Context) -> int:
    client, talk = context.client(start=not args.no_start), context.console.talk
    if bool(args.model) == (args.rollback or args.cancel):
        raise UsageError(
            "usage", "Name a model, or say --rollback or --cancel.", "`qwen-finder models list` shows them."
        )
    if args.cancel:
        left = client.cancel_switch()
        talk("The change is called off." if left is None or left.state != FAILED else visible(left.message))
        return 0
    if args.rollback:
        return _told(client.rollback_model(), client, context)
    model = _address(args.model)
    consent = args.consent
    if model.startswith(_REMOTE) and not consent and sys.stdin.isatty() and context.console.talk_interactive:
        consent = _asked(model)
    else:
        _announce(client.switch_cost(model, args.dimensions), context)
    status = client.use_model(model, args.dimensions, consent)
    if args.wait and status.state == BUILDING:
        status = _wait(client, context, status)
    return _told(status, client, context)


def switch_line(status: SwitchStatus, width: int) -> str:
    """``[######      ] 120/480 passages  10 s left`` in ``width`` cells."""
    share = status.done / status.total if status.total else 0.0
    filled = min(int(share * _BAR), _BAR)
    line = f"[{'#' * filled}{' ' * (_BAR - filled)}] {status.done:,}/{status.total:,} passages"
    if status.eta_s is not None:
        line += f"  {duration(status.eta_s)} left"
    if status.message:
        line += f"  {visible(status.message)}"
    return shorten(line, width)


def _address(model: str) -> str:
    """As the service, which runs elsewhere, has to be told."""
    path = model.removeprefix("gguf:")
    if path.endswith(".gguf") or path.startswith(("/", "./", "../", "~")) or os.path.isabs(path):
        return f"gguf:{absolute(path)}"
    return model


def _asked(model: str) -> bool:
    where = visible(model.removeprefix(_REMOTE).partition("#")[0])
    sys.stderr.write(f"The text of all your indexed files will be sent to {where}. Go on? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _announce(cost: SwitchCost, context: Context) -> None:
    if cost.chunks:
        takes = "" if cost.seconds is None else f" about {duration(cost.seconds)} and"
        context.console.talk(
            f"{count(cost.chunks, 'passage')} of {count(cost.files, 'file')} to embed, which takes{takes} "
            f"{size(cost.bytes)} of disk ({size(cost.free_bytes)} are free)."
        )


def _wait(client: Client, context: Context, status: SwitchStatus) -> SwitchStatus:
    """The status when the change has ended. Raises ServiceError when somebody stops the service."""
    following = client.following()
    line, pause = ProgressLine(context.console), _FIRST_LOOK_S
    try:
        while status.state == BUILDING:
            line.show(switch_line(status, context.console.talk_width))
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)
            now = following.status().engine
            status = now.switch or SwitchStatus(now.text_model.id, "ready")
        return status
    finally:
        line.clear()


def _told(status: SwitchStatus, client: Client, context: Context) -> int:
    talk, target = context.console.talk, visible(status.target)
    if status.state == FAILED:
        context.console.error(status.message, status.hint)
        return EXIT_UNUSABLE
    if status.state == BUILDING:
        old = visible(client.status().engine.text_model.name)
        talk(f"The index for {target} is being made; {old} answers meanwhile.")
        talk("`qwen-finder status` shows how far it is.")
    else:
        back = "; `qwen-finder models use --rollback` goes back" if status.previous else ""
        talk(f"{target} is in use{back}.")
    return 0
