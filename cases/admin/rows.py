"""Rows of the desk: those that are not there, titles, names taken meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse

from cases.services.sellers import NameTaken
from cases.wizard.fields import Words

# The number of no row has more digits; a database would refuse it, or Python to read it.
MOST_DIGITS = 18

# The type checker must know what `super()` is here.
if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Any]
else:
    Rows = object


def row_number(text: str) -> int:
    """The number of a row as an address or a form names it; 0, which no row has, for none."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


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


class TitledRows(KnownRows):
    """Rows whose pages have titles of our own."""

    list_title: ClassVar[Words]
    row_title: ClassVar[Words]
    new_title: ClassVar[Words]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list."""
        context = {"title": self.list_title, **(extra_context or {})}
        return super().changelist_view(request, context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """One row, there already or new."""
        title = self.row_title if object_id else self.new_title
        context = {"title": title, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)


class NamedRows(TitledRows):
    """Rows with names that no other row may have."""

    def changeform_view(self, *args: Any, **kwargs: Any) -> Any:
        """Once more where a colleague took a name after the form had looked for it.

        Nothing of the first try is kept, and now the form says at its field whose the name is.
        """
        try:
            return super().changeform_view(*args, **kwargs)
        except (IntegrityError, NameTaken):
            return super().changeform_view(*args, **kwargs)


class ReadRows(KnownRows):
    """Rows that no form of Django's adds, changes or deletes, whoever asks."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made elsewhere."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To be read."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Gone by other ways."""
        return False
