"""The plans that were made for a case, and what the desk's lists show of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases.encryption import blind_index
from cases.models import Case, Plan
from cases.services.answers import locked
from cases.services.edits import carried_over

PLANS_PER_CASE = 20


class Summary(TypedDict, total=False):
    """What the desk's lists show of a case: plain codes, one sum, one date, the seller's name."""

    stage: str
    carrier: str
    sales_channel: str
    payee: str
    amount: Decimal | None
    next_on: date | None
    seller: str | None


DESK_COLUMNS = [*Summary.__annotations__, "seller_key", "submitted_at", "updated_at"]


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


def seller_key(seller: str) -> str:
    """The blind index the desk finds a seller's cases by."""
    return blind_index(seller, purpose="case.seller")


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
    case.submitted_at = case.submitted_at or timezone.now()
    case.stage = summary.get("stage", "")
    case.carrier = summary.get("carrier", "")
    case.sales_channel = summary.get("sales_channel", "")
    case.payee = summary.get("payee", "")
    case.amount = summary.get("amount")
    case.next_on = summary.get("next_on")
    case.seller = summary.get("seller")
    case.seller_key = seller_key(case.seller) if case.seller else ""
    case.save(update_fields=DESK_COLUMNS)
