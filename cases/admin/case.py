"""The cases on the desk: the queue, the page of each, and who may do what."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from cases.admin import bulk
from cases.admin.queue import Queue
from cases.admin.review import ReviewPages
from cases.admin.rows import ReadRows
from cases.models import Case


class CaseAdmin(ReadRows, Queue, ReviewPages):
    """Answers are the person's, who also erases; what staff do are views of their own."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What may be done to several cases at once; Django's own, deleting, is not among it."""
        return bulk.actions(cast(User, request.user))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Case | None:
        """None for a draft, on Django's own pages as on ours: nobody has handed it in."""
        found: Case | None = super().get_object(request, object_id, from_field)
        return found if found and found.submitted_at else None

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Case], *rest: Any, **more: Any
    ) -> Any:
        """400 for a tick that is no id; Django asks the database for whatever was sent."""
        try:
            return super().response_action(request, queryset, *rest, **more)
        except ValidationError as no_id:
            raise BadRequest from no_id
