"""Facts tables of every kind that the contract allows, for properties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from cases import vocabulary as v

Table = dict[str, Any]
DAYS = st.dates(date(2025, 3, 1), date(2027, 12, 31))
FLAG = st.sampled_from([True, False, None])
MONEY = st.sampled_from(["0.00", "0", "0.01", "9.90", "50", "68.00", "68.50", "199.99", "3000.00"])
# Among the names are some that would like to be a template, a format or a page.
TEXT = st.sampled_from(
    [
        "星云选号",
        "靓卡信息服务有限公司",
        "{恶意}",
        "{{ owed }}{% if a %}",
        "%s%d",
        "甲\n乙",
        "<b>卡</b>",
    ]
)


def member(enum: Any) -> st.SearchStrategy[str | None]:
    """A member's name, or null."""
    return st.sampled_from([*(entry.value for entry in enum), None])


def members(enum: Any) -> st.SearchStrategy[list[str] | None]:
    """Some names, none of these, or null."""
    names = st.lists(st.sampled_from([entry.value for entry in enum]), unique=True, max_size=4)
    return st.one_of(st.none(), names)


def before(on: date) -> st.SearchStrategy[str | None]:
    """A day up to `on`, mostly near it, or null."""
    near = st.integers(0, 40)
    far = st.sampled_from([0, 15, 16, 150, 154, 730, 731])
    return st.one_of(st.none(), st.builds(_day_before, st.just(on), st.one_of(near, near, far)))


def _day_before(on: date, days: int) -> str:
    return (on - timedelta(days=days)).isoformat()


Section = dict[str, st.SearchStrategy[Any]]


def _order(day: st.SearchStrategy[Any]) -> Section:
    return {
        "placed_by_me": st.sampled_from([True, True, True, False, None]),
        "placed_on": day,
        "sales_channel": member(v.SalesChannel),
        "marketplace": TEXT,
        "seller_name": TEXT,
        "seller_company": TEXT,
        "number": TEXT,
        "tariff": TEXT,
        "card_kind": member(v.CardKind),
        "minimum_term": FLAG,
        "page_says_agency": FLAG,
        "livestream_seller_named": FLAG,
    }


def _payment(day: st.SearchStrategy[Any]) -> Section:
    return {
        "payee": member(v.Payee),
        "method": member(v.PaymentMethod),
        "amount": MONEY,
        "first_top_up": MONEY,
        "paid_on": day,
        "asked_off_platform": FLAG,
        "refunded": MONEY,
        "deduction": MONEY,
        "deduction_disclosed": FLAG,
        "payer": member(v.Payer),
    }


def _signals(day: st.SearchStrategy[Any]) -> Section:
    return {
        "seller_page": member(v.SellerPage),
        "carrier_record": member(v.CarrierRecord),
        "parcel": member(v.Parcel),
        "delivered_on": day,
        "returned_on": day,
        "number_shown": FLAG,
        "activation_notice": FLAG,
        "service_works": FLAG,
        "used": FLAG,
        "consumed": MONEY,
    }


def _carrier(day: st.SearchStrategy[Any]) -> Section:
    return {
        "name": member(v.CarrierName),
        "company": TEXT,
        "province": TEXT,
        "ticket": TEXT,
        "complained": FLAG,
        "complained_on": day,
        "replied_on": day,
        "reply": member(v.CarrierReply),
        "fee_event_on": day,
    }


def _dealings(day: st.SearchStrategy[Any], promised: st.SearchStrategy[Any]) -> Section:
    return {
        "requested": FLAG,
        "requested_at": day,
        "official_channel": FLAG,
        "reply": member(v.SellerReply),
        "replied_on": day,
        "promised_on": promised,
        "reasons": members(v.RefusalReason),
        "unreachable": FLAG,
        "marketplace_reply": member(v.MarketplaceReply),
    }


