"""What staff write for one another about a case: added, never changed, never taken away."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.views.decorators.debug import sensitive_variables

from cases.models import Case, Event, Note, Status
from cases.services import claims, events
from cases.services.desk import written
from cases.services.rights import REVIEW, NotAllowed

LONGEST_NOTE = 2000


@sensitive_variables("words")
def add(case: Case, *, user: User, words: str, about: str = "") -> Note:
    """Keep a note; `about` is the step whose answer it annotates. Raises NotAllowed.

    It is kept whoever else has written to the case: a note conflicts with nothing. Whoever has a
    page open from before it is told before deciding anything.
    """
    with written(case, version=None) as current:
        if not user.has_perm(REVIEW) or current.status == Status.DRAFT:
            raise NotAllowed
        claims.renew(user, current)
        events.record(
            Event.Kind.NOTED,
            actor=user.get_username(),
            case=current,
            fields=[about] if about else (),
        )
        return Note.objects.create(case=current, author=user, about=about, words=words)


def of(case: Case) -> list[Note]:
    """The notes on a case, the oldest first."""
    return list(case.notes.select_related("author"))
