"""Office documents: the text of each format with its slide, sheet and row, chapter or heading.

Every format is read here by parsing its own parts with the standard library, but for those that only a
library can read (see ``legacy``). The library that reads them all gives no rows of a sheet that begins with
empty ones, no slides of ODP, no headings of RTF and ODT, and leaves out text boxes, comments, headers or
footnotes of most; and it reads a file as a whole, however large.
"""
