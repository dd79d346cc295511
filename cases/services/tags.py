"""Tags: the directory of them, and those that a case carries."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.encryption import blind_index
from cases.models import Case, CaseTag, Event, Status, Tag
from cases.renderings.text import capped
from cases.services import claims, events
from cases.services.desk import written
from cases.services.rights import REVIEW, NotAllowed

PURPOSE = "desk.tag"


class SameTags(Exception):
    """The case carries what was to be put on it, and nothing of what was to be taken off."""


# ---- the directory


def shown_as(text: str) -> str:
    """A name as the directory keeps it: on one line, without what cannot be seen."""
    return " ".join(capped(text).split())


def key_of(name: str) -> str:
    """The fingerprint by which two spellings of one word are found to be one tag."""
    return blind_index(shown_as(name), purpose=PURPOSE)


def keep(tag: Tag, fields: Collection[str], *, actor: str) -> None:
    """Save a row of the directory, and log which of its fields were changed, if any were."""
    tag.key = key_of(tag.name)
    with transaction.atomic():
        tag.save()
        if fields:
            events.record(Event.Kind.CHANGED, actor=actor, fields=[log_name(tag), *fields])


def in_use() -> QuerySet[Tag]:
    """What may be put on a case."""
    return Tag.objects.filter(retired=False)


def known() -> QuerySet[Tag]:
    """What a case may carry: the tags in use, and of the retired ones those that some case has."""
    carried = CaseTag.objects.filter(tag=OuterRef("pk"))
    return Tag.objects.filter(Q(retired=False) | Exists(carried))


def log_name(tag: Tag) -> str:
    """How the log names a tag."""
    return f"tag:{tag.pk}"


def log_names() -> dict[str, str]:
    """`{"tag:3": "集体投诉"}`: what the tags are called that the log names."""
    return {log_name(tag): tag.name for tag in Tag.objects.all()}


# ---- a case


def choices_for(case: Case) -> QuerySet[Tag]:
    """What may be put on this case or taken off it."""
    carried = CaseTag.objects.filter(tag=OuterRef("pk"), case=case)
    return Tag.objects.filter(Q(retired=False) | Exists(carried))


def change(
    case: Case,
    *,
    user: User,
    version: int | None,
    add: Collection[Tag] = (),
    remove: Collection[Tag] = (),
) -> Case:
    """Put tags on a case and take others off, as far as that is not done already.

    Like a note it needs no claim. Raises NotAllowed, for a retired tag that is to be put on, too;
    SameTags where nothing is left to do; StaleCase.
    """
    with written(case, version=version) as current:
        if not user.has_perm(REVIEW) or current.status == Status.DRAFT:
            raise NotAllowed
        carried = set(current.tags.all())
        new, gone = set(add) - carried, set(remove) & carried
        if not new | gone:
            raise SameTags
        if any(tag.retired for tag in new):
            raise NotAllowed
        claims.renew(user, current)
        CaseTag.objects.bulk_create(CaseTag(case=current, tag=tag) for tag in new)
        CaseTag.objects.filter(case=current, tag__in=gone).delete()
        _record(Event.Kind.TAGGED, user, current, new)
        _record(Event.Kind.UNTAGGED, user, current, gone)
    return current


def _record(kind: Event.Kind, user: User, case: Case, tags: Collection[Tag]) -> None:
    if tags:
        fields = [log_name(tag) for tag in tags]
        events.record(kind, actor=user.get_username(), case=case, fields=fields)
