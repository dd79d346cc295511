"""Lists of cases to delete: proposed by one person of the desk, decided on by another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from cases.models import Case, CloseReason, Disposal, Event, Status, Tombstone
from cases.services import disposal, events
from cases.services.desk import UNREAD

Rule, State = Disposal.Rule, Disposal.State
PROPOSE, DECIDE = "cases.add_disposal", "cases.approve_disposal"
# Each case is a box of a form, and a form may send 200 fields (settings).
LARGEST = 150
AHEAD = timedelta(days=7)
# How long ago at least a case must have been closed for the rule CLOSED (privacy notice).
LONG_CLOSED = timedelta(days=90)
REASONS = {Rule.SPAM: CloseReason.SPAM, Rule.DUPLICATE: CloseReason.DUPLICATE}
# What became of the cases of a list; together they say how far down it the deletion has come.
DELETED, HELD, CHANGED, GONE = OUTCOMES = ("deleted", "held", "changed", "gone")


class NothingToPropose(Exception):
    """No case falls under the rule, each that does is held, or none of them was chosen."""


class OwnProposal(Exception):
    """Whoever proposes does not decide."""


class AlreadyDecided(Exception):
    """Somebody else was quicker, or there is nothing left to do."""


def found(rule: str, now: datetime, *, closed_for: timedelta = LONG_CLOSED) -> list[Case]:
    """The cases under a rule, the oldest first, at most LARGEST; held ones among them.

    Of what was closed less than LONG_CLOSED ago the rule CLOSED never speaks.
    """
    closed_by = now - (max(closed_for, LONG_CLOSED) if rule == Rule.CLOSED else timedelta())
    cases = Case.objects.filter(_under(rule, now, closed_by=closed_by)).defer(*UNREAD)
    return list(cases.order_by("submitted_at", "pk")[:LARGEST])


def propose(
    user: User,
    rule: str,
    *,
    closed_for: timedelta = LONG_CLOSED,
    chosen: Collection[str] | None = None,
) -> Disposal:
    """Put the cases under a rule on a list for somebody else to decide on, without held ones.

    `chosen` are the ids of those that shall be on it; without it, all. Raises NothingToPropose.
    """
    listed = found(rule, timezone.now(), closed_for=closed_for)
    keys = [str(case.pk) for case in listed if not case.held]
    if chosen is not None:
        keys = [key for key in keys if key in chosen]
    if not keys:
        raise NothingToPropose
    with transaction.atomic():
        made = Disposal.objects.create(proposed_by=user, rule=rule, cases=keys)
        _log(Event.Kind.PROPOSED, made, user, [f"cases:{len(keys)}"])
    return made


def approve(proposal: Disposal, *, user: User) -> Disposal:
    """Delete the cases of a list in batches, with their files; returns it with its report.

    Called again after a run that died, it goes on where that one stopped. Raises OwnProposal,
    AlreadyDecided.
    """
    _decide(proposal, user, State.APPROVED, Event.Kind.APPROVED)
    while _delete_next(proposal, user):
        pass
    return Disposal.objects.get(pk=proposal.pk)


def refuse(proposal: Disposal, *, user: User) -> None:
    """Delete nothing. Raises OwnProposal, AlreadyDecided."""
    _decide(proposal, user, State.REFUSED, Event.Kind.REFUSED)


def waiting(proposal: Disposal) -> models.QuerySet[Case]:
    """The cases of a list that are still there, without what people wrote."""
    return Case.objects.filter(pk__in=proposal.cases).defer(*UNREAD).order_by("submitted_at", "pk")


def _under(rule: str, now: datetime, *, closed_by: datetime) -> Q:
    """What the rule speaks of, as of `now`: of the schedule, what it deletes within AHEAD."""
    if rule == Rule.SCHEDULE:
        return disposal.over(now + AHEAD)
    closed = Q(status=Status.CLOSED, closed_at__lte=closed_by)
    reason = REASONS.get(Rule(rule))
    return closed & Q(closed_reason=reason) if reason else closed


def _decide(proposal: Disposal, user: User, to: Disposal.State, kind: Event.Kind) -> None:
    with transaction.atomic():
        current = _locked(proposal)
        if current.proposed_by_id == user.pk:
            raise OwnProposal
        goes_on = current.state == to == State.APPROVED
        if current.state != State.PROPOSED and not goes_on:
            raise AlreadyDecided
        if not goes_on:
            current.state, current.decided_by, current.decided_at = to, user, timezone.now()
            current.save(update_fields=["state", "decided_by", "decided_at"])
        _log(kind, current, user)


def _delete_next(proposal: Disposal, user: User) -> bool:
    """Delete the next batch, or close the list when there is none; whether there may be more."""
    with transaction.atomic():
        current = _locked(proposal)
        done = sum(current.report.get(outcome, 0) for outcome in OUTCOMES)
        keys = [UUID(key) for key in current.cases[done : done + disposal.PURGE_BATCH]]
        if current.state != State.APPROVED:
            return False
        if not keys:
            _finish(current, user)
            return False
        there = set(Case.objects.filter(pk__in=keys).values_list("pk", flat=True))
        removed = disposal.remove(_still_due(current), keys, why=Tombstone.Why.DISPOSAL)
        _report(current, removed, len(keys) - len(there), there)
    disposal.forget_files(removed)
    return True


def _still_due(proposal: Disposal) -> Q:
    """Not held, and as it was when it was proposed: nobody came back to it or took it up."""
    proposed_at = proposal.proposed_at
    same = Q(held=False, updated_at__lte=proposed_at)
    return same & _under(proposal.rule, proposed_at, closed_by=proposed_at)


def _report(proposal: Disposal, removed: disposal.Removed, gone: int, there: set[UUID]) -> None:
    """Add what became of a batch, in the transaction in which it did."""
    left = Case.objects.filter(pk__in=there)
    held, changed = left.filter(held=True).count(), left.filter(held=False).count()
    deleted = removed.rows.get("case", 0)
    batch = dict(zip(OUTCOMES, (deleted, held, changed, gone), strict=True))
    batch["files"] = len(removed.pictures)
    report = proposal.report
    proposal.report = {name: report.get(name, 0) + number for name, number in batch.items()}
    proposal.save(update_fields=["report"])


def _finish(proposal: Disposal, user: User) -> None:
    proposal.state = State.DONE
    proposal.save(update_fields=["state"])
    counts = [f"{name}:{number}" for name, number in proposal.report.items() if number]
    _log(Event.Kind.ERASED, proposal, user, counts)


def _log(kind: Event.Kind, proposal: Disposal, user: User, fields: Collection[str] = ()) -> None:
    names = [f"disposal:{proposal.pk}", *fields]
    events.record(kind, actor=user.get_username(), fields=names, reason=proposal.rule)


def _locked(proposal: Disposal) -> Disposal:
    return Disposal.objects.select_for_update().get(pk=proposal.pk)
