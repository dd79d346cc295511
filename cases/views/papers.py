"""Papers for the other side and for authorities: who gets what, and each as a download."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.models import Case, Plan
from cases.renderings import papers, plan_cache
from cases.renderings.audience import Audience, Item, Way, Ways
from cases.renderings.papers import Receiver
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_cache import Document
from cases.views.downloads import attached, no_pdf, waiting_for
from cases.views.kept_plan import of_kept_plan
from cases.wizard.fields import Words

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ITEMS: Mapping[Item, Words] = {
    Item.NAME: _("姓名"),
    Item.PHONE: _("电话"),
    Item.ORDER: _("订单号"),
    Item.ADDRESS: _("地址"),
    Item.POSTCODE: _("邮编"),
    Item.TICKET: _("投诉的工单编号"),
}
WAYS: Mapping[Way, Words] = {
    Way.FULL: _("写全"),
    Way.MASKED: _("遮住"),
    Way.WITHOUT: _("不写"),
}
KINDS: Mapping[Audience, Words] = {
    Audience.SELLER: _("一封完整的函件和附件清单"),
    Audience.AUTHORITY: _("按表格逐栏列好的内容、正文和附件清单"),
    Audience.PUBLIC: _("一段公开发布也不带个人信息的文字和附件清单"),
}

PDF, TEXT, PROGRESS = "paper-pdf", "paper-text", "paper-progress"
BY_HAND = _("表格、正文和附件清单；表格里有几栏这次没有填上，请手写")


@require_safe
@of_kept_plan
def page(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """Everybody the plan writes to, in its order, with what they see and what may be left out."""
    found = papers.receivers(plan.content, edits=plan.edits)
    context = {"case": case, "receivers": [_entry(receiver) for receiver in found]}
    return render(request, "papers/page.html", context)


@require_safe
@of_kept_plan
def pdf(request: HttpRequest, case: Case, plan: Plan, paper: str) -> HttpResponse:
    """One paper as PDF. When it cannot be made, the page that offers the texts."""
    receiver, ways = _asked(request, plan, paper)
    try:
        body = plan_cache.made(_document(plan, receiver, ways))
    except RenderingFailed:
        retry_at, text_at = (_address(name, case, receiver, ways) for name in (PROGRESS, TEXT))
        return no_pdf(request, case, plan, retry_at=retry_at, text_at=text_at)
    return _download(body, "application/pdf", case, receiver, "pdf")


@require_safe
@of_kept_plan
def progress(request: HttpRequest, case: Case, plan: Plan, paper: str) -> HttpResponse:
    """Where the button 下载PDF leads: to the paper at once if it is kept, else it waits here."""
    receiver, ways = _asked(request, plan, paper)
    ready_at, text_at = (_address(name, case, receiver, ways) for name in (PDF, TEXT))
    document = _document(plan, receiver, ways)
    return waiting_for(document, request, case, ready_at=ready_at, text_at=text_at)


@require_safe
@of_kept_plan
def docx(request: HttpRequest, case: Case, plan: Plan, paper: str) -> HttpResponse:
    """One paper as DOCX."""
    receiver, ways = _asked(request, plan, paper)
    body = papers.as_docx(papers.write_paper(receiver, ways))
    return _download(body, WORD, case, receiver, "docx")


@require_safe
@of_kept_plan
def text(request: HttpRequest, case: Case, plan: Plan, paper: str) -> HttpResponse:
    """One paper as plain text."""
    receiver, ways = _asked(request, plan, paper)
    body = papers.as_text(papers.write_paper(receiver, ways)).encode()
    return _download(body, "text/plain; charset=utf-8", case, receiver, "txt")


def _document(plan: Plan, receiver: Receiver, ways: Ways) -> Document:
    """The paper as PDF, not made yet."""
    return Document(
        plan=plan,
        place=plan_cache.paper_place(receiver.action["number"]),
        settings={"paper": receiver.slug, "ways": ways},
        make=partial(_drawn, receiver, ways),
    )


def _address(name: str, case: Case, receiver: Receiver, ways: Ways) -> str:
    """One form of the paper with the same choices."""
    chosen = {str(item): ways[item] for item, _offered in receiver.choices}
    address = reverse(name, args=[case.pk, receiver.slug])
    return f"{address}?{urlencode(chosen)}" if chosen else address


def _drawn(receiver: Receiver, ways: Ways) -> bytes:
    return papers.as_pdf(papers.write_paper(receiver, ways))


def _asked(request: HttpRequest, plan: Plan, paper: str) -> tuple[Receiver, Ways]:
    found = papers.receivers(plan.content, edits=plan.edits)
    receiver = next((each for each in found if each.slug == paper), None)
    if receiver is None:
        raise Http404
    return receiver, receiver.chosen(request.GET)


def _entry(receiver: Receiver) -> dict[str, Any]:
    """What the page says of one receiver."""
    not_seen = [str(ITEMS[item]) for item in receiver.not_seen]
    return {
        "slug": receiver.slug,
        "name": receiver.name,
        "title": receiver.action["title"],
        "kind": BY_HAND if receiver.left_to_the_hand else KINDS[receiver.audience],
        "sees": receiver.action["card"]["sees"],
        "shown": _listed(_told(item, way) for item, way in receiver.seen),
        "not_shown": _listed([*not_seen, now_translated("身份证号")]),
        "edited": receiver.edited,
        "choices": [_choice(item, ways, receiver.ways[item]) for item, ways in receiver.choices],
    }


def _told(item: Item, way: Way) -> str:
    name = str(ITEMS[item])
    return now_translated("%(item)s（遮住）") % {"item": name} if way is Way.MASKED else name


def _listed(names: Iterable[str]) -> str:
    return now_translated("、").join(names)


def _choice(item: Item, ways: Iterable[Way], default: Way) -> dict[str, Any]:
    options = [{"way": way, "label": WAYS[way], "checked": way is default} for way in ways]
    return {"item": item, "label": ITEMS[item], "options": options}


def _download(body: bytes, kind: str, case: Case, receiver: Receiver, ending: str) -> HttpResponse:
    on = receiver.told.on.isoformat()
    name = now_translated("%(channel)s材料_%(code)s_%(on)s") % {
        "channel": receiver.action["name"], "code": case.public_id, "on": on,
    }  # fmt: skip
    plain = f"{receiver.slug}-{case.public_id}-{on}"
    return attached(HttpResponse(body, content_type=kind), name, plain, ending)
