"""Deleting cases on the desk: what the schedule does, and what two people agree on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.admin import columns
from cases.admin.rows import KnownRows
from cases.models import Case, Disposal
from cases.services import disposal, proposals
from cases.services.proposals import AlreadyDecided, NothingToPropose, OwnProposal

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    Disposals = admin.ModelAdmin[Disposal]
else:
    Disposals = admin.ModelAdmin

# What the reports of a list and of a purge count, in words.
OUTCOMES = {
    "deleted": _("已删除"),
    "held": _("暂缓，未删除"),
    "changed": _("之后有变化，未删除"),
    "gone": _("之前已不在"),
    "files": _("证据图片"),
}
PURGED = {
    "drafts": _("草稿"),
    "submitted": _("已提交的案件"),
    "failures": _("找回失败记录"),
    "sessions": _("过期的登录"),
    "sign_ins": _("登录失败的账号"),
    "tries": _("登录失败记录"),
    "half_written": _("审核人员没有发出的草稿"),
    "remarks": _("页面意见"),
    "counts": _("页面计数"),
    "tombstones": _("已删除案件的编号"),
    "exhibits": _("到期的证据图片"),
    "files_left_behind": _("没有记录的文件"),
    "events": _("操作记录"),
    "exports": _("导出记录"),
    "export_files": _("到期的导出文件"),
    "held": _("暂缓，未删除"),
}
LONGEST_WAIT = 3650


class ProposalForm(forms.Form):
    """Which cases to list."""

    rule = forms.ChoiceField(
        label=_("哪些案件"), choices=Disposal.Rule.choices, widget=forms.RadioSelect
    )
    days = forms.IntegerField(
        label=_("结案已超过（天）"),
        min_value=proposals.LONG_CLOSED.days,
        max_value=LONGEST_WAIT,
        required=False,
        help_text=_("只用于“结案已久”，最少 %(days)d 天，不填按最少算")
        % {"days": proposals.LONG_CLOSED.days},
        error_messages={"min_value": _("最少 %(limit_value)s 天。")},
    )

    @property
    def closed_for(self) -> timedelta:
        """How long ago the cases must have been closed."""
        days = self.cleaned_data["days"]
        return timedelta(days=days) if days else proposals.LONG_CLOSED


@dataclass(frozen=True, slots=True)
class Row:
    """A case on a list: its number in words, and when the schedule deletes it by itself."""

    case: Case
    code: str
    deleted_at: datetime | None


class DisposalAdmin(KnownRows, Disposals):
    """The lists, the page that makes one, and the page on which another person decides."""

    list_display = ("proposed", "rule", "state", "number", "outcome", "proposed_by", "decided_by")
    list_select_related = ("proposed_by", "decided_by")
    change_list_template = "desk/disposals.html"
    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Disposal | None = None) -> bool:
        """Decided on, not changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Disposal | None = None) -> bool:
        """They stay, as a record of who agreed to what."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Nothing to filter by."""
        return False

    @method_decorator(require_safe)
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The lists, and what the schedule did last."""
        last = disposal.last_purge()
        context = {
            "title": _("清理"),
            "last_purge": last,
            "last_report": columns.counted(last.fields, PURGED) if last else "",
            "days": disposal.SUBMITTED_LIFE.days,
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What a rule would delete, and the button that proposes it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        form = ProposalForm(asked if "rule" in asked else None)
        if request.method == "POST" and form.is_valid():
            return self._proposed(request, form)
        listed = _listed(form) if form.is_bound and form.is_valid() else None
        context = {
            "title": _("提出清理"),
            "form": form,
            "rows": listed,
            "listed": sum(not row.case.held for row in listed or ()),
            "held": sum(row.case.held for row in listed or ()),
            "largest": proposals.LARGEST,
        }
        return self._page(request, "desk/disposal_propose.html", context)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One list: its cases, its report, and the two buttons for those who may decide."""
        user = cast(User, request.user)
        decides = user.has_perm(proposals.DECIDE)
        if not self.has_view_permission(request) or (request.method == "POST" and not decides):
            raise PermissionDenied
        proposal = self.get_object(request, object_id)
        if proposal is None:
            raise Http404
        if request.method == "POST":
            return self._decided(request, proposal)
        return self._page(request, "desk/disposal.html", _shown(proposal, user, decides))

    def _proposed(self, request: HttpRequest, form: ProposalForm) -> HttpResponse:
        rule, user = form.cleaned_data["rule"], cast(User, request.user)
        chosen = set(request.POST.getlist("cases"))
        try:
            made = proposals.propose(user, rule, closed_for=form.closed_for, chosen=chosen)
        except NothingToPropose:
            return self._nothing_chosen(request, form)
        words = _("已提出，清理 %(count)d 件，等另一位同事批准。")
        self.message_user(request, words % {"count": len(made.cases)}, messages.SUCCESS)
        return redirect("admin:cases_disposal_change", made.pk)

    def _nothing_chosen(self, request: HttpRequest, form: ProposalForm) -> HttpResponse:
        """Back to the list, as it is now."""
        words = _("没有提出：一件也没有选，或者选中的已不符合条件。")
        self.message_user(request, words, messages.WARNING)
        asked = {"rule": form.cleaned_data["rule"], "days": form.closed_for.days}
        return redirect(f"{reverse('admin:cases_disposal_add')}?{urlencode(asked)}")

    def _decided(self, request: HttpRequest, proposal: Disposal) -> HttpResponse:
        user = cast(User, request.user)
        try:
            if "approve" in request.POST:
                done = reported(proposals.approve(proposal, user=user))
                self.message_user(request, done, messages.SUCCESS)
            elif "refuse" in request.POST:
                proposals.refuse(proposal, user=user)
                self.message_user(request, _("已否决，没有删除任何案件。"), messages.SUCCESS)
        except OwnProposal:
            own = _("这是您自己提出的，要由另一位同事决定。")
            self.message_user(request, own, messages.ERROR)
        except AlreadyDecided:
            self.message_user(request, _("这份清理已经有人决定过了。"), messages.WARNING)
        return redirect("admin:cases_disposal_change", proposal.pk)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, name, {**shared, **context})

    @admin.display(description=_("提出时间"), ordering="proposed_at")
    def proposed(self, proposal: Disposal) -> str:
        """The moment in China time."""
        return f"{timezone.localtime(proposal.proposed_at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("件数"))
    def number(self, proposal: Disposal) -> int:
        """How many cases are on the list."""
        return len(proposal.cases)

    @admin.display(description=_("结果"))
    def outcome(self, proposal: Disposal) -> str:
        """What became of them."""
        return reported(proposal)


