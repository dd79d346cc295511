"""How the desk speaks of a row that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

# The type checker must know what `super()` is here.
if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Any]
else:
    Rows = object


class KnownRows(Rows):
    """404 instead of Django's way back to the front page, and the right is looked at first.

    So an account without the right cannot find out which rows there are.
    """

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django would look for the row first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> NoReturn:
        raise Http404
