"""The daily mail to staff: who asked for it, what it tells, and that it goes out once a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import knowledge
from cases.knowledge.reviews import overdue
from cases.models import CaseCount, Digest
from cases.services import accounts
from cases.services.rights import LOOK

MONDAY = 0
Kind = CaseCount.Kind


class NotSent(Exception):
    """The mail server did not take a mail; the text is a kind of fault and names no address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestNumbers:
    """What one mail tells: numbers and nothing else. The part nobody asked for is None or 0."""

    cases: Mapping[str, int] | None
    reviews: int

    @property
    def is_worth_a_mail(self) -> bool:
        """Whether anything is due; what waits without a date is no reason to write."""
        return bool(self.reviews or (self.cases and (self.cases["today"] or self.cases["over"])))


def chosen(user: User) -> Digest:
    """What the account asked for; nothing to begin with."""
    return Digest.objects.filter(user=user).first() or Digest(user=user)


def choose(user: User, *, cases: bool, reviews: bool) -> None:
    """Keep what the account asks for from now on, and log that it was changed."""
    with transaction.atomic():
        Digest.objects.update_or_create(user=user, defaults={"cases": cases, "reviews": reviews})
        accounts.changed(user, ["digest"], actor=user.get_username())


def waiting(on: date) -> QuerySet[Digest]:
    """Who asked for a mail of this day, may still come in, and has not had it."""
    wanted = Q(cases=True) | Q(reviews=True) if on.weekday() == MONDAY else Q(cases=True)
    able = Digest.objects.filter(wanted, user__is_active=True, user__is_staff=True)
    return able.exclude(user__email="").exclude(sent_on=on).select_related("user").order_by("pk")


def send(digest: Digest, *, on: date) -> bool:
    """Send the mail of a day if anything is due; whether one went out. Raises NotSent.

    The day is noted before the mail goes and taken back when the server refuses it. So two runs at
    once send one, a crash in between loses one at most, and what was refused goes with the next.
    """
    told = tell(digest, on=on)
    if not told.is_worth_a_mail or not _note(digest, on):
        return False
    try:
        _mail(digest.user.email, told).send()
    except (OSError, ValueError) as fault:
        Digest.objects.filter(pk=digest.pk, sent_on=on).update(sent_on=digest.sent_on)
        raise NotSent(type(fault).__name__) from None
    return True


def tell(digest: Digest, *, on: date) -> DigestNumbers:
    """The numbers of a day for one account, as far as it may see them."""
    weekly = digest.reviews and on.weekday() == MONDAY
    return DigestNumbers(
        cases=_cases(digest.user, on) if digest.cases and digest.user.has_perm(LOOK) else None,
        reviews=overdue(knowledge.load(), on) if weekly else 0,
    )


def _cases(user: User, on: date) -> Mapping[str, int]:
    """From the counters of the front page, so that a million cases cost no more than ten."""
    return {
        "today": _sum(kind=Kind.DUE, on=on),
        "over": _sum(kind=Kind.DUE, on__lt=on),
        "unclaimed": _sum(kind=Kind.LOAD, key=""),
        "mine": _sum(kind=Kind.LOAD, key=str(user.pk)),
    }


def _sum(**rows: Any) -> int:
    return CaseCount.objects.filter(**rows).aggregate(sum=Sum("number"))["sum"] or 0


def _note(digest: Digest, on: date) -> bool:
    """Whether the mail of this day is ours to send, and nobody else's from here on."""
    mine = Digest.objects.filter(pk=digest.pk).exclude(sent_on=on)
    return mine.update(sent_on=on) == 1


def _mail(address: str, told: DigestNumbers) -> EmailMessage:
    desk = f"{settings.SITE_URL}{reverse('admin:index')}" if settings.SITE_URL else ""
    words = render_to_string("desk/digest.txt", {"told": told, "desk": desk})
    return EmailMessage(subject=_subject(told), body=words, to=[address])


def _subject(told: DigestNumbers) -> str:
    if told.cases is None or not (told.cases["today"] or told.cases["over"]):
        return _("审核台：%(reviews)d 项内容已过复查日") % {"reviews": told.reviews}
    return _("审核台：今天到期 %(today)d 件，已过 %(over)d 件") % told.cases
