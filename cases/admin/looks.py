"""The lines of the log about who looked at a case, and who took a file of it."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from cases.models import Case, Event
from cases.services import events

# A page loaded again so soon, or shown after an act, is the same look at the case.
SAME_LOOK = timedelta(minutes=1)


def note_look(request: HttpRequest, case: Case) -> None:
    """Log that this account opened the case, once for each opening."""
    name, since = request.user.get_username(), timezone.now() - SAME_LOOK
    looks = Event.objects.filter(case_id=case.pk, kind=Event.Kind.VIEWED, actor=name)
    if request.method == "GET" and not looks.filter(at__gt=since).exists():
        events.record(Event.Kind.VIEWED, actor=name, case=case)


def note_download(request: HttpRequest, case: Case, what: str) -> None:
    """Log that a file of the case was taken."""
    if request.method == "GET":
        name = request.user.get_username()
        events.record(Event.Kind.DOWNLOADED, actor=name, case=case, fields=[what])
