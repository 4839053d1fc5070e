"""Which household category a payee belongs to. The first rule that matches wins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

UNKNOWN = "unsorted"

CATEGORY_RULES: tuple[tuple[str, str], ...] = (
    ("rent", r"hausverwaltung|landlord"),
    ("groceries", r"\b(market|grocer|bakery|butcher|supermarkt)\b"),
    ("transport", r"railway|\bbus\b|fuel|petrol|bicycle"),
    ("insurance", r"insurance|versicherung"),
    ("utilities", r"electric|water works|broadband|stadtwerke"),
    ("eating out", r"restaurant|café|cafe|pizzeria|takeaway"),
    ("health", r"pharmacy|dentist|apotheke|optician"),
    ("leisure", r"cinema|theatre|swimming|bookshop"),
)

_COMPILED_RULES = [(category, re.compile(pattern, re.IGNORECASE)) for category, pattern in CATEGORY_RULES]


def categorise(payee: str) -> str:
    for category, pattern in _COMPILED_RULES:
        if pattern.search(payee):
            return category
    return UNKNOWN


def suggest_missing_rules(payees: Iterable[str], at_least: int = 3) -> list[tuple[str, int]]:
    """Payees that come up often and match no rule, most frequent first."""
    unsorted = Counter(payee for payee in payees if categorise(payee) == UNKNOWN)
    return [(payee, count) for payee, count in unsorted.most_common() if count >= at_least]


def find_forgotten_subscriptions(bookings: Iterable[tuple[str, str, int]]) -> list[tuple[str, int]]:
    """Payees that take the same amount in at least four different months.

    ``bookings`` are (month as YYYY-MM, payee, cents). Gyms and streaming services end up here, and so
    does the newspaper that nobody has read since 2021.
    """
    months: dict[tuple[str, int], set[str]] = {}
    for month, payee, cents in bookings:
        months.setdefault((payee, cents), set()).add(month)
    regular = [key for key, seen in months.items() if len(seen) >= 4 and key[1] < 0]
    return sorted(regular, key=lambda item: item[1])
