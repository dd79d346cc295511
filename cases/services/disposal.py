"""What is deleted: by the person at once, by the schedule when it was kept long enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils import timezone

from cases.models import (
    Case,
    DailyCount,
    Event,
    Exhibit,
    HalfWritten,
    Message,
    Note,
    Outcome,
    PageReport,
    Plan,
    ResumeFailure,
    Tombstone,
)
from cases.renderings import plan_cache
from cases.services import events, exhibits, export_files, exports, tallies
from cases.services.half_written import HALF_LIFE
from cases.services.plans import plans_of
from cases.services.resuming import case_key

# Retention, as the privacy notice states it.
DRAFT_LIFE = timedelta(days=30)  # after the last visit
SUBMITTED_LIFE = timedelta(days=180)  # after the first submission
FAILURE_LIFE = timedelta(days=1)
REMARK_LIFE = timedelta(days=180)  # after it was written
COUNT_LIFE = timedelta(days=400)  # a year and a month, so that a month can be held against the last
# What stays of a deleted case, and the log of the desk: the three years for which records of the
# handling of personal data are kept (Personal Information Protection Law, art. 56).
RECORD_YEARS = 3
RECORD_LIFE = timedelta(days=RECORD_YEARS * 365)
PURGE_BATCH = 100  # cases a transaction, so that nobody waits long for the lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof of an erasure: when, which case, and how many rows of each kind (`{"plan": 2}`)."""

    erased_at: datetime
    public_id: str
    deleted: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Rows that were deleted, by kind, and whose files are to be forgotten next."""

    rows: Mapping[str, int]
    plans: Collection[UUID]
    pictures: Collection[UUID]


def erase(case: Case) -> Receipt:
    """Delete the case with everything that hangs on it, at once and for good; a hold or not."""
    with transaction.atomic():
        tries = ResumeFailure.objects.filter(
            kind=ResumeFailure.Kind.CASE, key=case_key(case.public_id)
        ).delete()
        removed = remove(Q(), [case.pk], why=Tombstone.Why.PERSON)
    forget_files(removed)
    return Receipt(
        erased_at=timezone.now(),
        public_id=case.public_id,
        deleted={**removed.rows, **_by_kind(tries[1])},
    )


def purge(now: datetime, *, dry_run: bool) -> dict[str, int]:
    """Delete what was kept long enough; returns rows by rule, also when only asked (`dry_run`).

    `held` are the cases that would have been deleted but for a hold.
    """
    drafts = Q(submitted_at=None, updated_at__lte=now - DRAFT_LIFE)
    submitted, held = over(now) & Q(held=False), over(now) & Q(held=True)
    due = {"drafts": drafts, "submitted": submitted}
    counted = {"held": Case.objects.filter(held).count()}
    if dry_run:
        return {**_would_purge(now, due), **counted}
    plan_cache.clear()
    report = {**_purged(now, due), **counted}
    _log_purge(report)
    return report


def last_purge() -> Event | None:
    """The line of the log about the last run; its fields are `rule:number` of what was found."""
    runs = Event.objects.filter(kind=Event.Kind.ERASED, reason=Tombstone.Why.RETENTION)
    return runs.first()


def over(now: datetime) -> Q:
    """The submitted cases that the schedule deletes by then."""
    return Q(submitted_at__lte=now - SUBMITTED_LIFE)


def remove(due: Q, keys: Collection[UUID], *, why: Tombstone.Why) -> Removed:
    """Delete those of these cases that are due, and leave a tombstone of each that was submitted.

    Called inside a transaction; `forget_files` comes after its end. What is due is asked again
    under the lock: somebody may have come back to a case meanwhile.
    """
    locked = Case.objects.select_for_update().filter(due, pk__in=keys).order_by("pk")
    cases = list(locked.only("pk", "public_id", "submitted_at"))
    still_due = [case.pk for case in cases]
    plans, pictures = plans_of(still_due), exhibits.of_cases(still_due)
    _bury([case for case in cases if case.submitted_at], why)
    tallies.gone(still_due)
    rows = Case.objects.filter(pk__in=still_due).delete()
    return Removed(rows=_by_kind(rows[1]), plans=plans, pictures=pictures)


def forget_files(removed: Removed) -> None:
    """Delete the files of rows that are gone."""
    # Only after the rows: a download in between would have kept its PDF again.
    plan_cache.forget(removed.plans)
    exhibits.forget(removed.pictures)
    if removed.plans:
        # Any of them may have a case that is gone.
        export_files.drop_all()


def reseal(model: type[models.Model], keys: Collection[UUID], *, fields: Sequence[str]) -> int:
    """Seal these rows' cells with the current key, all or none; returns how many rows."""
    with transaction.atomic():
        rows = model._default_manager.select_for_update().filter(pk__in=keys).only("pk", *fields)
        for row in rows:
            row.save(update_fields=fields)
        return len(rows)