def _terms() -> Section:
    return {
        "promises": members(v.Promise),
        "no_refund_clause": FLAG,
        "clause_prominent": FLAG,
        "refund_rules_shown": FLAG,
        "exclusion_confirmed": FLAG,
        "misleading": members(v.MisleadingPoint),
        "written_agreement": FLAG,
        "penalty_prominent": FLAG,
    }


def _consumer() -> Section:
    return {
        "minor": FLAG,
        "age": st.sampled_from([None, 7, 8, 17]),
        "has_other_service": FLAG,
        "uploaded_id_photos": FLAG,
        "business_use": FLAG,
        "unknown_numbers": st.sampled_from([None, 0, 2]),
        "name": TEXT,
        "phone": st.just("13800000000"),
        "address": TEXT,
        "postcode": st.just("100000"),
    }


def _opponent() -> Section:
    return {
        "bill_name": TEXT,
        "page_company": TEXT,
        "parcel_sender": TEXT,
        "card_brand": st.one_of(TEXT, st.sampled_from(["china_unicom", "中国移动"])),
        "sms_sender": st.sampled_from([None, "10086", "106910010"]),
    }


def _filing(day: st.SearchStrategy[Any]) -> st.SearchStrategy[Table]:
    return st.fixed_dictionaries(
        {"channel": st.sampled_from([channel.value for channel in v.Channel])},
        optional={
            "against": member(v.Party),
            "on": day,
            "reference": TEXT,
            "accepted_on": day,
            "closed_on": day,
            "outcome": member(v.FilingOutcome),
        },
    )


def _sections(on: date) -> dict[str, Section]:
    day = before(on)
    promised = st.one_of(day, st.just((on + timedelta(days=9)).isoformat()))
    return {
        "order": _order(day),
        "payment": _payment(day),
        "signals": _signals(day),
        "activation": {"at": day, "by": member(v.ActivatedBy)},
        "carrier": _carrier(day),
        "dealings": _dealings(day, promised),
        "terms": _terms(),
        "consumer": _consumer(),
        "opponent": _opponent(),
    }


@st.composite
def cases(draw: st.DrawFn) -> tuple[Table, date]:
    """A facts table that is not refused, and the day it is seen on."""
    on = draw(DAYS)
    sections: Section = {
        name: st.fixed_dictionaries({}, optional=keys) for name, keys in _sections(on).items()
    }
    more: Section = {
        "filed": st.lists(_filing(before(on)), max_size=2),
        "evidence": members(v.EvidenceKind),
    }
    table = st.fixed_dictionaries({}, optional=sections | more)
    return in_order(draw(table)), on


@st.composite
def cases_and_one_more_fact(draw: st.DrawFn) -> tuple[Table, date, Table, str]:
    """A case, its day, the same table with one fact more that was not known, and its name."""
    table, on = draw(cases())
    sections = _sections(on)
    section = draw(st.sampled_from(sorted(sections)))
    key = draw(st.sampled_from(sorted(sections[section])))
    told = dict(table.get(section) or {})
    if told.get(key) is None:
        told[key] = draw(sections[section][key])
    return table, on, {**table, section: told}, f"{section}.{key}"


def in_order(table: Table) -> Table:
    """The table with its dates moved so that none comes before what it follows."""
    order, signals = table.get("order", {}), table.get("signals", {})
    dealings, carrier = table.get("dealings", {}), table.get("carrier", {})
    _not_after(order, "placed_on", signals.get("delivered_on"), dealings.get("requested_at"))
    _not_before(dealings, "replied_on", dealings.get("requested_at"))
    _not_before(carrier, "replied_on", carrier.get("complained_on"))
    for filing in table.get("filed", []):
        for key in ("accepted_on", "closed_on"):
            _not_before(filing, key, filing.get("on"))
    return table


def _not_after(table: Table, key: str, *days: str | None) -> None:
    if table.get(key):
        table[key] = min(day for day in (table[key], *days) if day)


def _not_before(table: Table, key: str, day: str | None) -> None:
    if table.get(key) and day:
        table[key] = max(table[key], day)
