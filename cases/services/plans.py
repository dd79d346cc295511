"""The plans that were made for a case, and what the desk's lists show of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases.models import NO_DATE, BlindKey, Case, Flag, Plan, Status
from cases.services import events, finding, sellers, status, tallies
from cases.services.answers import locked
from cases.services.edits import carried_over

PLANS_PER_CASE = 20
# Nobody reads and answers all the pages faster.
FASTEST = timedelta(seconds=60)


class Summary(TypedDict, total=False):
    """What the desk's lists show of a case: plain codes, one sum, one date, the seller's name.

    `found_by` holds the texts a case can be found by (`{BlindKey.Kind: [text]}`); only their
    fingerprints are kept. `flags` are members of `Flag.Kind`.
    """

    stage: str
    carrier: str
    sales_channel: str
    marketplace: str
    payee: str
    problem: str
    channel: str
    amount: Decimal | None
    next_on: date | None
    seller: str | None
    found_by: Mapping[str, Collection[str]]
    flags: Collection[str]


CODES = ("stage", "carrier", "sales_channel", "marketplace", "payee", "problem", "channel")
DESK_COLUMNS = (
    *CODES,
    "amount",
    "next_on",
    "seller",
    "listed_seller",
    "status",
    "submitted_at",
    "updated_at",
    "desk_version",
)
COLUMNS_OF_CLOSING = ("closed_at", "closed_reason", "refunded_on")


class TooManyPlans(Exception):
    """The case has PLANS_PER_CASE plans already; they and the answers stay as they are."""


def submit(
    case: Case,
    *,
    key: str,
    on: date,
    plan: Mapping[str, Any],
    knowledge_version: str,
    summary: Summary,
) -> Plan:
    """Keep a plan and what the desk needs to see of the case, once for each `key`.

    Of several requests with one key the first writes and the others are given its plan. A plan
    that says what the newest one says is not kept again. Raises TooManyPlans.
    """
    with transaction.atomic():
        current = locked(case)
        if kept := _kept_plan(current, key, plan):
            return kept
        if current.plans.count() >= PLANS_PER_CASE:
            raise TooManyPlans
        made = Plan.objects.create(
            case=current,
            key=key,
            on=on,
            content=dict(plan),
            knowledge_version=knowledge_version,
            edits=carried_over(current.plans.first(), plan),
        )
        _describe(current, summary)
        return made


def plans_of(cases: Collection[UUID]) -> list[UUID]:
    return list(Plan.objects.filter(case__in=cases).values_list("pk", flat=True))


def _kept_plan(case: Case, key: str, content: Mapping[str, Any]) -> Plan | None:
    """The plan of this key, or the newest one if it says the same."""
    if of_key := case.plans.filter(key=key).first():
        return of_key
    newest = case.plans.first()
    # Compared as it would lie in the database, where a tuple is a list.
    return newest if newest and newest.content == json.loads(json.dumps(content)) else None


def _describe(case: Case, summary: Summary) -> None:
    """Fill the desk's columns; a first plan brings the case to the desk, a later one back to it."""
    before = tallies.rows(case)
    case.submitted_at = case.submitted_at or timezone.now()
    for code in CODES:
        setattr(case, code, summary.get(code, ""))
    case.amount = summary.get("amount")
    case.next_on = summary.get("next_on") or NO_DATE
    case.seller = summary.get("seller")
    _back_to_the_desk(case)
    finding.keep_keys(case, summary.get("found_by", {}))
    case.listed_seller = sellers.of(case) or case.listed_seller
    case.save(update_fields=[*DESK_COLUMNS, *COLUMNS_OF_CLOSING])
    _keep_flags(case, {*summary.get("flags", ()), *_seen_here(case)})
    tallies.move(before, tallies.rows(case))


def _back_to_the_desk(case: Case) -> None:
    if case.status == Status.DRAFT:
        case.status = Status.SUBMITTED
    elif case.status == Status.CLOSED:
        status.put(case, Status.REOPENED)
        case.desk_version += 1
        events.moved(case, Status.CLOSED, actor="")


def _seen_here(case: Case) -> Iterator[str]:
    """The flags that show only beside other cases and the clock."""
    if case.submitted_at and case.submitted_at - case.created_at < FASTEST:
        yield Flag.Kind.TOO_FAST
    orders = case.keys.filter(kind=BlindKey.Kind.ORDER).values("key")
    if BlindKey.objects.filter(key__in=orders).exclude(case=case).exists():
        yield Flag.Kind.AGAIN


def _keep_flags(case: Case, kinds: Collection[str]) -> None:
    case.flags.exclude(kind=Flag.Kind.REPLIED).delete()
    Flag.objects.bulk_create(Flag(case=case, kind=kind) for kind in sorted(kinds))
