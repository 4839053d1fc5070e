"""``models download``, ``remove`` and ``verify``: models come, are checked, and go.

The service does the work, so that it goes on when this process is gone; who waits sees how far it is, and
whoever breaks off the waiting pauses it.
"""

from __future__ import annotations

import argparse

from qwen_finder.api.wire.models import download_to_json
from qwen_finder.cli.arguments import Parser, add_json, add_no_start
from qwen_finder.cli.console import ProgressLine
from qwen_finder.cli.context import Context
from qwen_finder.cli.progress import download_line
from qwen_finder.cli.text import visible
from qwen_finder.cli.units import size
from qwen_finder.core.errors import ModelError
from qwen_finder.core.status import DownloadState, DownloadStatus

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from qwen_finder.api.client import Client

EXIT_FAILED_CHECK = 1

# Events tell how far it is as they happen; the list of models is the truth, and asked when they are silent.
_SILENCE_S = 2.0


def add_fetch(actions: argparse._SubParsersAction[Parser]) -> None:
    """The subcommands of this module."""
    download = actions.add_parser("download", help="fetch a model, or go on with it")
    download.add_argument("id", metavar="ID", help="a model of `models list`, or the name of its family")
    how = download.add_mutually_exclusive_group()
    how.add_argument(
        "--background", action="store_true", help="return at once; `models list` shows how far it is"
    )
    how.add_argument("--pause", action="store_true", help="stop it; what was fetched is kept")
    how.add_argument("--discard", action="store_true", help="stop it and throw away what was fetched")
    remove = actions.add_parser("remove", help="remove the files of a model")
    remove.add_argument("id", metavar="ID")
    verify = actions.add_parser("verify", help="compare the files of models with what was published")
    verify.add_argument("id", metavar="ID", nargs="?", help="this one only, not all that are here")
    for parser in (download, remove, verify):
        add_json(parser)
        add_no_start(parser)


def run_fetch(args: argparse.Namespace, context: Context) -> int:
    """Run the subcommand in ``args``; its exit code."""
    client = context.client(start=not args.no_start)
    if args.action == "remove":
        return _remove(client, args, context)
    if args.action == "verify":
        return _verify(client, args, context)
    return _download(client, args, context)


def _download(client: Client, args: argparse.Namespace, context: Context) -> int:
    if args.pause or args.discard:
        status = client.pause_download(args.id, discard=args.discard)
    else:
        seen = client.events(0, timeout_s=0.0)
        status = client.download_model(args.id)
        if not args.background:
            status = _wait(client, status, seen[-1].sequence if seen else 0, context)
    if args.json:
        context.console.json(download_to_json(status))
    if status.state is DownloadState.FAILED:
        raise ModelError(status.code, status.message, status.hint)
    if not args.json:
        context.console.talk(_sentence(status, discarded=args.discard))
    return 0


def _wait(client: Client, status: DownloadStatus, sequence: int, context: Context) -> DownloadStatus:
    """The status when it is done, has failed, or somebody else paused it."""
    line, process = ProgressLine(context.console), client.status().process.pid
    try:
        while status.under_way:
            line.show(download_line(status, context.console.talk_width))
            told, sequence = _next(client, status.id, sequence)
            status = told or _truth(client, status)
            if status.state is DownloadState.PAUSED and client.status().process.pid != process:
                # The service crashed; the new one does not know that somebody waits.
                process = client.status().process.pid
                status = client.download_model(status.id)
        return status
    except KeyboardInterrupt:
        line.clear()
        client.pause_download(status.id)
        context.console.talk("Paused; the same command goes on from here.")
        raise
    finally:
        line.clear()


def _next(client: Client, model: str, sequence: int) -> tuple[DownloadStatus | None, int]:
    """The last that is told of ``model`` after event ``sequence``, and the number of the last event."""
    from qwen_finder.api.wire.fields import WireError
    from qwen_finder.api.wire.models import download_from_json

    told = None
    events = client.events(sequence, timeout_s=_SILENCE_S)
    for event in events:
        if event.kind == "model.download" and event.data.get("id") == model:
            try:
                told = download_from_json(dict(event.data))
            except WireError:
                # Of another version of this program.
                continue
    return told, events[-1].sequence if events else sequence


def _truth(client: Client, status: DownloadStatus) -> DownloadStatus:
    for model in client.models():
        if model.id == status.id:
            if model.download is not None:
                return model.download
            state = DownloadState.DONE if model.installed else DownloadState.PAUSED
            return DownloadStatus(model.id, state, model.bytes if model.installed else 0, model.bytes)
    return status


def _sentence(status: DownloadStatus, *, discarded: bool) -> str:
    model, here = visible(status.id), f"{size(status.bytes_done)} of {size(status.bytes_total)}"
    if discarded:
        return f"{model}: what was fetched is thrown away."
    if status.state is DownloadState.DONE:
        return f"{model} is here. `qwen-finder models use {model}` takes it into use."
    if status.state is DownloadState.PAUSED:
        return f"{model} is paused: {here} are here. `qwen-finder models download {model}` goes on."
    return f"{model} is being fetched: {here} are here. `qwen-finder models list` shows how far it is."


def _remove(client: Client, args: argparse.Namespace, context: Context) -> int:
    freed = client.remove_model(args.id)
    if args.json:
        context.console.json({"id": args.id, "bytes": freed})
    else:
        context.console.talk(f"{visible(args.id)} is removed; {size(freed)} are free again.")
    return 0


def _verify(client: Client, args: argparse.Namespace, context: Context) -> int:
    if args.id:
        wanted = [args.id]
    else:
        # Models of the user's own have no published files to compare with.
        wanted = [model.id for model in client.models() if model.installed and model.licence]
    console, sound, verdicts = context.console, True, []
    for model in wanted:
        ok, detail = client.verify_model(model)
        sound = sound and ok
        verdicts.append({"id": model, "ok": ok, "detail": detail})
        if not args.json:
            console.line(f"{'ok' if ok else 'DAMAGED'}  {visible(model)}: {visible(detail)}")
    if args.json:
        console.json({"models": verdicts})
    return 0 if sound else EXIT_FAILED_CHECK
