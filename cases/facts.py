"""Facts of a case, as `contract.md` names them, and the checks that refuse the impossible.

`None` always means that the person does not know. Dates and moments are China time.
"""

from __future__ import annotations

import contextlib
import difflib
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar, dataclass_transform, get_args, get_type_hints

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError, with_config

from cases import vocabulary as v

TEXT_LIMIT = 2000


def _day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError("must be a date of the calendar as YYYY-MM-DD")


def _moment(value: object) -> date | datetime:
    if isinstance(value, str) and re.fullmatch(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?", value
    ):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    raise ValueError("must be a date as YYYY-MM-DD or a moment as YYYY-MM-DDTHH:MM")


def _money(value: object) -> Decimal:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", value):
        return Decimal(value)
    raise ValueError('must be a sum in yuan, zero or more, as a string such as "59.00"')


def _text(value: object) -> str | None:
    if isinstance(value, str) and len(value) <= TEXT_LIMIT:
        return value.strip() or None
    raise ValueError(f"must be a text of at most {TEXT_LIMIT} characters")


def _age(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 18:
        return value
    raise ValueError("must be a whole number below 18; it is asked for minors only")


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000:
        return value
    raise ValueError("must be a whole number from 0 to 999")


Day = Annotated[date, BeforeValidator(_day)] | None
Moment = Annotated[date | datetime, BeforeValidator(_moment)] | None
Money = Annotated[Decimal, BeforeValidator(_money)] | None
Text = Annotated[str | None, BeforeValidator(_text)]
Flag = bool | None

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def frozen(table: type[T]) -> type[T]:
    """A frozen, slotted, keyword-only dataclass; read from outside, it refuses unknown keys."""
    made = dataclass(frozen=True, slots=True, kw_only=True)(table)
    return with_config(ConfigDict(extra="forbid"))(made)


@frozen
class Order:
    placed_by_me: Flag = None
    placed_on: Day = None
    sales_channel: v.SalesChannel | None = None
    marketplace: Text = None
    seller_name: Text = None
    seller_company: Text = None
    number: Text = None
    tariff: Text = None
    card_kind: v.CardKind | None = None
    minimum_term: Flag = None
    page_says_agency: Flag = None
    livestream_seller_named: Flag = None


@frozen
class Payment:
    payee: v.Payee | None = None
    method: v.PaymentMethod | None = None
    amount: Money = None
    first_top_up: Money = None
    paid_on: Day = None
    asked_off_platform: Flag = None
    refunded: Money = None
    deduction: Money = None
    deduction_disclosed: Flag = None
    payer: v.Payer | None = None


@frozen
class Signals:
    seller_page: v.SellerPage | None = None
    carrier_record: v.CarrierRecord | None = None
    parcel: v.Parcel | None = None
    delivered_on: Day = None
    returned_on: Day = None
    number_shown: Flag = None
    activation_notice: Flag = None
    service_works: Flag = None
    used: Flag = None
    consumed: Money = None


@frozen
class Activation:
    at: Moment = None
    by: v.ActivatedBy | None = None


@frozen
class Carrier:
    name: v.CarrierName | None = None
    company: Text = None
    province: Text = None
    ticket: Text = None
    complained: Flag = None
    complained_on: Day = None
    replied_on: Day = None
    reply: v.CarrierReply | None = None
    fee_event_on: Day = None


@frozen
class Dealings:
    requested: Flag = None
    requested_at: Moment = None
    official_channel: Flag = None
    reply: v.SellerReply | None = None
    replied_on: Day = None
    promised_on: Day = None
    reasons: tuple[v.RefusalReason, ...] | None = None
    unreachable: Flag = None
    marketplace_reply: v.MarketplaceReply | None = None


@frozen
class Terms:
    promises: tuple[v.Promise, ...] | None = None
    no_refund_clause: Flag = None
    clause_prominent: Flag = None
    refund_rules_shown: Flag = None
    exclusion_confirmed: Flag = None
    misleading: tuple[v.MisleadingPoint, ...] | None = None
    written_agreement: Flag = None
    penalty_prominent: Flag = None


@frozen
class Filing:
    """A complaint, report or suit already made, by whichever channel."""

    channel: v.Channel
    against: v.Party | None = None
    on: Day = None
    reference: Text = None
    accepted_on: Day = None
    closed_on: Day = None
    outcome: v.FilingOutcome | None = None

    @property
    def open(self) -> bool:
        return self.closed_on is None and self.outcome is None


@frozen
class Consumer:
    minor: Flag = None
    age: Annotated[int, BeforeValidator(_age)] | None = None
    has_other_service: Flag = None
    uploaded_id_photos: Flag = None
    business_use: Flag = None
    unknown_numbers: Annotated[int, BeforeValidator(_count)] | None = None
    name: Text = None
    phone: Text = None
    address: Text = None
    postcode: Text = None


@frozen
class Opponent:
    """Names as they can be seen, whoever is behind them. A brand may be a CarrierName's code."""

    bill_name: Text = None
    page_company: Text = None
    parcel_sender: Text = None
    card_brand: Text = None
    sms_sender: Text = None


@frozen
class Facts:
    order: Order = field(default_factory=Order)
    payment: Payment = field(default_factory=Payment)
    signals: Signals = field(default_factory=Signals)
    activation: Activation = field(default_factory=Activation)
    carrier: Carrier = field(default_factory=Carrier)
    dealings: Dealings = field(default_factory=Dealings)
    terms: Terms = field(default_factory=Terms)
    filed: tuple[Filing, ...] | None = None
    consumer: Consumer = field(default_factory=Consumer)
    opponent: Opponent = field(default_factory=Opponent)
    evidence: tuple[v.EvidenceKind, ...] | None = None

    @property
    def filings(self) -> tuple[Filing, ...]:
        """What is known to have been filed; that nothing was, only an empty `filed` says."""
        return self.filed or ()


class FactsRefused(Exception):
    """Facts that cannot be. `faults` holds one line a fault, beginning with its key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


# The days that may not lie before another one. A filing's lie after the day it was made.
EARLIER: Mapping[str, str] = {
    "dealings.replied_on": "dealings.requested_at",
    "carrier.replied_on": "carrier.complained_on",
    "dealings.requested_at": "order.placed_on",
    "signals.delivered_on": "order.placed_on",
}
_ADAPTER: TypeAdapter[Facts] = TypeAdapter(Facts)


def read_facts(table: object, *, on: date) -> Facts:
    """Facts from a JSON-like object with the contract's keys, as known on `on`.

    Raises FactsRefused with every unknown key, wrong type or value, and impossible date at once.
    """
    known = _known(table)
    try:
        facts, faults = _validated(known), []
    except ValidationError as error:
        faults = [_sentence(fault) for fault in error.errors()]
        facts = _the_rest(known, error)
    faults += [f"{key}: {fault}" for key, fault in impossible(facts, on=on)]
    if faults:
        raise FactsRefused(faults)
    return facts


def _validated(table: object) -> Facts:
    return _ADAPTER.validate_json(json.dumps(table), strict=True)


def _the_rest(table: object, error: ValidationError) -> Facts:
    """What can be read once the faulty values are left out, so that its dates are judged too."""
    for fault in error.errors():
        # A list with a fault in it is left out whole.
        path = itertools.takewhile(lambda part: isinstance(part, str), fault["loc"])
        *above, last = [part for part in path if not _is_union_tag(part)] or [""]
        holder: Any = table
        with contextlib.suppress(KeyError, TypeError):
            for part in above:
                holder = holder[part]
            holder[last] = None
    with contextlib.suppress(ValidationError):
        return _validated(_known(table))
    return Facts()


def _known(table: object) -> object:
    """The same without nulls: a null says what a missing key says."""
    if isinstance(table, Mapping):
        return {key: _known(value) for key, value in table.items() if value is not None}
    return [_known(entry) for entry in table] if isinstance(table, list) else table


def _sentence(fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"] if not _is_union_tag(part)) or "facts"
    if fault["type"] == "unexpected_keyword_argument":
        near = difflib.get_close_matches(key, keys(), n=1)
        return f"{key}: unknown key" + (f"; perhaps {near[0]} is meant" if near else "")
    if fault["type"] == "missing":
        return f"{key}: is needed"
    return f"{key}: {fault['msg'].removeprefix('Value error, ')}"


def _is_union_tag(part: object) -> bool:
    return isinstance(part, str) and part.startswith("function-")


def impossible(facts: Facts, *, on: date) -> Iterator[tuple[str, str]]:
    """(key, what is wrong) for every date or order of dates that cannot be, seen on `on`."""
    for key, day in _dates(facts):
        if day > on and key != "dealings.promised_on":
            yield key, f"{day} is after {on}; give a date up to then"
    days = dict(_dates(facts))
    for later, earlier in EARLIER.items():
        yield from _before(later, days.get(later), earlier, days.get(earlier))
    for i, filing in enumerate(facts.filings):
        for name in ("accepted_on", "closed_on"):
            yield from _before(
                f"filed.{i}.{name}", getattr(filing, name), f"filed.{i}.on", filing.on
            )


def _before(
    key: str, later: date | None, other: str, earlier: date | None
) -> Iterator[tuple[str, str]]:
    if later and earlier and day_of(later) < day_of(earlier):
        yield key, f"{day_of(later)} is before {other} ({day_of(earlier)}); check both dates"


def _dates(facts: Facts) -> Iterator[tuple[str, date]]:
    for section in ("order", "payment", "signals", "activation", "carrier", "dealings"):
        yield from _dates_in(section, getattr(facts, section))
    for i, filing in enumerate(facts.filings):
        yield from _dates_in(f"filed.{i}", filing)


def _dates_in(section: str, table: Any) -> Iterator[tuple[str, date]]:
    for name in table.__slots__:
        if isinstance(value := getattr(table, name), date):
            yield f"{section}.{name}", day_of(value)


def day_of(moment: date) -> date:
    """The day of a date or a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


def facts_from(answers: Mapping[str, Mapping[str, Any]], *, on: date) -> Facts:
    """Facts from the answers that count: `{step: {"section__key": JSON value}}`, the door of JSON.

    Raises FactsRefused as `read_facts` does.
    """
    return read_facts(facts_table(answers), on=on)


def facts_table(answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The contract's JSON object for the answers; a key without `__` is no fact of the case."""
    table: dict[str, Any] = {}
    for clean in answers.values():
        for name, value in clean.items():
            section, _, key = name.partition("__")
            if not key:
                if section in ("filed", "evidence"):
                    table[section] = value
                # Where nothing was filed, nobody is asked what.
                elif section == "filed_where" and value == []:
                    table["filed"] = []
                continue
            table.setdefault(section, {})[key] = value
    return table


def keys() -> frozenset[str]:
    """Every dotted key of the contract, `filed` and `evidence` whole."""
    sections = get_type_hints(Facts)
    return frozenset(
        name if get_args(section) else f"{name}.{key}"
        for name, section in sections.items()
        for key in ([""] if get_args(section) else section.__slots__)
    )
