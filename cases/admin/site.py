"""The desk as a site: its names, its front page, and its policy for scripts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.admin import due
from cases.admin.case import CaseAdmin
from cases.admin.remark import RemarkAdmin
from cases.models import Case, PageReport

# Django's admin loads its own script files and gives their tags no nonce.
own_scripts: Callable[[Any], Any] = csp_replace({"script-src": [SELF]})
SUBMITTED = Q(submitted_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """A number on the front page; `query` opens the list of those cases."""

    label: str | Promise
    count: int
    query: str


class Desk(AdminSite):
    """Django's admin under our name, with the cases registered.

    They are registered here and not on import: Django makes the site while it imports this
    package, so a registration made then would go to a site that is thrown away.
    """

    site_header = _("号卡退款向导 · 审核台")
    site_title = _("审核台")
    index_title = _("案件概况")
    index_template = "desk/index.html"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.register(Case, CaseAdmin)
        self.register(PageReport, RemarkAdmin)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page behind the sign-in lets the admin's own scripts run."""
        return own_scripts(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The sign-in page, which Django does not pass through `admin_view`."""
        return own_scripts(super().login)(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The front page, with numbers for those who may see cases."""
        may_look = request.user.has_perm("cases.view_case")
        tallies = _tallies(timezone.localdate()) if may_look else []
        return super().index(request, {**(extra_context or {}), "tallies": tallies})


def _tallies(on: date) -> list[Tally]:
    rules = {when: SUBMITTED & due.rows_due(when, on) for when in due.LABELS}
    counts = Case.objects.aggregate(
        submitted=Count("pk", filter=SUBMITTED),
        draft=Count("pk", filter=~SUBMITTED),
        **{when: Count("pk", filter=rule) for when, rule in rules.items()},
    )
    return [
        Tally(_("已提交"), counts["submitted"], ""),
        *(Tally(label, counts[when], f"?due={when}") for when, label in due.LABELS.items()),
        Tally(_("草稿"), counts["draft"], "?state=draft"),
    ]
