"""What staff have typed and not sent: kept for its author, given back, thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from cases.encryption import DecryptionFailed
from cases.models import Case, HalfWritten, Message, Note

HALF_LIFE = timedelta(days=7)
NOTE, ASK, ANSWER = "note", "ask", "answer"
WORDS = "words"
# A question or a kind of evidence that was ticked is work as well.
COUNTS = (WORDS, "evidence", "steps")
Typed = Mapping[str, Sequence[str]]


@sensitive_variables("typed")
def keep(case: Case, *, user: User, act: str, typed: Typed) -> HalfWritten | None:
    """Keep what stands typed instead of what stood there before; None where that is nothing.

    What this account has just sent is not kept: a form may be sent twice, and what is saved while
    it is typed may come late. Raises Case.DoesNotExist after an erasure.
    """
    with transaction.atomic():
        Case.objects.select_for_update().only("pk").get(pk=case.pk, submitted_at__isnull=False)
        if not any(text.strip() for name in COUNTS for text in typed.get(name, ())):
            drop(case, user=user, act=act)
            return None
        if _is_sent(case, user, act, typed):
            return None
        kept = _rows(case, user).filter(act=act).first()
        kept = kept or HalfWritten(case=case, author=user, act=act)
        kept.typed = {name: list(texts) for name, texts in typed.items()}
        kept.at = timezone.now()
        kept.save()
        return kept


def of(case: Case, user: User) -> dict[str, HalfWritten]:
    """What this account has lying at the case, by act; what cannot be opened is left out."""
    return {row.act: row for row in _rows(case, user) if _opens(row)}


def drop(case: Case, *, user: User, act: str) -> None:
    """Throw it away: it was sent, or is not wanted."""
    _rows(case, user).filter(act=act).delete()


def _rows(case: Case, user: User) -> QuerySet[HalfWritten]:
    return HalfWritten.objects.filter(case=case, author=user)


def _opens(row: HalfWritten) -> bool:
    try:
        return bool(row.typed)
    except DecryptionFailed:
        return False


def _is_sent(case: Case, user: User, act: str, typed: Typed) -> bool:
    """Whether the last thing that this account has sent of the kind says just this."""
    sent = _last_sent(case, user, act)
    try:
        return sent is not None and _plain(typed.get(WORDS, ("",))[0]) == _plain(sent.words)
    except DecryptionFailed:
        return False


def _last_sent(case: Case, user: User, act: str) -> Note | Message | None:
    if act == NOTE:
        return Note.objects.filter(case=case, author=user).order_by("-at").first()
    kind = Message.Kind.REQUEST if act == ASK else Message.Kind.ANSWER
    return Message.objects.filter(case=case, author=user, kind=kind).order_by("-at").first()


def _plain(words: str) -> str:
    """As a form keeps words: with plain line ends, and nothing around them."""
    return words.replace("\r\n", "\n").strip()
