"""The stage of an order by the table of `contract.md`: the first row that speaks wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cases.facts import Facts, day_of
from cases.knowledge import Knowledge
from cases.vocabulary import CarrierRecord, Certainty, Parcel, SellerPage, Stage

BY_RECORD: Mapping[CarrierRecord, Stage] = {
    CarrierRecord.NO_ORDER: Stage.AWAITING_SUBMISSION,
    CarrierRecord.ORDER_SEEN: Stage.SUBMITTED,
    CarrierRecord.NUMBER_RESERVED: Stage.SUBMITTED,
    CarrierRecord.AWAITING_ACTIVATION: Stage.PROVISIONED,
    CarrierRecord.ACTIVE: Stage.ACTIVATED,
    CarrierRecord.CANCELLED: Stage.CLOSED,
}
BY_PARCEL: Mapping[Parcel, Stage] = {
    Parcel.IN_TRANSIT: Stage.PROVISIONED,
    Parcel.DELIVERED: Stage.PROVISIONED,
    Parcel.REFUSED: Stage.CLOSED,
    Parcel.RETURNED: Stage.CLOSED,
}
BY_PAGE: Mapping[SellerPage, Stage] = {
    SellerPage.AWAITING_SUBMISSION: Stage.AWAITING_SUBMISSION,
    SellerPage.SUBMITTED: Stage.SUBMITTED,
    SellerPage.SHIPPED: Stage.PROVISIONED,
    SellerPage.DELIVERED: Stage.PROVISIONED,
    SellerPage.ACTIVATED: Stage.ACTIVATED,
    SellerPage.CLOSED: Stage.CLOSED,
}
CAME_BACK = frozenset({Parcel.REFUSED, Parcel.RETURNED})
# `domain.md` D4: a number may stay reserved for a while after its parcel came back.
STILL_RESERVED = frozenset({Stage.SUBMITTED, Stage.PROVISIONED})
# A parcel that was sent, and a page that says so, are what one expects of a card now in service.
EXPECTED = frozenset(
    {
        (Stage.ACTIVATED, f"parcel_{Parcel.IN_TRANSIT}"),
        (Stage.ACTIVATED, f"parcel_{Parcel.DELIVERED}"),
        (Stage.ACTIVATED, f"page_{SellerPage.SHIPPED}"),
        (Stage.ACTIVATED, f"page_{SellerPage.DELIVERED}"),
        (Stage.CLOSED, f"record_{CarrierRecord.NO_ORDER}"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFound:
    """`because` and `contradictions` are sentences to the person; `signal` names what decided,
    `fact` is its key: signals.parcel. Nothing known decides for none."""

    id: Stage
    certainty: Certainty
    signal: str
    fact: str | None
    because: tuple[str, ...]
    contradictions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Signal:
    """One row of the table that speaks: its name among the phrases, the fact that it reads and the
    stage it points to."""

    name: str
    fact: str
    stage: Stage


def find_stage(facts: Facts, knowledge: Knowledge) -> StageFound:
    """The stage, how sure it is, what decided it and what that overruled."""
    signals = list(_signals(facts))
    heard = [signal for signal in signals if not _must_yield(signal, facts)]
    if not heard:
        return StageFound(
            id=Stage.SUBMITTED,
            certainty=Certainty.ASSUMED,
            signal="none",
            fact=None,
            because=(_said(knowledge, "none"),),
            contradictions=tuple(_odd_dates(facts, knowledge, Stage.SUBMITTED)),
        )
    winner = heard[0]
    by_record = winner.name.startswith("record_")
    overruled = [signal for signal in signals if _contradicts(signal, winner)]
    return StageFound(
        id=winner.stage,
        certainty=Certainty.CONFIRMED if by_record else Certainty.LIKELY,
        signal=winner.name,
        fact=winner.fact,
        because=(_said(knowledge, winner.name),),
        contradictions=(
            *(_overruled(signal, winner, facts, knowledge) for signal in overruled),
            *_odd_dates(facts, knowledge, winner.stage),
        ),
    )


def _signals(facts: Facts) -> Iterator[_Signal]:
    """Every row that speaks, in the table's order."""
    signals = facts.signals
    if facts.order.placed_by_me is False:
        yield _Signal("not_mine", "order.placed_by_me", Stage.NOT_MINE)
    if record := signals.carrier_record:
        yield _Signal(f"record_{record}", "signals.carrier_record", BY_RECORD[record])
    for name in ("service_works", "used", "activation_notice"):
        if getattr(signals, name):
            yield _Signal(name, f"signals.{name}", Stage.ACTIVATED)
    if (parcel := signals.parcel) and parcel in BY_PARCEL:
        yield _Signal(f"parcel_{parcel}", "signals.parcel", BY_PARCEL[parcel])
    if (page := signals.seller_page) and page in BY_PAGE:
        yield _Signal(f"page_{page}", "signals.seller_page", BY_PAGE[page])


def _must_yield(signal: _Signal, facts: Facts) -> bool:
    """`no_order` decides only beside a page that says 待提交, or when nothing else is known; a
    parcel on its way or in hand speaks against it in any case."""
    if signal.name != f"record_{CarrierRecord.NO_ORDER}":
        return False
    if facts.signals.parcel in (Parcel.IN_TRANSIT, Parcel.DELIVERED):
        return True
    if facts.signals.seller_page is SellerPage.AWAITING_SUBMISSION:
        return False
    return len(list(_signals(facts))) > 1


def _contradicts(signal: _Signal, winner: _Signal) -> bool:
    if winner.stage is Stage.NOT_MINE:
        return signal.name.startswith(("parcel_", "page_"))
    return signal.stage is not winner.stage and (winner.stage, signal.name) not in EXPECTED


def _overruled(signal: _Signal, winner: _Signal, facts: Facts, knowledge: Knowledge) -> str:
    return knowledge.phrase(
        _overruling(signal, winner, facts),
        signal=_said(knowledge, signal.name).rstrip("。"),
        winner=_said(knowledge, winner.name).rstrip("。"),
    )


def _overruling(signal: _Signal, winner: _Signal, facts: Facts) -> str:
    """The phrase that tells it; what is usual of a parcel that came back is not called odd."""
    came_back = facts.signals.parcel in CAME_BACK
    if came_back and winner.stage in STILL_RESERVED and signal.name.startswith("parcel_"):
        return "stage_overruled_parcel"
    usual = winner.stage in (*STILL_RESERVED, Stage.CLOSED)
    if came_back and usual and signal.name == f"page_{SellerPage.SHIPPED}":
        return "stage_overruled_page"
    return "stage_overruled"


def _said(knowledge: Knowledge, signal: str) -> str:
    return knowledge.phrase(f"signal_{signal}", me=knowledge.phrase("me"))


def _odd_dates(facts: Facts, knowledge: Knowledge, stage: Stage) -> Iterator[str]:
    at, placed_on = facts.activation.at, facts.order.placed_on
    if at and placed_on and day_of(at) < placed_on:
        yield knowledge.phrase("odd_activated_before_order")
    if at and stage not in (Stage.ACTIVATED, Stage.NOT_MINE, Stage.CLOSED):
        yield knowledge.phrase("odd_activated_but_stage")
    if facts.carrier.complained is False and facts.carrier.complained_on:
        yield knowledge.phrase("odd_complaint_denied")
    if facts.dealings.requested is False and facts.dealings.requested_at:
        yield knowledge.phrase("odd_request_denied")
