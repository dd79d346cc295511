"""Which status may follow which, who may make it so, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CloseReason, Event, Status
from cases.services import events, tallies
from cases.services.desk import written

REVIEW, CLOSE, OVERRIDE = "cases.review_case", "cases.close_case", "cases.override_case"


class ReopenReason(models.TextChoices):
    """Why a closed case is taken up again."""

    NEW_FACTS = "new_facts", _("本人有新的情况")
    NOT_REFUNDED = "not_refunded", _("说好的退款没有到账")
    MISTAKE = "mistake", _("结案有误")


class OverrideReason(models.TextChoices):
    """Why an administrator moves a case by hand."""

    MISTAKE = "mistake", _("之前操作有误")
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


class NotAllowed(Exception):
    """This account may not make this move, or no such move exists from where the case stands."""


class ReasonMissing(Exception):
    """The move needs one of the reasons of REASONS."""


def moves_for(user: User, case: Case) -> list[Status]:
    """The statuses this account may move the case to by the table."""
    now = Status(case.status)
    return [to for (start, to), right in MOVES.items() if start is now and user.has_perm(right)]


def move(
    case: Case,
    to: Status,
    *,
    user: User,
    version: int | None,
    reason: str = "",
    refunded_on: date | None = None,
) -> Case:
    """Move a case and log it. A move outside the table takes OVERRIDE and an OverrideReason.

    `refunded_on` is kept only with a reason that speaks of a refund. Raises NotAllowed,
    ReasonMissing, StaleCase.
    """
    with written(case, version=version) as current:
        start = Status(current.status)
        check(user, start, to, reason)
        put(current, to, reason=reason, refunded_on=refunded_on)
        events.record(
            Event.Kind.MOVED,
            actor=user.get_username(),
            case=current,
            fields=[start, to],
            reason=reason,
        )
    return current


def check(user: User, start: Status, to: Status, reason: str) -> None:
    """Raises NotAllowed or ReasonMissing."""
    right = MOVES.get((start, to), OVERRIDE)
    if Status.DRAFT in (start, to) or start is to or not user.has_perm(right):
        raise NotAllowed
    reasons = REASONS.get(to) or (OverrideReason if right == OVERRIDE else None)
    if reasons and reason not in reasons.values:
        raise ReasonMissing


def put(case: Case, to: Status, *, reason: str = "", refunded_on: date | None = None) -> None:
    """Set the columns that go with a status; `written` keeps them."""
    case.status = to
    if to is Status.CLOSED:
        case.closed_at, case.closed_reason = timezone.now(), reason
        case.refunded_on = refunded_on if reason in REFUNDS else None
        case.assignee = case.claimed_until = None
        tallies.add(tallies.closing(case))
    else:
        case.closed_at, case.closed_reason, case.refunded_on = None, "", None
