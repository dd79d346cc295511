"""Masked values that a member of the desk asked to see: which, for how long, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Event
from cases.services import events
from cases.services.rights import REVEAL, ReasonMissing

LIFE = timedelta(minutes=10)


class Reason(models.TextChoices):
    """What a value is needed for."""

    CONTACT = "contact", _("联系本人")
    EVIDENCE = "check_evidence", _("核对证据")
    COMPLAINT = "help_complain", _("协助投诉")
    WORK = "other_work", _("其他工作需要")


def reveal(case: Case, field: str, *, user: User, reason: str) -> None:
    """Log that this account sees a field; for LIFE that opens it. Raises ReasonMissing."""
    if reason not in Reason.values:
        raise ReasonMissing
    events.record(
        Event.Kind.REVEALED, actor=user.get_username(), case=case, fields=[field], reason=reason
    )


def open_to(user: User, case: Case) -> Mapping[str, datetime]:
    """The fields that this account may read now, and until when."""
    if not user.has_perm(REVEAL):
        return {}
    asked = Event.objects.filter(
        case_id=case.pk,
        kind=Event.Kind.REVEALED,
        actor=user.get_username(),
        at__gt=timezone.now() - LIFE,
    )
    rows: Collection[tuple[list[str], datetime]] = asked.order_by("number").values_list(
        "fields", "at"
    )
    return {field: at + LIFE for fields, at in rows for field in fields}
