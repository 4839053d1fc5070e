"""``service``: the background process itself."""

from __future__ import annotations

from collections.abc import Sequence

from qwen_finder.cli.arguments import Parser
from qwen_finder.cli.context import Context


def run(argv: Sequence[str], context: Context) -> int:
    parser = Parser("qwen-finder service", "Start and stop the background service.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="run | start | stop | status")
    actions.add_parser("run", help="be the service, until interrupted")
    actions.add_parser("start", help="start the service unless it runs")
    actions.add_parser("stop", help="end the service; the next command starts it again")
    actions.add_parser("status", help="say whether it runs; exit code 1 if not")
    args = parser.parse_args(argv)
    if args.action == "run":
        return context.run_service()
    console, launcher = context.console, context.launcher()
    if args.action == "start":
        endpoint = launcher.begin()
        console.talk(f"The service {endpoint.version} runs as process {endpoint.pid}.")
        return 0
    if args.action == "stop":
        stopped = launcher.stop()
        console.talk("The service has stopped." if stopped else "The service is not running.")
        return 0
    found = launcher.listening()
    if found is None:
        console.line("not running")
        return 1
    console.line(f"running: version {found.version}, process {found.pid}, 127.0.0.1:{found.port}")
    return 0
