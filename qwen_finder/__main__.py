"""Where every role begins. The only module that sees both halves: the clients and, when it is to be one,
the service or one of its workers, which are imported only then."""

from __future__ import annotations

import sys

# Named here too, so that a query need not import the module that knows it.
_WORKER_ROLE = "read-files"


def main() -> int:
    """The ``qwen-finder`` command; returns its exit code."""
    if sys.argv[1:] == [_WORKER_ROLE]:
        # Of a frozen program, which has no interpreter to start its workers with.
        from qwen_finder.extraction.sandbox.worker import main as read_files

        return read_files()
    from qwen_finder.cli.main import main as run_command

    return run_command(sys.argv[1:], run_service=_run_service, run_window=_run_window)


def _run_service() -> int:
    from qwen_finder.server.run import main as run_service

    return run_service()


def _run_window(*, hidden: bool, toggle: bool) -> int:
    from qwen_finder.gui.start import start

    return start(hidden=hidden, toggle=toggle)


if __name__ == "__main__":
    sys.exit(main())