def rows(cases: Iterable[Case]) -> list[Row]:
    """The cases of a list for its table."""
    return [Row(case, columns.grouped(case.public_id), _deleted_at(case)) for case in cases]


def reported(proposal: Disposal) -> str:
    """What became of the cases of a list, in words."""
    found = [f"{name}:{number}" for name, number in proposal.report.items() if number]
    return columns.counted(found, OUTCOMES) or columns.NOTHING


def _shown(proposal: Disposal, user: User, decides: bool) -> dict[str, Any]:
    own = proposal.proposed_by_id == user.pk
    undecided = proposal.state in (Disposal.State.PROPOSED, Disposal.State.APPROVED)
    return {
        "title": _("清理：%(rule)s") % {"rule": proposal.get_rule_display()},
        "proposal": proposal,
        "rows": rows(proposals.waiting(proposal)),
        "report": reported(proposal),
        "may_decide": decides and undecided and not own,
        "own": own and undecided,
    }


def _listed(form: ProposalForm) -> list[Row]:
    rule = form.cleaned_data["rule"]
    return rows(proposals.found(rule, timezone.now(), closed_for=form.closed_for))


def _deleted_at(case: Case) -> datetime | None:
    return case.submitted_at and timezone.localtime(case.submitted_at + disposal.SUBMITTED_LIFE)
