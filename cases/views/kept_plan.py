"""The newest plan of a case, for the views that show it in one form or another."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cases.models import Case, Plan
from cases.renderings.outline import slug
from cases.views.access import case_or_none
from cases.views.lost import lost

P = ParamSpec("P")


def of_kept_plan(
    view: Callable[Concatenate[HttpRequest, Case, Plan, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """The view with the case and its newest plan instead of the case's id.

    Where this browser does not hold the case, the page that asks for the code; where there is no
    plan yet, the check page, which knows the way to one.
    """

    @wraps(view)
    def opened(request: HttpRequest, case: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        found = case_or_none(request, case)
        if found is None:
            return lost(request)
        kept = newest(found)
        if kept is None:
            return redirect("check", case=found.pk)
        return view(request, found, kept, *args, **kwargs)

    return opened


def newest(case: Case) -> Plan | None:
    """The plan that was made last, or None."""
    return case.plans.first()


def chosen_slugs(case: Case) -> frozenset[str] | None:
    """The channels the person chose; None when nothing was chosen."""
    clean = case.answers.get("channels", {}).get("clean") or {}
    codes = clean.get("chosen")
    if not codes:
        return None
    return frozenset(slug(*code.split(":", 1)) for code in codes)
