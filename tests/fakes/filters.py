"""What a Filter means, spelled out once for all fakes that search."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from qwen_finder.core.document import FileFields
from qwen_finder.core.query import Filter


def passes(fields: FileFields, where: Filter) -> bool:
    name = unicodedata.normalize("NFKC", fields.name).lower()
    named: Callable[[str], bool] = lambda part: unicodedata.normalize("NFKC", part).lower() in name  # noqa: E731
    return (
        (not where.kinds or fields.kind in where.kinds)
        and (not where.exts or fields.ext.lower() in [ext.lower() for ext in where.exts])
        and (not where.languages or fields.language in where.languages)
        and (where.directories is None or fields.directory in where.directories)
        and (where.files is None or fields.file in where.files)
        and fields.file not in where.not_files
        and all(map(named, where.names))
        and not any(map(named, where.not_names))
        and (where.after is None or fields.mtime >= where.after)
        and (where.before is None or fields.mtime < where.before)
        and (where.min_size is None or fields.size >= where.min_size)
        and (where.max_size is None or fields.size <= where.max_size)
    )
