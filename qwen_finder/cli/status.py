"""``status``: what the service knows, does and costs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from qwen_finder.api.wire.status import ServiceStatus, service_status_to_json
from qwen_finder.cli.arguments import Parser, add_json, add_no_start
from qwen_finder.cli.context import Context
from qwen_finder.cli.folders import describe
from qwen_finder.cli.models_use import switch_line
from qwen_finder.cli.progress import progress_line
from qwen_finder.cli.text import visible
from qwen_finder.cli.units import count, duration, size
from qwen_finder.core.status import ModelStatus
from qwen_finder.core.switching import BUILDING

_PERIOD_S = 1.0


def run(argv: Sequence[str], context: Context) -> int:
    args = _parser().parse_args(argv)
    client, console = context.client(start=not args.no_start), context.console
    if args.watch:
        client = client.following()
    while True:
        status = client.status()
        if args.json:
            # Watching, a program reads one object a line.
            console.json(service_status_to_json(status), compact=args.watch)
        else:
            if args.watch and console.interactive:
                console.write(b"\x1b[H\x1b[2J")
            for line in _lines(status, console.width):
                console.line(line)
        if not args.watch:
            return 0
        console.flush()
        time.sleep(_PERIOD_S)


def _parser() -> Parser:
    parser = Parser("qwen-finder status", "Show folders, progress, model, memory and index size.")
    add_json(parser)
    parser.add_argument("--watch", action="store_true", help="show it again every second")
    add_no_start(parser)
    return parser


def _lines(status: ServiceStatus, width: int) -> Iterator[str]:
    engine, process = status.engine, status.process
    yield (
        f"service  {process.version}, process {process.pid}, up {duration(process.uptime_s)}, "
        f"{size(process.memory_bytes)} of memory"
    )
    model = engine.text_model
    languages = f" ({visible(model.languages)})" if model.languages else ""
    yield f"model    {visible(model.name or model.id)}{languages}: {model.state}{_place(model)}"
    # Why a model cannot be used; the notices often say it too.
    if model.state not in ("loaded", "idle") and model.detail not in " ".join(engine.notices):
        yield f"         {visible(model.detail)}"
    if model.remote:
        yield f"         the text of your files is sent to {visible(model.remote)}"
    if (switch := engine.switch) is not None and switch.state == BUILDING:
        yield f"change   to {visible(switch.target)}"
        yield f"         {switch_line(switch, width - 9)}"
    if (sees := engine.image_model) is not None:
        seen = f", {count(engine.pictures.indexed, 'picture')} looked at"
        yield f"pictures {visible(sees.name or sees.id)}: {sees.state}{seen}"
        if sees.state not in ("loaded", "idle") and sees.detail not in " ".join(engine.notices):
            yield f"         {visible(sees.detail)}"
    if (judges := engine.reranker) is not None:
        yield f"reranker {visible(judges.name or judges.id)}: {judges.state}{_place(judges)}"
        if judges.state not in ("loaded", "idle") and judges.detail not in " ".join(engine.notices):
            yield f"         {visible(judges.detail)}"
    index = engine.index
    dead = f" ({size(index.dead_bytes)} to be freed)" if index.dead_bytes else ""
    yield f"index    {count(index.chunks, 'passage')}, {size(index.bytes)}{dead}"
    if engine.progress is not None:
        yield f"working  {progress_line(engine.progress, width - 9)}"
    else:
        yield f"working  {_at_rest(status)}"
    yield f"pace     {engine.pace}: {visible(engine.pace_reason)}"
    for number, folder in enumerate(engine.folders):
        yield f"{'folders' if number == 0 else '':<8} {describe(folder)}"
    if not engine.folders:
        yield "folders  none yet: `qwen-finder folders add DIR`"
    for notice in engine.notices:
        yield f"note     {visible(notice)}"


def _place(model: ModelStatus) -> str:
    """Where it runs: " on NVIDIA H200, 36/36 layers, 3.1 GB"."""
    if not model.device:
        return ""
    on_card = f", {model.layers} layers" if not model.layers.startswith("0/") else ""
    return f", on {visible(model.device)}{on_card}, {size(model.memory_bytes)}"


def _at_rest(status: ServiceStatus) -> str:
    if not status.idle:
        return "looking for changes"
    pending = status.engine.files.pending
    return f"no: {count(pending, 'file')} wait, the notes say for what" if pending else "no: all is done"
