"""Which status may follow which, who may make it so, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CloseReason, Flag, Message, Status
from cases.services import claims, events
from cases.services.desk import written
from cases.services.rights import CLOSE, OVERRIDE, REVIEW, NotAllowed, ReasonMissing
from cases.services.tallies import day_of


class ReopenReason(models.TextChoices):
    """Why a closed case is taken up again."""

    NEW_FACTS = "new_facts", _("本人有新的情况")
    NOT_REFUNDED = "not_refunded", _("说好的退款没有到账")
    MISTAKE = "mistake", _("结案有误")


class OverrideReason(models.TextChoices):
    """Why an administrator moves a case by hand."""

    WRONG_ACT = "wrong_act", _("之前操作有误")
    STUCK = "stuck", _("流程卡住")


# (from, to): the right it takes. What the person does (submitting, replying) takes none.
MOVES: Mapping[tuple[Status, Status], str] = {
    (Status.SUBMITTED, Status.IN_REVIEW): REVIEW,
    (Status.SUBMITTED, Status.CLOSED): CLOSE,
    (Status.IN_REVIEW, Status.NEEDS_PERSON): REVIEW,
    (Status.IN_REVIEW, Status.ANSWERED): REVIEW,
    (Status.IN_REVIEW, Status.CLOSED): CLOSE,
    (Status.NEEDS_PERSON, Status.IN_REVIEW): REVIEW,
    (Status.NEEDS_PERSON, Status.ANSWERED): REVIEW,
    (Status.NEEDS_PERSON, Status.CLOSED): CLOSE,
    (Status.ANSWERED, Status.IN_REVIEW): REVIEW,
    (Status.ANSWERED, Status.NEEDS_PERSON): REVIEW,
    (Status.ANSWERED, Status.CLOSED): CLOSE,
    (Status.CLOSED, Status.REOPENED): CLOSE,
    (Status.REOPENED, Status.IN_REVIEW): REVIEW,
    (Status.REOPENED, Status.NEEDS_PERSON): REVIEW,
    (Status.REOPENED, Status.ANSWERED): REVIEW,
    (Status.REOPENED, Status.CLOSED): CLOSE,
}
# What a move into a status must give a reason for.
REASONS: Mapping[Status, type[models.TextChoices]] = {
    Status.CLOSED: CloseReason,
    Status.REOPENED: ReopenReason,
}
REFUNDS = frozenset({CloseReason.REFUNDED, CloseReason.PARTLY_REFUNDED})
# Entered with a message to the person and not otherwise, so that a case never waits for an answer
# to a question nobody asked; `services.messages` does.
BY_MESSAGE = frozenset({Status.NEEDS_PERSON, Status.ANSWERED})
# With these the desk has acted on what the person wrote last.
ACTED = BY_MESSAGE | {Status.CLOSED}
# Where an administrator may put a case that is stuck; closing has reasons and numbers of its own.
BY_HAND = (Status.SUBMITTED, Status.IN_REVIEW)


class RefundDayWrong(Exception):
    """No money came back in the future, or before the case did."""


def moves_for(user: User, case: Case) -> list[Status]:
    """The statuses this account may bring the case to by the table, by a message or by `move`."""
    now = Status(case.status)
    return [to for to in Status if _by_the_table(user, now, to)]


def overrides_for(user: User, case: Case) -> list[Status]:
    """The statuses to which this account may move the case by hand alone, giving a reason."""
    now = Status(case.status)
    return [to for to in _by_hand(user, now) if not _by_the_table(user, now, to)]


def move(
    case: Case,
    to: Status,
    *,
    user: User,
    version: int | None,
    reason: str = "",
    refunded_on: date | None = None,
) -> Case:
    """Move a case and log it; one into BY_HAND, outside the table, takes OVERRIDE and a reason.

    `refunded_on` is kept only with a reason that speaks of a refund. Raises NotAllowed,
    ReasonMissing, RefundDayWrong, ClaimedByOther, StaleCase.
    """
    with written(case, version=version) as current:
        start = Status(current.status)
        check(user, start, to, reason)
        claims.check(user, current)
        if reason in REFUNDS:
            _check_day(current, refunded_on)
        put(current, to, reason=reason, refunded_on=refunded_on)
        claims.renew(user, current)
        events.moved(current, start, actor=user.get_username(), reason=reason)
    return current


def check(user: User, start: Status, to: Status, reason: str, *, by_message: bool = False) -> None:
    """Raises NotAllowed or ReasonMissing."""
    if (to in BY_MESSAGE) != by_message:
        raise NotAllowed
    if _by_the_table(user, start, to):
        reasons = REASONS.get(to)
    elif to in _by_hand(user, start):
        reasons = OverrideReason
    else:
        raise NotAllowed
    if reasons and reason not in reasons.values:
        raise ReasonMissing


def put(case: Case, to: Status, *, reason: str = "", refunded_on: date | None = None) -> None:
    """Set the columns that go with a status; `written` keeps them.

    A request to the person is open as long as the case waits for its answer, and no longer.
    """
    if case.status == Status.NEEDS_PERSON:
        open_requests(case).update(withdrawn_at=timezone.now())
    if to in ACTED:
        Flag.objects.filter(case=case, kind=Flag.Kind.REPLIED).delete()
    case.status = to
    if to is Status.CLOSED:
        case.closed_at, case.closed_reason = timezone.now(), reason
        case.refunded_on = refunded_on if reason in REFUNDS else None
        case.assignee = case.claimed_until = None
    else:
        case.closed_at, case.closed_reason, case.refunded_on = None, "", None


def open_requests(case: Case) -> models.QuerySet[Message]:
    """The request that waits for the person: one, or none."""
    asked = Message.objects.filter(case=case, kind=Message.Kind.REQUEST)
    return asked.filter(replied_at=None, withdrawn_at=None)


def _by_the_table(user: User, start: Status, to: Status) -> bool:
    right = MOVES.get((start, to))
    return right is not None and user.has_perm(right)


def _by_hand(user: User, start: Status) -> list[Status]:
    if start is Status.DRAFT or not user.has_perm(OVERRIDE):
        return []
    return [to for to in BY_HAND if to is not start]


def _check_day(case: Case, refunded_on: date | None) -> None:
    if refunded_on is None or case.submitted_at is None:
        return
    if not day_of(case.submitted_at) <= refunded_on <= timezone.localdate():
        raise RefundDayWrong
