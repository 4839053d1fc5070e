"""What was written on a PDF page after it was made: values of form fields, notes, comments.

They lie beside the page's text, and PDFium hands them out one by one. Links and pop-ups say nothing new.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qwen_finder.extraction.encoding import clean

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_MAX_ANNOTATIONS = 2_000
_MAX_BYTES = 200_000
_PASSWORD_FIELD = 1 << 13

Call = Callable[[Any, int], int]
"""Writes a text in UTF-16 into a buffer of so many bytes and returns how many it takes."""


def annotation_count(page: PdfPage) -> int:
    from pypdfium2 import raw

    return int(raw.FPDFPage_GetAnnotCount(page))


def written_on(page: PdfPage) -> str:
    """One line for each filled-in field ("Name: Ann Lee") and each note, in the order of the file."""
    from pypdfium2 import raw

    unsaying = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}
    lines: dict[str, None] = {}
    for index in range(min(annotation_count(page), _MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            if kind == raw.FPDF_ANNOT_WIDGET:
                line = _field(raw, page.formenv, annotation)
            elif kind in unsaying:
                line = ""
            else:
                line = _contents(raw, annotation)
            if line:
                lines[line] = None
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return "\n".join(lines)


def _contents(raw: Any, annotation: Any) -> str:
    return _text(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))


def _field(raw: Any, form: Any, annotation: Any) -> str:
    """Name and value of a form field; "" for buttons, passwords and what nobody filled in."""
    if form is None:
        return ""
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    name = _text(lambda buffer, size: raw.FPDFAnnot_GetFormFieldAlternateName(form, annotation, buffer, size))
    name = name or _text(lambda buffer, size: raw.FPDFAnnot_GetFormFieldName(form, annotation, buffer, size))
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return f"{name}: ✓" if name and raw.FPDFAnnot_IsChecked(form, annotation) else ""
    if kind not in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        return ""
    if raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD_FIELD:
        return ""
    value = _text(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
    return f"{name}: {value}" if name and value else value


def _text(call: Call) -> str:
    size = call(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(max(size, 2))
    # FPDF_WCHAR is what the functions take: two bytes a unit.
    call(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return clean(buffer.raw[: min(size, _MAX_BYTES) - 2].decode("utf-16-le", "replace")).strip()
