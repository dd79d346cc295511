"""Where one can go on the desk: the line of links above each page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.services.rights import EXPORT, LOOK

INDEX = "admin:index"
# Name of the page, its title, and the right it takes; "" where everybody of the desk may look.
PAGES: tuple[tuple[str, Promise, str], ...] = (
    (INDEX, _("概况"), ""),
    ("admin:cases_case_changelist", _("案件"), LOOK),
    ("admin:cases_seller_changelist", _("商家"), "cases.view_seller"),
    ("admin:cases_tag_changelist", _("标签"), "cases.view_tag"),
    ("admin:export_new", _("导出"), EXPORT),
    ("admin:freshness", _("内容复查"), ""),
    ("admin:cases_pagereport_changelist", _("页面意见"), "cases.view_pagereport"),
    ("admin:cases_disposal_changelist", _("清理"), "cases.view_disposal"),
    ("admin:cases_tombstone_changelist", _("已删除的案件"), "cases.view_tombstone"),
    ("admin:log", _("操作记录"), "cases.view_event"),
    ("admin:auth_user_changelist", _("账号"), "auth.view_user"),
    ("admin:auth_group_changelist", _("角色"), "auth.view_group"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A link; `current` when the page is this one or lies beneath it."""

    address: str
    title: Promise
    current: bool


def places(request: HttpRequest) -> list[Place]:
    """What this account may open, in one order."""
    may = request.user.has_perm
    return [
        Place(reverse(name), title, _is_current(name, request.path))
        for name, title, right in PAGES
        if not right or may(right)
    ]


def _is_current(name: str, path: str) -> bool:
    address = reverse(name)
    return path == address if name == INDEX else path.startswith(address)
