"""Imports the CSV export of a bank account into the household budget.

Banks disagree about everything: delimiter, decimal comma, date order, how many lines of greeting come
before the table. This module guesses none of it; each bank has a StatementFormat.
"""

from __future__ import annotations

import csv
import hashlib
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from categories import categorise


@dataclass(frozen=True)
class StatementFormat:
    name: str
    encoding: str
    delimiter: str
    date_format: str
    decimal_comma: bool
    date_column: str
    amount_column: str
    payee_column: str
    purpose_column: str


@dataclass(frozen=True)
class Transaction:
    booked_on: date
    amount: Decimal
    payee: str
    purpose: str

    @property
    def fingerprint(self) -> str:
        """The same booking in two overlapping exports has the same fingerprint."""
        parts = f"{self.booked_on}|{self.amount}|{self.payee}|{self.purpose}"
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


SAVINGS_BANK = StatementFormat(
    name="savings bank", encoding="cp1252", delimiter=";", date_format="%d.%m.%y", decimal_comma=True,
    date_column="Buchungstag", amount_column="Betrag", payee_column="Beguenstigter", purpose_column="Verwendungszweck",
)
DIRECT_BANK = StatementFormat(
    name="direct bank", encoding="utf-8-sig", delimiter=",", date_format="%Y-%m-%d", decimal_comma=False,
    date_column="Date", amount_column="Amount", payee_column="Payee", purpose_column="Description",
)


def parse_amount(text: str, *, decimal_comma: bool) -> Decimal:
    """``-1.234,56`` or ``-1,234.56`` to a Decimal. Never a float: cents must add up."""
    thousands, point = (".", ",") if decimal_comma else (",", ".")
    return Decimal(text.strip().replace(thousands, "").replace(point, "."))


def skip_preamble(lines: Iterable[str], first_column: str) -> Iterator[str]:
    """Leaves out the bank's greeting; the table starts where its first column is named."""
    rows = iter(lines)
    for line in rows:
        if first_column in line:
            yield line
            break
    yield from rows


def parse_bank_statement(path: Path, layout: StatementFormat) -> list[Transaction]:
    with path.open(encoding=layout.encoding, newline="") as statement:
        reader = csv.DictReader(skip_preamble(statement, layout.date_column), delimiter=layout.delimiter)
        return [
            Transaction(
                booked_on=datetime.strptime(row[layout.date_column], layout.date_format).date(),
                amount=parse_amount(row[layout.amount_column], decimal_comma=layout.decimal_comma),
                payee=" ".join(row[layout.payee_column].split()),
                purpose=" ".join(row[layout.purpose_column].split()),
            )
            for row in reader
        ]


def detect_statement_format(path: Path) -> StatementFormat:
    head = path.read_bytes()[:4096]
    for layout in (SAVINGS_BANK, DIRECT_BANK):
        if layout.date_column.encode() in head and layout.delimiter.encode() in head:
            return layout
    raise ValueError(f"{path.name}: not an export of a bank that this program knows")


def store_new_transactions(database: sqlite3.Connection, transactions: Iterable[Transaction]) -> int:
    """Returns how many were new. Overlapping exports are the normal case."""
    before = database.total_changes
    with database:
        database.executemany(
            "INSERT OR IGNORE INTO booking (fingerprint, booked_on, cents, payee, purpose, category)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (t.fingerprint, t.booked_on.isoformat(), int(t.amount * 100), t.payee, t.purpose, categorise(t.payee))
                for t in transactions
            ],
        )
    return database.total_changes - before


def main(statement: str, database: str) -> None:
    path = Path(statement)
    connection = sqlite3.connect(database)
    connection.executescript(Path(__file__).with_name("budget_schema.sql").read_text())
    transactions = parse_bank_statement(path, detect_statement_format(path))
    added = store_new_transactions(connection, transactions)
    print(f"{path.name}: {len(transactions)} bookings, {added} of them new")


if __name__ == "__main__":
    main(*sys.argv[1:3])
