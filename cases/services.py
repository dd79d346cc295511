"""Every write to the database."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from cases import case_code
from cases.case_code import CaseCode
from cases.encryption import blind_index
from cases.models import Case, Plan, ResumeFailure
from cases.renderings import plan_cache

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Retention, as the privacy notice states it.
DRAFT_LIFE = timedelta(days=30)  # after the last visit
SUBMITTED_LIFE = timedelta(days=180)  # after the first submission
FAILURE_LIFE = DAY
PURGE_BATCH = 100  # cases a transaction, so that nobody waits long for the lock

PLANS_PER_CASE = 20

# Failed tries at case codes within an hour.
TRIES_PER_CASE = 10
TRIES_PER_ADDRESS = 30
TRIES_IN_ALL = 300


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof of an erasure: when, which case, and how many rows of each kind (`{"plan": 2}`)."""

    erased_at: datetime
    public_id: str
    deleted: Mapping[str, int]


class StaleAnswer(Exception):
    """The step was answered elsewhere after this form was shown.

    `current` is the case as it is now: `current.answers[step]` is the other answer,
    `current.version` what the next form must carry.
    """

    def __init__(self, *, current: Case) -> None:
        super().__init__("the step was answered elsewhere after this form was shown")
        self.current = current


class TooManyPlans(Exception):
    """The case has PLANS_PER_CASE plans already; they and the answers stay as they are."""


def open_case() -> Case:
    """Make an empty case with a code of its own; `case.code` shows it."""
    code = _unused_code()
    return Case.objects.create(
        public_id=code.public_id,
        secret=code.secret,
        secret_hash=case_code.hash_secret(code.secret),
    )


def note_visit(case: Case) -> None:
    """Let the time a draft is kept start anew; writes at most once a day."""
    now = timezone.now()
    if now - case.updated_at >= DAY:
        Case.objects.filter(pk=case.pk).update(updated_at=now)


def save_step(
    case: Case,
    *,
    step: str,
    typed: Mapping[str, Sequence[str]],
    clean: Mapping[str, Any] | None,
    version: int,
) -> Case:
    """Keep what was typed into a step, and what it means (None when the form refused it).

    `version` is the case's version the form was shown with. Steps answered in another tab since
    are kept as they are; raises StaleAnswer only when this very step was. Sending the same answer
    again writes nothing. Returns the case as stored; raises Case.DoesNotExist after an erasure.
    """
    answer = {
        "typed": {name: list(values) for name, values in typed.items()},
        "clean": None if clean is None else dict(clean),
    }
    with transaction.atomic():
        current = _locked(case)
        stored = current.answers.get(step, {"version": 0})
        if stored == answer | {"version": stored["version"]}:
            return current
        if stored["version"] > version:
            raise StaleAnswer(current=current)
        current.answers[step] = answer | {"version": current.version + 1}
        return _next_version(current)


def drop_steps(case: Case, *, steps: Collection[str]) -> Case:
    """Forget the answers to steps that are no longer asked; returns the case as stored."""
    with transaction.atomic():
        current = _locked(case)
        kept = {step: answer for step, answer in current.answers.items() if step not in steps}
        if kept == current.answers:
            return current
        current.answers = kept
        return _next_version(current)


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
        current = _locked(case)
        if kept := _kept_plan(current, key, plan):
            return kept
        if current.plans.count() >= PLANS_PER_CASE:
            raise TooManyPlans
        made = Plan.objects.create(
            case=current, key=key, on=on, content=dict(plan), knowledge_version=knowledge_version
        )
        _describe(current, summary)
        return made


def seller_key(seller: str) -> str:
    """The blind index the desk finds a seller's cases by."""
    return blind_index(seller, purpose="case.seller")


def erase(case: Case) -> Receipt:
    """Delete the case with everything that hangs on it, at once and for good."""
    with transaction.atomic():
        tries = ResumeFailure.objects.filter(
            kind=ResumeFailure.Kind.CASE, key=_case_key(case.public_id)
        ).delete()
        plans = _plans_of([case.pk])
        rows = Case.objects.filter(pk=case.pk).delete()
    # Only now: a download in between would have kept its PDF again.
    plan_cache.forget(plans)
    return Receipt(
        erased_at=timezone.now(),
        public_id=case.public_id,
        deleted=_by_kind(rows[1]) | _by_kind(tries[1]),
    )


@sensitive_variables()
def resume(typed_code: str, *, address: str) -> Case | None:
    """The case a typed code opens, or None: one answer and one amount of work for every failure.

    A try counts as failed before the code is looked at and is taken back when it was right, so
    that parallel guesses cannot overtake the count. (On PostgreSQL, whose transactions do not
    queue up here, at most the tries in flight may go over.)
    """
    code = case_code.parse(typed_code)
    tries = _claim_try(code, address)
    case = Case.objects.filter(public_id=code.public_id if code else "").first()
    secret_hash = case.secret_hash if case and tries else None
    right = case_code.verify(code.secret if code else "", secret_hash)
    if case is None or not right:
        return None
    ResumeFailure.objects.filter(pk__in=[each.pk for each in tries]).delete()
    note_visit(case)
    return case


@sensitive_variables()
def tries_used_up(typed_code: str, *, address: str) -> bool:
    """Whether `resume` would refuse even the right code now; a view answers 429 then.

    True for codes that never existed as well, so it tells nothing about a case.
    """
    return _used_up(case_code.parse(typed_code), address)


