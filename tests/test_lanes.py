"""Which door is open, which shut, and until when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.deadlines import count
from cases.facts import Facts, read_facts
from cases.knowledge import Knowledge
from cases.lanes import (
    Door,
    Shut,
    blocking,
    escalation,
    filing_by,
    heard_in_vain,
    judged,
    last_day_of,
    shut_by_filing,
)
from cases.vocabulary import Channel, Matter, Party, When

ON = date(2026, 11, 22)
REGULATOR = Channel.MARKET_REGULATOR_COMPLAINT
HOTLINE = {"channel": "government_hotline", "against": "affiliate", "on": "2026-11-01"}


def case(filed: list[dict[str, Any]] | None = None, **tables: Any) -> Facts:
    return read_facts({**tables, "filed": filed or []}, on=ON)


def door(facts: Facts, knowledge: Knowledge, *, matters: set[Matter] | None = None) -> Door | Shut:
    since = facts.carrier.complained_on
    return escalation(
        facts,
        frozenset(matters or ()),
        complained=since is not None,
        deadline=count("carrier_reply_15d", knowledge, since=since) if since else None,
        event_on=facts.order.placed_on,
        on=ON,
        knowledge=knowledge,
    )


def test_the_newest_filing_counts() -> None:
    facts = case([HOTLINE, {**HOTLINE, "on": "2026-11-10"}, {**HOTLINE, "on": "2026-11-05"}])
    filing = filing_by(facts, Channel.GOVERNMENT_HOTLINE, Party.AFFILIATE)

    assert filing is not None
    assert filing.on == date(2026, 11, 10)


def test_an_open_filing_blocks_another_body_against_the_same_party() -> None:
    facts = case([HOTLINE])

    assert blocking(facts, Party.AFFILIATE, but=REGULATOR) is not None
    assert blocking(facts, Party.CARRIER, but=REGULATOR) is None
    assert blocking(facts, Party.AFFILIATE, but=Channel.GOVERNMENT_HOTLINE) is None


@pytest.mark.parametrize("end", [{"closed_on": "2026-11-20"}, {"outcome": "ended"}], ids=str)
def test_a_filing_that_ended_blocks_nothing(end: dict[str, str]) -> None:
    assert blocking(case([{**HOTLINE, **end}]), Party.AFFILIATE, but=REGULATOR) is None


@pytest.mark.parametrize(
    "channel", ["market_regulator_report", "police", "heimao", "payment_provider", "marketplace"]
)
def test_reports_and_private_channels_block_nothing(channel: str) -> None:
    facts = case([{**HOTLINE, "channel": channel}])

    assert blocking(facts, Party.AFFILIATE, but=REGULATOR) is None


@pytest.mark.parametrize(
    ("filing", "last"),
    [
        ({"channel": "market_regulator_complaint", "on": "2026-11-10"}, date(2027, 1, 18)),
        (
            {"channel": "market_regulator_complaint", "accepted_on": "2026-11-10"},
            date(2027, 1, 9),
        ),
        ({"channel": "telecom_escalation", "on": "2026-11-10"}, date(2026, 12, 10)),
        ({"channel": "small_claims_court", "on": "2026-11-10"}, date(2027, 1, 10)),
        ({"channel": "internet_court", "accepted_on": "2026-11-10"}, date(2027, 1, 10)),
        ({"channel": "government_hotline", "on": "2026-11-10"}, None),
        ({"channel": "market_regulator_complaint"}, None),
    ],
    ids=str,
)
def test_a_body_has_a_last_day_where_a_rule_says_so(
    filing: dict[str, str], last: date | None, knowledge: Knowledge
) -> None:
    facts = case([{**filing, "against": "affiliate"}])

    assert last_day_of(facts.filings[0], knowledge) == last


def test_a_shut_door_opens_the_day_after(knowledge: Knowledge) -> None:
    filed = {"channel": "telecom_escalation", "against": "affiliate", "on": "2026-11-10"}

    shut = shut_by_filing(case([filed]), Party.AFFILIATE, but=REGULATOR, knowledge=knowledge)

    assert shut == Shut(why="shut_by_filing", opens_on=date(2026, 12, 11))


def test_a_court_is_advised_against_while_another_body_mediates(knowledge: Knowledge) -> None:
    filed = {"channel": "telecom_escalation", "against": "affiliate", "on": "2026-11-10"}

    shut = shut_by_filing(
        case([filed]), Party.AFFILIATE, but=Channel.SMALL_CLAIMS_COURT, knowledge=knowledge
    )

    assert shut == Shut(why="shut_court_while_open", opens_on=date(2026, 12, 11))


def test_what_one_court_has_the_other_does_not_take(knowledge: Knowledge) -> None:
    filed = {"channel": "internet_court", "against": "affiliate", "on": "2026-11-10"}

    shut = shut_by_filing(
        case([filed]), Party.AFFILIATE, but=Channel.SMALL_CLAIMS_COURT, knowledge=knowledge
    )

    assert shut == Shut(why="shut_by_filing", opens_on=date(2027, 1, 11))


def test_where_nobody_is_complained_about_the_channel_alone_decides() -> None:
    facts = case([{"channel": "police", "against": "individual", "on": "2026-11-10"}])

    assert filing_by(facts, Channel.POLICE, None) is not None
    assert filing_by(facts, Channel.SPAM_REPORT, None) is None


@pytest.mark.parametrize(
    ("end", "in_vain"),
    [
        ({}, False),
        ({"outcome": "settled"}, False),
        ({"outcome": "ended"}, True),
        ({"outcome": "refused"}, True),
    ],
    ids=str,
)
def test_a_body_was_asked_in_vain_when_it_settled_nothing(
    end: dict[str, str], in_vain: bool
) -> None:
    facts = case([{**HOTLINE, **end}])

    assert heard_in_vain(facts, Party.AFFILIATE) is in_vain
    assert not heard_in_vain(facts, Party.CARRIER)


@pytest.mark.parametrize(
    ("end", "over"),
    [
        ({}, False),
        ({"outcome": "refused"}, False),
        ({"outcome": "ended"}, True),
        ({"outcome": "settled"}, True),
        ({"closed_on": "2026-11-20"}, True),
    ],
    ids=str,
)
def test_a_court_is_done_with_what_it_took_on(end: dict[str, str], over: bool) -> None:
    facts = case([{**HOTLINE, "channel": "small_claims_court", **end}])

    assert judged(facts, Party.AFFILIATE) is over


@pytest.mark.parametrize(
    ("carrier", "expected"),
    [
        ({"complained_on": "2026-11-06", "reply": "none"}, Door(when=When.NOW)),
        (
            {"complained_on": "2026-11-07", "reply": "none"},
            Door(when=When.LATER, opens_on=date(2026, 11, 23)),
        ),
        ({"complained_on": "2026-11-20", "reply": "refused"}, Door(when=When.NOW)),
        ({"complained_on": "2026-11-20", "reply": "sent_to_agent"}, Door(when=When.NOW)),
        (
            {"complained_on": "2026-11-20", "reply": "accepted"},
            Door(when=When.IF_NEEDED, opens_on=date(2026, 12, 6)),
        ),
        ({"complained_on": "2026-11-01", "reply": "accepted"}, Door(when=When.NOW)),
        ({}, Shut(why="shut_escalation_first")),
    ],
    ids=str,
)
def test_the_escalation_opens_by_reply_and_day(
    carrier: dict[str, str], expected: Door | Shut, knowledge: Knowledge
) -> None:
    assert door(case(carrier=carrier), knowledge, matters={Matter.CANCELLATION}) == expected


def test_no_card_of_things_is_escalated(knowledge: Knowledge) -> None:
    facts = case(order={"card_kind": "iot"}, carrier={"complained_on": "2026-11-01"})

    assert door(facts, knowledge) == Shut(why="shut_escalation_iot")


@pytest.mark.parametrize(
    ("tables", "shut"),
    [
        ({"carrier": {"fee_event_on": "2026-06-22"}}, False),
        ({"carrier": {"fee_event_on": "2026-06-21"}}, True),
        ({"order": {"placed_on": "2024-11-22"}}, False),
        ({"order": {"placed_on": "2024-11-21"}}, True),
    ],
    ids=str,
)
def test_it_is_too_late_after_five_months_or_two_years(
    tables: dict[str, dict[str, str]], shut: bool, knowledge: Knowledge
) -> None:
    carrier = {"complained_on": "2026-11-20", "reply": "refused", **tables.get("carrier", {})}
    facts = case(order=tables.get("order", {}), carrier=carrier)

    late = door(facts, knowledge) == Shut(why="shut_escalation_too_late")

    assert late is shut