def _would_purge(now: datetime, due: Mapping[str, Q]) -> dict[str, int]:
    return {
        **{rule: Case.objects.filter(cases).count() for rule, cases in due.items()},
        **{rule: found.count() for rule, found in _kept_long_enough(now).items()},
        "exhibits": exhibits.overdue(now),
        "files_left_behind": len(exhibits.left_behind(now)),
        "export_files": export_files.overdue(now),
        "events": events.overdue(now - RECORD_LIFE),
    }


def _purged(now: datetime, due: Mapping[str, Q]) -> dict[str, int]:
    # Dicts keep their order: the cases go first, and the rest is what they left.
    return {
        **{rule: _delete_cases(cases) for rule, cases in due.items()},
        **{rule: found.delete()[0] for rule, found in _kept_long_enough(now).items()},
        "exhibits": exhibits.purge_overdue(now),
        "files_left_behind": exhibits.sweep(now),
        "export_files": export_files.sweep(now),
        "events": events.forget(now - RECORD_LIFE),
    }


def _kept_long_enough(now: datetime) -> dict[str, models.QuerySet[Any]]:
    """The rows beside the cases that the schedule deletes, by rule."""
    return {
        "failures": ResumeFailure.objects.filter(at__lte=now - FAILURE_LIFE),
        "sessions": Session.objects.filter(expire_date__lt=now),
        "sign_ins": AccessAttempt.objects.filter(attempt_time__lte=now - FAILURE_LIFE),
        "tries": AccessFailureLog.objects.filter(attempt_time__lte=now - FAILURE_LIFE),
        "half_written": HalfWritten.objects.filter(at__lte=now - HALF_LIFE),
        "remarks": PageReport.objects.filter(at__lte=now - REMARK_LIFE),
        "counts": DailyCount.objects.filter(on__lt=timezone.localdate(now) - COUNT_LIFE),
        "tombstones": Tombstone.objects.filter(at__lte=now - RECORD_LIFE),
        "exports": exports.old(now),
    }


def _log_purge(report: Mapping[str, int]) -> None:
    """A line about a run, also when there was nothing to do: it shows that the schedule runs."""
    fields = [f"{rule}:{number}" for rule, number in report.items() if number]
    events.record(Event.Kind.ERASED, actor="", fields=fields, reason=Tombstone.Why.RETENTION)


def _delete_cases(due: Q) -> int:
    keys = list(Case.objects.filter(due).values_list("pk", flat=True))
    batches = [keys[start : start + PURGE_BATCH] for start in range(0, len(keys), PURGE_BATCH)]
    return sum(_delete_batch(due, batch) for batch in batches)


def _delete_batch(due: Q, keys: Sequence[UUID]) -> int:
    with transaction.atomic():
        removed = remove(due, keys, why=Tombstone.Why.RETENTION)
    forget_files(removed)
    return removed.rows.get("case", 0)


def _bury(cases: Collection[Case], why: Tombstone.Why) -> None:
    now, contents = timezone.now(), _contents([case.pk for case in cases])
    Tombstone.objects.bulk_create(
        Tombstone(public_id=case.public_id, why=why, at=now, deleted=contents[case.pk])
        for case in cases
    )


def _contents(cases: Collection[UUID]) -> Mapping[UUID, dict[str, int]]:
    """How many rows of each kind hang on each case."""
    found: dict[UUID, dict[str, int]] = {case: {} for case in cases}
    for model in (Plan, Exhibit, Message, Note, Outcome):
        rows = model._default_manager.filter(case__in=cases).order_by().values_list("case")
        for case, number in rows.annotate(number=Count("pk")):
            found[case][model._meta.model_name or ""] = number
    return found


def _by_kind(rows: Mapping[str, int]) -> dict[str, int]:
    """`{"cases.Plan": 2}` as `{"plan": 2}`, without the kinds of which there were none."""
    return {label.rpartition(".")[2].lower(): count for label, count in rows.items() if count}
