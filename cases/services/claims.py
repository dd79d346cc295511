"""Who is at work on a case: claimed for a while, renewed by work, released."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Event, Status
from cases.models.case import OPEN
from cases.services import events
from cases.services.desk import written
from cases.services.rights import CLOSE, OVERRIDE, REVIEW, NotAllowed

CLAIM_LIFE = timedelta(hours=2)
# A case that nobody has looked at yet is in review from its claim on.
WAITING = (Status.SUBMITTED, Status.REOPENED)


class TakenOver(models.TextChoices):
    """How a claim came from somebody else, as the log says it."""

    EXPIRED = "expired", _("接手已超时的认领")
    TAKEN_OVER = "taken_over", _("从同事手里接手")


class ClaimedByOther(Exception):
    """Somebody else is at work on the case; `current` says who, and until when."""

    def __init__(self, *, current: Case) -> None:
        super().__init__("somebody else is at work on the case")
        self.current = current


def live(case: Case, now: datetime) -> bool:
    """Whether somebody is at work on the case; a claim that ran out only names who was."""
    return bool(case.assignee_id and case.claimed_until and case.claimed_until > now)


def over(now: datetime) -> Q:
    """The cases whose claim ran out: somebody had them, and anybody may take them up now."""
    return Q(assignee__isnull=False, claimed_until__lte=now)


def claim(case: Case, *, user: User, version: int | None) -> Case:
    """Give the case to this account for CLAIM_LIFE; one that was waiting is in review then.

    A live claim of somebody else is taken over only with the right to close. Raises NotAllowed,
    ClaimedByOther, StaleCase.
    """
    with written(case, version=version) as current:
        if not user.has_perm(REVIEW) or current.status not in OPEN:
            raise NotAllowed
        check(user, current)
        reason = _taken_over(user, current)
        _give(current, user)
        _record(Event.Kind.CLAIMED, user, current, reason=reason)
        _begin(user, current)
    return current


def assign(case: Case, *, to: User, user: User, version: int | None) -> Case:
    """Give the case to a colleague for CLAIM_LIFE, as if the colleague had claimed it.

    Only with a right to step in, and only to somebody of `reviewers`. Raises NotAllowed, StaleCase.
    """
    with written(case, version=version) as current:
        if not may_step_in(user) or current.status not in OPEN:
            raise NotAllowed
        if not reviewers().filter(pk=to.pk).exists():
            raise NotAllowed
        _give(current, to)
        fields = [f"assignee>{to.get_username()}"]
        events.record(Event.Kind.ASSIGNED, actor=user.get_username(), case=current, fields=fields)
        _begin(user, current)
    return current


def release(case: Case, *, user: User, version: int | None) -> Case:
    """Give the case back to everybody. Raises NotAllowed where nobody has it, and as `claim`."""
    with written(case, version=version) as current:
        if not user.has_perm(REVIEW) or current.assignee_id is None:
            raise NotAllowed
        check(user, current)
        current.assignee = current.claimed_until = None
        _record(Event.Kind.RELEASED, user, current)
    return current


def check(user: User, case: Case) -> None:
    """Raises ClaimedByOther where somebody else is at work and this account may not take over."""
    if kept_out(user, case):
        raise ClaimedByOther(current=case)


def kept_out(user: User, case: Case) -> bool:
    """Whether somebody else is at work on the case and this account may not step in."""
    return held_by_other(user, case) and not may_step_in(user)


def may_step_in(user: User) -> bool:
    """Whether this account may decide over a colleague's claim."""
    return user.has_perm(CLOSE) or user.has_perm(OVERRIDE)


def reviewers() -> QuerySet[User]:
    """Who works on cases and may sign in, by name."""
    _app, _dot, codename = REVIEW.partition(".")
    wanted = Q(groups__permissions__codename=codename) | Q(user_permissions__codename=codename)
    able = User.objects.filter(wanted | Q(is_superuser=True), is_active=True, is_staff=True)
    return able.distinct().order_by("username")


def held_by_other(user: User, case: Case) -> bool:
    """Whether somebody else is at work on the case."""
    return live(case, timezone.now()) and case.assignee_id != user.pk


def renew(user: User, case: Case) -> None:
    """Let the time of a claim of this account begin anew; `written` keeps it."""
    if case.assignee_id == user.pk:
        case.claimed_until = timezone.now() + CLAIM_LIFE


def _give(case: Case, user: User) -> None:
    case.assignee = user
    renew(user, case)


def _begin(user: User, case: Case) -> None:
    if case.status in WAITING:
        start, case.status = case.status, Status.IN_REVIEW
        events.moved(case, start, actor=user.get_username())


def _taken_over(user: User, case: Case) -> str:
    if case.assignee_id in (None, user.pk):
        return ""
    return TakenOver.TAKEN_OVER if live(case, timezone.now()) else TakenOver.EXPIRED


def _record(kind: Event.Kind, user: User, case: Case, *, reason: str = "") -> None:
    events.record(kind, actor=user.get_username(), case=case, reason=reason)
