"""The cases on the desk: the queue, the page of each, and who may do what."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest

from cases.admin import bulk
from cases.admin.queue import Queue
from cases.admin.review import ReviewPages
from cases.admin.rows import KnownRows
from cases.models import Case


class CaseAdmin(KnownRows, Queue, ReviewPages):
    """Nobody changes an answer or deletes a case here; the acts are views of their own."""

    actions = None

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What may be done to several cases at once; Django's own, deleting, is not among it."""
        return bulk.actions(cast(User, request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Cases come from the people they are about."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        """Answers are theirs; the desk looks."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        """The person erases, or `purge` does."""
        return False
