"""Cases that the schedule must leave alone for a while."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Event
from cases.services import events
from cases.services.desk import written
from cases.services.rights import HOLD, NotAllowed


class HoldReason(models.TextChoices):
    """Why a case is kept longer than the schedule says."""

    DISPUTE = "dispute", _("投诉、仲裁或诉讼还没结束")
    AUTHORITY = "authority", _("有关机关要求保留")
    INQUIRY = "inquiry", _("内部核查还没结束")


class ReleaseReason(models.TextChoices):
    """Why it need not be kept any longer."""

    OVER = "over", _("事由已经结束")
    SLIP = "slip", _("设错了")


def reasons(*, held: bool) -> type[HoldReason] | type[ReleaseReason]:
    """What may be given as the reason for setting (`held`) or releasing a hold."""
    return HoldReason if held else ReleaseReason


def put(case: Case, *, held: bool, user: User, reason: str) -> Case:
    """Set or release the hold on a submitted case, and log it; returns the case as stored.

    It only speaks to the schedule and the desk: the person may delete the case all the same.
    Setting what is set already writes nothing. Raises NotAllowed, of a draft and without one of
    the `reasons` as well.
    """
    if not user.has_perm(HOLD) or reason not in reasons(held=held).values:
        raise NotAllowed
    # Whatever else was changed meanwhile: a hold stands apart from it.
    with written(case, version=None) as current:
        if current.submitted_at is None:
            raise NotAllowed
        if current.held != held:
            current.held, actor = held, user.get_username()
            events.record(Event.Kind.HELD, actor=actor, case=current, reason=reason)
    return current
