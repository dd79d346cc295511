"""The page for an act on a case that somebody else changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.admin import columns, half_written, timeline
from cases.models import Case, CloseReason, Event, Status
from cases.services import claims, tags

CONFLICT = 409
VERSION = "desk_version"
NOT_KEPT = frozenset({VERSION, "csrfmiddlewaretoken"})
# Looking at a case changes nothing of it.
LOOKED = (
    Event.Kind.VIEWED,
    Event.Kind.REVEALED,
    Event.Kind.DOWNLOADED,
    Event.Kind.EXPORTED,
    Event.Kind.NOTED,
)
LABELS: Mapping[str, str | Promise] = {
    "status": _("状态"),
    "assignee": _("经办人"),
    "reason": _("原因"),
    "refunded_on": _("退款到账日"),
    "held": _("暂缓清理"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing of a case: what this act would make of it, empty for nothing, and what it is."""

    label: str | Promise
    wanted: str
    now: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A value of the form that was sent; what was written in words can be changed again."""

    name: str
    value: str
    written: bool


def stale(request: HttpRequest, current: Case, wanted: Mapping[str, str]) -> HttpResponse:
    """Both states side by side, and the form as it was sent, for the state of now.

    `wanted` says in words what the act would have set, by the keys of LABELS or any other label.
    """
    changed = Event.objects.filter(case_id=current.pk).exclude(kind__in=LOOKED).first()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("此案件刚被他人修改"),
        "opts": Case._meta,
        "case": current,
        "code": columns.grouped(current.public_id),
        "differences": list(differences(current, wanted)),
        "changed": timeline.entry(changed, tags.log_names()) if changed else None,
        "kept": list(_kept(request)),
        "writes": half_written.MARK in request.POST,
        "kept_out": claims.kept_out(cast(User, request.user), current),
        "again": request.get_full_path(),
    }
    return TemplateResponse(request, "desk/stale.html", context, status=CONFLICT)


def differences(current: Case, wanted: Mapping[str, str]) -> Iterator[Difference]:
    """What the act wanted beside what is; status and who works on it are always told."""
    now = state(current)
    for key in dict.fromkeys(["status", "assignee", *wanted]):
        yield Difference(
            label=LABELS.get(key, key),
            wanted=wanted.get(key, ""),
            now=now.get(key, columns.NOTHING),
        )


def state(case: Case) -> dict[str, str]:
    """What the desk has decided about a case, in words."""
    reason = str(CloseReason(case.closed_reason).label) if case.closed_reason else columns.NOTHING
    return {
        "status": str(Status(case.status).label),
        "assignee": columns.assignee(case),
        "reason": reason,
        "refunded_on": case.refunded_on.isoformat() if case.refunded_on else columns.NOTHING,
        "held": str(_("是") if case.held else _("否")),
    }


def _kept(request: HttpRequest) -> Iterator[Kept]:
    for name, values in request.POST.lists():
        if name not in NOT_KEPT:
            yield from (Kept(name, value, name == "words") for value in values)
