"""Finding rows of the directory by a part of a name, or by the licence."""

from __future__ import annotations

import unicodedata

from cases.models import Alias, Seller

# More rows than anybody reads through: a longer word finds fewer.
MOST_FOUND = 100


def find(typed: str) -> list[int]:
    """The rows one of whose names holds this text, or with this licence number; MOST_FOUND of them.

    Name and company are among the aliases; those of a merged row find the one it went to.
    """
    wanted = _folded(typed)
    if not wanted:
        return []
    named = (
        pk
        for pk, text in Alias.objects.values_list("seller_id", "text").iterator()
        if wanted in _folded(text)
    )
    licensed = Seller.objects.filter(licence_number=wanted.upper()).values_list("pk", flat=True)
    return list(dict.fromkeys([*licensed, *named]))[:MOST_FOUND]


def _folded(text: str) -> str:
    """As fingerprints see it: width, case and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
