"""The words that the sentences about a case are filled with: labels, sums, how each side acted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from cases.deadlines import chinese_day
from cases.knowledge import Knowledge
from cases.lanes import REFUSALS
from cases.vocabulary import ActivatedBy, Certainty, Party, SellerReply, Stage, table_name

if TYPE_CHECKING:
    from cases.assessment.situation import Situation

NOTHING = Decimal(0)
PUT_OFF = frozenset({SellerReply.WAIT_FOR_SETTLEMENT, SellerReply.SENT_TO_CARRIER})


def words(s: Situation) -> Mapping[str, str]:
    """Every blank of `conditions.toml` by name; an unknown date or sum says that it is."""
    delivered_on, unknown = s.facts.signals.delivered_on, s.knowledge.phrase("unknown")
    sums = {"owed": s.owed, "balance": s.balance}
    return MappingProxyType(
        {"delivered_on": chinese_day(delivered_on, near=s.on) if delivered_on else unknown}
        | {name: yuan(value) if value is not None else unknown for name, value in sums.items()}
        | {name: s.knowledge.phrase(name) for name in ("me", "them")}
        | _conduct(s)
        | _shown(s)
        | {"fifteen_days": _fifteen_days(s), "used_sum": _used_sum(s)}
        | {"verified_by": _verified_by(s)}
    )


def _verified_by(s: Situation) -> str:
    """Who did the real-name check of a number that the person did not activate."""
    other = s.stage is Stage.NOT_MINE or s.facts.activation.by is ActivatedBy.SOMEONE_ELSE
    return s.knowledge.phrase("verified_by_other" if other else "verified_by_unknown")


def _fifteen_days(s: Situation) -> str:
    """`domain.md` D3: from the first request, whatever was promised since."""
    period = s.period("unreasonable_delay_15d", s.requested_on)
    if period is None:
        return s.knowledge.phrase("fifteen_days")
    first, last = (chinese_day(day, near=s.on) for day in (period.starts_on, period.ends_on))
    return s.knowledge.phrase("fifteen_days_until", first=first, last=last)


def _used_sum(s: Situation) -> str:
    """`domain.md` D8: what was paid less what was used, where both are known."""
    payment, consumed, say = s.facts.payment, s.facts.signals.consumed, s.knowledge.phrase
    if s.paid is None or not consumed or not (s.paid or payment.first_top_up):
        return say("used_sum_unknown")
    paid = s.paid + (payment.first_top_up or NOTHING)
    refunded = payment.refunded or NOTHING
    rest = paid - consumed - refunded
    if rest <= NOTHING:
        return say("used_sum_spent", paid=yuan(paid), consumed=yuan(consumed))
    return say(
        "used_sum_refunded" if refunded else "used_sum",
        paid=yuan(paid),
        consumed=yuan(consumed),
        refunded=yuan(refunded),
        rest=yuan(rest),
    )


def _shown(s: Situation) -> dict[str, str]:
    """What the page promised, hid and misstated, and what speaks for the stage."""
    terms, say = s.facts.terms, s.knowledge.phrase
    fees = [say("hidden_deduction")] if s.facts.payment.deduction_disclosed is False else []
    if terms.misleading:
        points = "、".join(s.label(point) for point in terms.misleading)
        fees.append(say("hidden_misled", points=points))
    rules = [say("hidden_rules")] if terms.refund_rules_shown is False else []
    found = s.stage_found
    assumed = found.certainty is Certainty.ASSUMED
    return {
        "fees": "，".join(fees),
        "hidden": "，".join([*rules, *fees]),
        "promised": "”“".join(s.label(promise) for promise in terms.promises or ()),
        "signal": say("signal_unsure" if assumed else f"signal_{found.signal}", me="{me}"),
    }


def _conduct(s: Situation) -> dict[str, str]:
    """How the other side acted, in words that fit after its name."""
    dealings, say = s.facts.dealings, s.knowledge.phrase
    refusal = say("conduct_refused" if s.refused_by_holder else "conduct_delayed")
    handling = refusal
    if Party.CARRIER in s.holders:
        unsolved = s.facts.carrier.reply in REFUSALS
        handling = say("conduct_unsolved") if unsolved else refusal
    elif dealings.reply in (SellerReply.DEDUCTION, *PUT_OFF):
        handling = say(f"conduct_{dealings.reply}")
    put_off = dealings.reply in PUT_OFF or dealings.unreachable
    excuse = [say(f"excuse_{dealings.reply}")] if dealings.reply in PUT_OFF else []
    said = [*excuse, *(s.label(reason) for reason in dealings.reasons or ())]
    return {
        "refusal": refusal,
        "handling": handling,
        "answer": say("conduct_put_off" if put_off else "conduct_silent"),
        "excuses": "”“".join(said),
    }


def label(knowledge: Knowledge, member: object) -> str:
    """The one Chinese label of an enum member."""
    return knowledge.labels[table_name(type(member))][str(member)]


def yuan(value: Decimal) -> str:
    """68元, or 68.50元 when there are fen."""
    whole = value == value.to_integral_value()
    return f"{value:.0f}元" if whole else f"{value:.2f}元"
