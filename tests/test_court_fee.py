"""What suing costs, bracket by bracket."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cases.court_fee import fee
from cases.knowledge import Knowledge


@pytest.mark.parametrize(
    ("amount", "full", "simplified"),
    [
        ("0.01", "50", "25"),
        ("59", "50", "25"),
        ("10000", "50", "25"),
        ("10000.40", "50.01", "25.01"),
        ("20000", "300", "150"),
        ("100000", "2300", "1150"),
    ],
)
def test_it_adds_up_by_brackets(
    amount: str, full: str, simplified: str, knowledge: Knowledge
) -> None:
    assert fee(Decimal(amount), knowledge) == (Decimal(full), Decimal(simplified))


def test_above_the_last_bracket_it_says_nothing(knowledge: Knowledge) -> None:
    assert fee(Decimal("100000.01"), knowledge) is None
