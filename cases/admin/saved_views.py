"""Filters of the queue that staff keep under a name, for themselves or for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cases.admin import filters
from cases.models import SavedView

# The form takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    ModelForm = forms.ModelForm[SavedView]
else:
    ModelForm = forms.ModelForm

# More links than these would push the queue off the screen.
MOST = 20


class SavedViewForm(ModelForm):
    """A name for the present filters."""

    class Meta:
        model = SavedView
        fields = ("name", "shared", "query")
        widgets = {"query": forms.HiddenInput}


def offered(user: User) -> QuerySet[SavedView]:
    """One's own views, and those that colleagues share."""
    rows = SavedView.objects.filter(Q(owner=user) | Q(shared=True, owner__is_active=True))
    return rows.select_related("owner").only("name", "query", "shared", "owner__username")


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the page under a name; one's own view of that name is replaced."""
    user = _user(request)
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("没有保存：请填写 40 个字以内的名称。"))
        return _queue("")
    # Filters only: neither what was searched nor the place in the pages.
    query = filters.offered(request, QueryDict(form.cleaned_data["query"]).dict())
    kept = {**form.cleaned_data, "query": query}
    if kept["shared"] and not user.has_perm("cases.review_case"):
        raise PermissionDenied
    if _too_many(user, kept["name"]):
        messages.error(request, _("没有保存：每人最多 20 个常用视图，请先删除一个。"))
    else:
        _keep(user, kept)
        messages.success(request, _("已保存“%(name)s”。") % {"name": kept["name"]})
    return _queue(kept["query"])


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of one's own views."""
    get_object_or_404(SavedView, pk=pk, owner=_user(request)).delete()
    messages.success(request, _("已删除这个常用视图。"))
    return _queue("")


def _keep(user: User, kept: dict[str, Any]) -> None:
    SavedView.objects.update_or_create(
        owner=user,
        name=kept["name"],
        defaults={"query": kept["query"], "shared": kept["shared"]},
    )


def _too_many(user: User, name: str) -> bool:
    return user.saved_views.exclude(name=name).count() >= MOST


def _user(request: HttpRequest) -> User:
    if not request.user.has_perm("cases.view_case"):
        raise PermissionDenied
    return cast(User, request.user)


def _queue(query: str) -> HttpResponse:
    return redirect(f"{reverse('admin:cases_case_changelist')}?{query}".rstrip("?"))
