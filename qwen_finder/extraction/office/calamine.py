"""Excel workbooks in the old and in the binary format (XLS, XLSB), read by the calamine library.

It knows the first row of each sheet and which workbooks have a password. It reads a sheet as a whole: for
XLSX, whose sheets grow to gigabytes, ``xlsx`` reads a stream instead.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping

from qwen_finder.core.document import Document, Kind
from qwen_finder.extraction.office.package import broken, encrypted, panics_are_damage
from qwen_finder.extraction.office.sheets import SheetWriter, number_text
from qwen_finder.extraction.office.transcript import Transcript, one_line
from qwen_finder.extraction.reading import Limits, Source

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def read_calamine(source: Source, limits: Limits, metadata: Mapping[str, str] | None = None) -> Document:
    """A segment for each run of rows. Raises FileError "file.broken", "file.encrypted"."""
    with panics_are_damage(source.path):
        return _read(source, limits, dict(metadata or {}))


def _read(source: Source, limits: Limits, metadata: dict[str, str]) -> Document:
    import python_calamine

    content = source.read_bytes(limits)
    transcript = Transcript(limits)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError as error:
        raise encrypted(source.path) from error
    except python_calamine.CalamineError as error:
        raise broken(source.path, "its workbook is damaged") from error
    for number, name in enumerate(workbook.sheet_names, start=1):
        if not transcript.room_for(number):
            break
        writer = SheetWriter(transcript, number, name)
        try:
            sheet = workbook.get_sheet_by_index(number - 1)
        except python_calamine.CalamineError:
            continue  # a chart or macro sheet
        first = sheet.start[0] + 1 if sheet.start else 1
        for row, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first):
            writer.row(row, [shown(cell) for cell in cells])
            if transcript.full:
                break
    return transcript.document(Kind.DOCUMENT, metadata.pop("title", ""), metadata)


def shown(cell: Cell) -> str:
    """What a cell shows, in one line; dates in ISO format."""
    match cell:
        case str():
            return one_line(cell)
        case bool():
            return str(cell).upper()
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else number_text(repr(cell))
        case datetime.datetime():
            return f"{cell:%Y-%m-%d}" if cell.time() == datetime.time() else f"{cell:%Y-%m-%d %H:%M}"
        case datetime.time():
            return f"{cell:%H:%M}"
        case _:
            return str(cell)
