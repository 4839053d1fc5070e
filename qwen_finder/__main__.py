"""Where every role begins. The only module that sees both halves: the clients and, when it is to be one,
the service, which is imported only then."""

from __future__ import annotations

import sys


def main() -> int:
    """The ``qwen-finder`` command; returns its exit code."""
    from qwen_finder.cli.main import main as run_command

    return run_command(sys.argv[1:], run_service=_run_service)


def _run_service() -> int:
    from qwen_finder.server.run import main as run_service

    return run_service()


if __name__ == "__main__":
    sys.exit(main())
