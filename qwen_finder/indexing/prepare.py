"""Reads one pending file and turns it into chunks, or into the reason why it has none.

Whatever happens to a single file ends here as an ``Outcome``: nothing that a file contains may stop the
run. Embedding and storing are somebody else's work.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from qwen_finder.core.document import Chunk, Document, FileFields, FileId, FileState, Kind
from qwen_finder.core.errors import PASSING, FileError, FinderError, Interrupted, UnusableError
from qwen_finder.core.ports import CatalogFile, Outcome

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector

log = logging.getLogger(__name__)

# More time or memory would have done.
EFFORT = frozenset({"file.timeout", "file.memory", "file.crashed"})

Extract = Callable[[str], Document]
Cut = Callable[[Document, str], Sequence[Chunk]]


@dataclass(frozen=True, slots=True)
class Stamps:
    """What an outcome was decided by. A file is done again when neither is current any more."""

    reading: str  # extractor and its limits: enough for files that hold no text
    indexing: str  # reading + chunker + model fingerprint
    effort: str = ""  # reading + the time and memory it may take: for files that needed more

    @property
    def current(self) -> frozenset[str]:
        return frozenset(filter(None, (self.reading, self.indexing, self.effort)))


@dataclass(slots=True)
class PreparedFile:
    """A file on its way through the pipeline: ``vectors[i]`` belongs to ``chunks[i]``, None until known.

    ``stored`` are the ordinals of the chunks that the index holds already, exactly as they are here.
    """

    file: CatalogFile
    fields: FileFields
    outcome: Outcome
    chunks: Sequence[Chunk] = ()
    vectors: list[Vector | None] = field(default_factory=list)
    stored: Collection[int] = ()


def prepare(
    file: CatalogFile,
    *,
    extract: Extract,
    cut: Cut,
    stamps: Stamps,
    known_vectors: Callable[[CatalogFile, str], Mapping[str, Vector]],
    stored: Callable[[FileId], Collection[int]],
) -> PreparedFile:
    """Read and chunk ``file``. ``known_vectors(file, content hash)`` gives the vectors of chunks, by chunk
    hash, that were embedded before: of this file's last version and of files with the same content.
    ``stored(file)`` gives the ordinals of its chunks in the index, for a file of which an earlier run stored
    a part. What is wrong with the file becomes its outcome; an UnusableError (of the model, of the processes
    that read) and Interrupted are raised.
    """
    try:
        document = extract(file.path)
        chunks = cut(document, os.path.basename(file.path))
        content_hash = hash_file(file.path) if chunks else ""
    except FileError as error:
        state = FileState.SKIPPED if error.skipped else FileState.FAILED
        kind = Kind(error.kind) if error.kind else None
        return _without_text(file, stamps, state, error.code, error.message, error.hint, kind)
    except OSError as error:
        return _without_text(
            file,
            stamps,
            FileState.FAILED,
            "file.unreadable",
            f"The file could not be read: {error.strerror or error}.",
            "It is tried again when it changes.",
        )
    except (UnusableError, Interrupted):
        # What reads it or counts its tokens cannot be used: that is no fault of the file's.
        raise
    except Exception as error:
        log.exception("reading a file failed unexpectedly")
        return _without_text(
            file,
            stamps,
            FileState.FAILED,
            "file.reader_bug",
            f"The reader for this kind of file failed ({type(error).__name__}: {error}).",
            "Please report it with a sample; the file is found by name meanwhile.",
        )
    if not chunks:
        return _without_text(
            file,
            stamps,
            FileState.SKIPPED,
            "file.no_text",
            "The file holds no words.",
            "It is found by name.",
            document.kind,
        )
    begun = file.content_hash == content_hash and file.stamp == stamp_of_part(
        stamps.indexing, file.generation
    )
    known = {} if begun else known_vectors(file, content_hash)
    return PreparedFile(
        file,
        fields_of(file, document.kind, document.language),
        Outcome(
            file.id,
            file.generation,
            FileState.INDEXED,
            stamps.indexing,
            content_hash=content_hash,
            language=document.language,
            kind=document.kind,
            chunks=len(chunks),
            code="file.partial" if document.partial else "",
            message=document.partial,
        ),
        chunks,
        [known.get(chunk.hash) for chunk in chunks],
        stored(file.id) if begun else (),
    )


def stamp_of_part(stamp: str, generation: int) -> str:
    """What a pending file is stamped with when a part of it is stored that will end as ``stamp``: those rows
    are right as long as the file's generation is the same."""
    return f"{stamp}#{generation}"


def fields_of(file: CatalogFile, kind: Kind, language: str) -> FileFields:
    """The filter columns of ``file``; bytes of its name that are not Unicode become U+FFFD."""
    name = os.path.basename(file.path).encode("utf-8", "surrogateescape").decode("utf-8", "replace").lower()
    stem, dot, ext = name.rpartition(".")
    return FileFields(
        file=file.id,
        directory=file.directory,
        name=name,
        ext=ext if dot and stem else "",
        kind=kind,
        size=file.size,
        mtime=file.mtime_ns // 1_000_000_000,
        language=language,
    )


def hash_file(path: str) -> str:
    """BLAKE2b-128 of a file's bytes, in hex: equal for copies wherever they are."""
    # What may have been swapped in meanwhile: a pipe would never answer, a symlink may lead anywhere.
    flags = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    with open(path, "rb", opener=lambda name, mode: os.open(name, mode | flags)) as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def give_up(file: PreparedFile, error: FinderError) -> None:
    """Make ``file`` a failed one: its text was read, but the model cannot embed it."""
    file.chunks, file.vectors = (), []
    file.outcome = replace(
        file.outcome,
        state=FileState.FAILED,
        chunks=0,
        code="file.not_embedded",
        message=f"The text model could not embed a passage of the file ({error.message}).",
        hint="It is found by name, and tried again when it or the model changes.",
    )


def _without_text(
    file: CatalogFile,
    stamps: Stamps,
    state: FileState,
    code: str,
    message: str,
    hint: str,
    kind: Kind | None = None,
) -> PreparedFile:
    stamp = stamps.effort if stamps.effort and code in EFFORT else stamps.reading
    if code in PASSING:
        # Without a stamp it is not taken for done.
        stamp = ""
    outcome = Outcome(
        file.id, file.generation, state, stamp, kind=kind, code=code, message=message, hint=hint
    )
    return PreparedFile(file, fields_of(file, file.kind, ""), outcome)
