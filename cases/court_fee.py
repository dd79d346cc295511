"""What a court charges for hearing a claim to a sum of money (诉讼费用交纳办法 13, 16)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from cases.knowledge import Knowledge

FEN = Decimal("0.01")


def fee(amount: Decimal, knowledge: Knowledge) -> tuple[Decimal, Decimal] | None:
    """The fee in yuan for a claim of `amount` yuan, in full and under simplified procedure.

    None above the last bracket of `court_fee.toml`.
    """
    for step in knowledge.court_fee.steps:
        if step.up_to is None or amount <= step.up_to:
            full = step.fixed + (amount - step.above) * step.percent / 100
            return _rounded(full), _rounded(full * knowledge.court_fee.simplified)
    return None


def _rounded(sum_of_money: Decimal) -> Decimal:
    return sum_of_money.quantize(FEN, rounding=ROUND_HALF_UP)
