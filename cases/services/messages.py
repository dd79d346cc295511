"""What the desk writes to a person, and what the person answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from cases.models import Case, Event, Flag, Message, Status
from cases.services import claims, events, status
from cases.services.answers import locked
from cases.services.desk import written
from cases.services.rights import REVIEW, NotAllowed

LONGEST_MESSAGE = 2000
Kind = Message.Kind


class RequestClosed(Exception):
    """The request was answered already, or nobody waits for an answer any more."""


@sensitive_variables("words")
def ask(
    case: Case,
    *,
    user: User,
    version: int | None,
    words: str,
    asks: Collection[str] = (),
    template: str = "",
    knowledge_version: str = "",
) -> Message:
    """Ask the person for more and wait. `asks` are `step:<step>` and `evidence:<kind>`.

    There is never more than one open request: a case that waits already cannot be asked again.
    Raises NotAllowed, ClaimedByOther, StaleCase.
    """
    made = Message(kind=Kind.REQUEST, words=words, asks=list(asks))
    made.template, made.knowledge_version = template, knowledge_version
    return _send(case, made, user=user, version=version, to=Status.NEEDS_PERSON)


@sensitive_variables("words")
def answer(
    case: Case,
    *,
    user: User,
    version: int | None,
    words: str,
    template: str = "",
    knowledge_version: str = "",
) -> Message:
    """Answer the person; an open request is withdrawn with it. Raises as `ask`.

    A case that is answered already may be answered once more.
    """
    made = Message(kind=Kind.ANSWER, words=words)
    made.template, made.knowledge_version = template, knowledge_version
    return _send(case, made, user=user, version=version, to=Status.ANSWERED)


def withdraw(case: Case, *, user: User, version: int | None) -> Case:
    """Take back the open request; the case is in review again. Raises as `ask`."""
    with written(case, version=version) as current:
        if current.status != Status.NEEDS_PERSON:
            raise NotAllowed
        status.check(user, Status.NEEDS_PERSON, Status.IN_REVIEW, "")
        claims.check(user, current)
        status.put(current, Status.IN_REVIEW)
        claims.renew(user, current)
        _record(Event.Kind.WITHDREW, user, current)
    return current


@sensitive_variables("words")
def reply(message: Message, *, words: str) -> Message:
    """Keep the person's answer, once, and bring the case back to review, marked.

    Sending the same words again changes nothing. Raises RequestClosed.
    """
    with transaction.atomic():
        asked = _asked_still(locked(message.case), message, words)
        # Before `written`, which counts a write: the page a colleague has open is still right.
        if not asked.replied_at:
            _keep_reply(message.case, asked, words)
    return asked


@sensitive_variables("words")
def keep_half(message: Message, *, words: str) -> None:
    """Keep what stands typed and was not sent; it is no answer. Raises RequestClosed."""
    with transaction.atomic():
        asked = _asked_still(locked(message.case), message, None)
        if asked.half != (words or None):
            asked.half = words or None
            asked.save(update_fields=["half"])


def shown(case: Case) -> list[Message]:
    """What the person is shown: every answer and request that stands, the newest first."""
    return list(case.messages.filter(withdrawn_at=None).order_by("-at"))


def of(case: Case) -> list[Message]:
    """Every message of a case, the oldest first, those taken back included."""
    return list(case.messages.select_related("author"))


def reply_to_newest(case: Case) -> datetime | None:
    """When the person replied to what was written last; None as long as nobody did."""
    standing = case.messages.filter(withdrawn_at=None).order_by("-at")
    return standing.values_list("replied_at", flat=True).first()


def open_request(case: Case) -> Message | None:
    """The request that waits for the person, if any."""
    return status.open_requests(case).first()


def _send(case: Case, message: Message, *, user: User, version: int | None, to: Status) -> Message:
    with written(case, version=version) as current:
        start = Status(current.status)
        again = start is Status.ANSWERED and to is Status.ANSWERED
        if not (again and user.has_perm(REVIEW)):
            status.check(user, start, to, "", by_message=True)
        claims.check(user, current)
        status.put(current, to)
        claims.renew(user, current)
        message.case, message.author = current, user
        message.save()
        kind = Event.Kind.ASKED if message.kind == Kind.REQUEST else Event.Kind.ANSWERED
        _record(kind, user, current, message.asks)
    return message


@sensitive_variables("words")
def _keep_reply(case: Case, asked: Message, words: str) -> None:
    with written(case, version=None) as current:
        asked.reply, asked.half, asked.replied_at = words, None, timezone.now()
        asked.save(update_fields=["reply", "half", "replied_at"])
        status.put(current, Status.IN_REVIEW)
        Flag.objects.get_or_create(case=current, kind=Flag.Kind.REPLIED)
        events.record(Event.Kind.REPLIED, actor="", case=current)


def _asked_still(case: Case, message: Message, words: str | None) -> Message:
    """The request as it is now. With `words` also one that was answered with these very words."""
    asked = Message.objects.filter(pk=message.pk, case=case, kind=Kind.REQUEST).first()
    if asked is None or asked.withdrawn_at:
        raise RequestClosed
    if asked.replied_at and (words is None or asked.reply != words):
        raise RequestClosed
    return asked


def _record(kind: Event.Kind, user: User, case: Case, fields: Collection[str] = ()) -> None:
    events.record(kind, actor=user.get_username(), case=case, fields=fields)
