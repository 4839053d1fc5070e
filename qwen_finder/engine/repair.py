"""What is done about damage: after a crash, a broken catalog, a broken index.

Finds it or is told of it, sets aside what cannot be read and has the rest rebuilt. Healthy state is none
of its business.
"""

from __future__ import annotations

import logging

from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import Catalog
from qwen_finder.indexing.recovery import blame
from qwen_finder.settings.paths import Paths
from qwen_finder.storage.journal import CrashJournal

log = logging.getLogger(__name__)


def open_journal(paths: Paths, catalog: Catalog) -> CrashJournal:
    """The journal for this process, after the files that the last one died of were noted as suspects.

    Raises StorageError ("storage.unreadable") when it cannot be written.
    """
    try:
        journal = CrashJournal(paths.journal_file)
        trace = paths.crash_file.read_text("utf-8", "replace") if paths.crash_file.exists() else ""
        if trace:
            log.error("the service crashed the last time:\n%s", trace)
            paths.crash_file.write_bytes(b"")
    except OSError as error:
        raise StorageError(
            "storage.unreadable",
            f"The state of Qwen Finder in {paths.data} cannot be written: {error.strerror or error}.",
            "Make the folder writable, or set QWEN_FINDER_HOME to one that is.",
        ) from error
    blame(catalog, journal.left_over, traced=bool(trace))
    return journal