def purge(now: datetime, *, dry_run: bool) -> dict[str, int]:
    """Delete what was kept long enough; returns rows by rule, also when only asked (`dry_run`)."""
    drafts = Q(submitted_at=None, updated_at__lte=now - DRAFT_LIFE)
    submitted = Q(submitted_at__lte=now - SUBMITTED_LIFE)
    failures = ResumeFailure.objects.filter(at__lte=now - FAILURE_LIFE)
    sessions = Session.objects.filter(expire_date__lt=now)
    if dry_run:
        return {
            "drafts": Case.objects.filter(drafts).count(),
            "submitted": Case.objects.filter(submitted).count(),
            "failures": failures.count(),
            "sessions": sessions.count(),
        }
    return {
        "drafts": _delete_cases(drafts),
        "submitted": _delete_cases(submitted),
        "failures": failures.delete()[0],
        "sessions": sessions.delete()[0],
    }


def reseal(model: type[models.Model], keys: Collection[UUID], *, fields: Sequence[str]) -> int:
    """Seal these rows' cells with the current key, all or none; returns how many rows."""
    with transaction.atomic():
        rows = model._default_manager.select_for_update().filter(pk__in=keys).only("pk", *fields)
        for row in rows:
            row.save(update_fields=fields)
        return len(rows)


def _unused_code() -> CaseCode:
    code = case_code.new()
    while Case.objects.filter(public_id=code.public_id).exists():
        code = case_code.new()
    return code


def _locked(case: Case) -> Case:
    """The row as it is now. SQLite has no row locks; there the transaction is IMMEDIATE."""
    return Case.objects.select_for_update().get(pk=case.pk)


def _next_version(case: Case) -> Case:
    case.version += 1
    case.save(update_fields=["answers", "version", "updated_at"])
    return case


def _kept_plan(case: Case, key: str, content: Mapping[str, Any]) -> Plan | None:
    """The plan of this key, or the newest one if it says the same."""
    if of_key := case.plans.filter(key=key).first():
        return of_key
    newest = case.plans.first()
    # Compared as it would lie in the database, where a tuple is a list.
    return newest if newest and newest.content == json.loads(json.dumps(content)) else None


def _plans_of(cases: Collection[UUID]) -> list[UUID]:
    return list(Plan.objects.filter(case__in=cases).values_list("pk", flat=True))


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


def _by_kind(rows: Mapping[str, int]) -> dict[str, int]:
    """`{"cases.Plan": 2}` as `{"plan": 2}`, without the kinds of which there were none."""
    return {label.rpartition(".")[2].lower(): count for label, count in rows.items() if count}


def _delete_cases(due: Q) -> int:
    keys = list(Case.objects.filter(due).values_list("pk", flat=True))
    batches = [keys[start : start + PURGE_BATCH] for start in range(0, len(keys), PURGE_BATCH)]
    return sum(_delete_batch(due, batch) for batch in batches)


def _delete_batch(due: Q, keys: Sequence[UUID]) -> int:
    with transaction.atomic():
        # Asked again under the lock: somebody may have come back to a case meanwhile.
        locked = Case.objects.select_for_update().filter(due, pk__in=keys).only("pk")
        still_due = [case.pk for case in locked]
        plans = _plans_of(still_due)
        rows = Case.objects.filter(pk__in=still_due).delete()
    plan_cache.forget(plans)
    return _by_kind(rows[1]).get("case", 0)


def _claim_try(code: CaseCode | None, address: str) -> list[ResumeFailure]:
    """Count a failure in advance; an empty list when there is no try left."""
    with transaction.atomic():
        if _used_up(code, address):
            return []
        now = timezone.now()
        tries = [_failure(ResumeFailure.Kind.ADDRESS, _address_key(address), now)]
        if code:
            tries.append(_failure(ResumeFailure.Kind.CASE, _case_key(code.public_id), now))
        return ResumeFailure.objects.bulk_create(tries)


def _failure(kind: ResumeFailure.Kind, key: str, at: datetime) -> ResumeFailure:
    return ResumeFailure(kind=kind, key=key, at=at)


def _used_up(code: CaseCode | None, address: str) -> bool:
    now = timezone.now()
    lately = ResumeFailure.objects.filter(kind=ResumeFailure.Kind.ADDRESS, at__gt=now - HOUR)
    here = lately.filter(key=_address_key(address))
    return (
        lately.count() >= TRIES_IN_ALL
        or here.count() >= TRIES_PER_ADDRESS
        or (code is not None and _frozen(code.public_id, now))
    )


def _frozen(public_id: str, now: datetime) -> bool:
    """Ten failures within an hour freeze a case for an hour from the last of them."""
    failures = ResumeFailure.objects.filter(
        kind=ResumeFailure.Kind.CASE, key=_case_key(public_id)
    ).order_by("-at")
    newest = list(failures.values_list("at", flat=True)[:TRIES_PER_CASE])
    if len(newest) < TRIES_PER_CASE:
        return False
    return newest[0] - newest[-1] <= HOUR and now - newest[0] < HOUR


def _case_key(public_id: str) -> str:
    return blind_index(public_id, purpose="resume.case")


def _address_key(address: str) -> str:
    return blind_index(_neighbourhood(address), purpose="resume.address")


def _neighbourhood(address: str) -> str:
    """The /24 or /56 an address lies in, which one customer may roam; "" when it is none."""
    try:
        host = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(host, ipaddress.IPv6Address) and host.ipv4_mapped:
        host = host.ipv4_mapped
    return str(ipaddress.ip_network((host, 24 if host.version == 4 else 56), strict=False))
