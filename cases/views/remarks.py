"""Remarks about the pages: one text, no case, no address, no way back to the person."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cases import services
from cases.services.remarks import TooManyRemarks
from cases.views.access import REMEMBERED, client_address
from cases.wizard.fields import Words
from cases.wizard.forms.remark import RemarkForm
from cases.wizard.steps import BY_NAME

OTHER = "other"
RETRY_SECONDS = 60 * 60
TEMPLATE = "pages/remark.html"
# The pages one can be led back to, and what they are called.
NAMES: dict[str, Words] = {
    "start": _("首页"),
    "privacy": _("隐私说明"),
    "accessibility": _("无障碍说明"),
    "before-buying": _("下单之前，查一查这张卡"),
    "before-buying-example": _("下单之前，查一查这张卡"),
    "example": _("示例方案"),
    "reply": _("对方这样回复我"),
    "resume": _("凭代码继续"),
    "plan": _("行动方案"),
    "check": _("提交前请检查"),
    "verdict": _("现在走到这一步"),
    "pictures": _("方案的图片"),
    "code": _("案件代码"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the remark; on POST keep it and say so."""
    about = _about(request)
    form = RemarkForm(request.POST if request.method == "POST" else None)
    context = {**_where(request, about), "form": form, "show_errors": form.is_bound}
    if not form.is_valid():
        return render(request, TEMPLATE, context)
    words, address = form.cleaned_data["words"], client_address(request)
    try:
        services.remarks.keep_remark(page=about, words=words, address=address)
    except TooManyRemarks:
        return _later(request, context)
    return redirect_with_page("remark-thanks", about)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say that it has arrived, and lead back."""
    return render(request, "pages/remark-thanks.html", _where(request, _about(request)))


def redirect_with_page(route: str, about: str) -> HttpResponseRedirect:
    """To one of the pages here, which is told which page the remark is about."""
    return redirect(f"{reverse(route)}?{urlencode({'page': about})}")


def _about(request: HttpRequest) -> str:
    """The page the remark is about: a step or a route by name, `other` for anything else."""
    named = request.GET.get("page", "")
    return named if named in BY_NAME or named in _routes() else OTHER


def _routes() -> frozenset[str]:
    return frozenset(name for name in get_resolver("cases.urls").reverse_dict if type(name) is str)


def _where(request: HttpRequest, about: str) -> dict[str, object]:
    """`{about, page_title, back_url}`: the page's code, its name, and the way back, "" where it
    is not known which case it was."""
    step = BY_NAME.get(about)
    title = step.form.title if step else NAMES.get(about, "")
    return {"about": about, "page_title": title, "back_url": _way_back(request, about)}


def _way_back(request: HttpRequest, about: str) -> str:
    known = request.session.get(REMEMBERED, [])
    case = known if len(known) == 1 else []
    ways = [("step", [*case, about])] if about in BY_NAME else [(about, []), (about, case)]
    for route, args in ways if about in BY_NAME or about in NAMES else []:
        with suppress(NoReverseMatch):
            return reverse(route, args=args)
    return ""


def _later(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """429 with what was written still in its place."""
    later = render(request, TEMPLATE, {**context, "too_many": True}, status=429)
    later["Retry-After"] = str(RETRY_SECONDS)
    return later
