"""The plan in other forms: for Word, for a calendar, all in one; and a blank sheet for helpers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import Case, Plan
from cases.renderings import bundle, checklist, exhibit_bundle, plan_cache
from cases.renderings.outline import outline
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_cache import Document
from cases.renderings.plan_docx import as_docx, letter_as_docx
from cases.renderings.plan_ics import as_ics, has_days
from cases.services import exhibits
from cases.views.downloads import RETRY_SECONDS, attached, plan_pdf
from cases.views.exhibits import bundle_of
from cases.views.kept_plan import chosen_slugs, of_kept_plan
from cases.wizard.on_paper import questions

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CALENDAR, PDF, ZIP = "text/calendar; charset=utf-8", "application/pdf", "application/zip"
# Where a browser opens a download all the same, it may load nothing and run nothing.
ONLY_A_FILE = "default-src 'none'; sandbox; frame-ancestors 'none'"
# What these files usually weigh, in bytes, where none is kept whose size is known.
USUAL_PDF, USUAL_DOCX, USUAL_LETTER, USUAL_ICS = 265_000, 23_000, 7_200, 5_500
USUAL_PAPER = 7_100
USUAL_CHECKLIST, USUAL_PICTURE, KB = 160_000, 200_000, 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A download as the plan's page offers it; `exact` says whether `size` is that of the file."""

    name: str
    kind: str
    address: str
    size: int
    exact: bool = False

    @property
    def kb(self) -> int:
        """In kilobytes; what is not known is no surer than to the nearest ten."""
        kb = max(1, round(self.size / KB))
        return kb if self.exact or kb < 100 else 10 * round(kb / 10)


@require_safe
@of_kept_plan
def docx(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """The plan for Word, made once and kept."""
    try:
        body = plan_cache.made(plan_docx(case, plan))
    except RenderingFailed:
        return _later(request)
    return _file(body, WORD, *_names(_("维权方案"), "plan", case, plan), "docx")


@require_safe
@of_kept_plan
def letter_docx(request: HttpRequest, case: Case, plan: Plan, letter: str) -> HttpResponse:
    """One letter in every length for Word."""
    shown = outline(plan.content, edits=plan.edits)
    action = next((a for a in shown["actions"] if a["slug"] == letter and a["letter"]), None)
    if action is None:
        raise Http404
    body = letter_as_docx(action, on=plan.on, day=shown["on"])
    return _file(body, WORD, f"{action['name']}_{plan.on}", f"{letter}-{plan.on}", "docx")


@require_safe
@of_kept_plan
def ics(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """The plan's days for a calendar; not found where it has none."""
    if not has_days(plan.content):
        raise Http404
    body = as_ics(plan.content, case=str(case.pk), revision=_revision(case))
    return _file(body, CALENDAR, *_names(_("日程"), "days", case, plan), "ics")


@require_safe
@of_kept_plan
def everything(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """All files as one ZIP, sent while it is made."""
    drawn = bundle_of(case, plan)
    source = bundle.Source(
        case=case,
        plan=plan,
        revision=_revision(case),
        chosen=chosen_slugs(case),
        pdf=partial(plan_cache.made, plan_pdf(request, case, plan)),
        checklist=_checklist,
        exhibits=exhibit_bundle.numbered(exhibits.of(case)),
        exhibits_pdf=partial(plan_cache.made, drawn) if drawn else None,
    )
    response = StreamingHttpResponse(bundle.stream(source), content_type=ZIP)
    return _attached(response, *_names(_("全部文件"), "everything", case, plan), "zip")


@require_safe
def blank_checklist(request: HttpRequest) -> HttpResponse:
    """The blank sheet for helpers without a computer; the same for everybody."""
    try:
        body = _checklist()
    except RenderingFailed as failure:
        log.warning("checklist.pdf: %s", failure)
        return _later(request)
    return _file(body, PDF, _("流量卡撤单退款_空白清单"), "checklist", "pdf")


def offered(request: HttpRequest, case: Case, plan: Plan) -> list[Offered]:
    """What the plan's page offers beside its letters, each with what it weighs."""
    drawn, written = plan_pdf(request, case, plan), plan_docx(case, plan)
    pdf = _weighed(_("整份方案"), "PDF", "plan-progress", case, drawn, USUAL_PDF)
    docx = _weighed(_("整份方案，可以修改"), "Word", "plan-docx", case, written, USUAL_DOCX)
    letters = (USUAL_LETTER + USUAL_PAPER) * len(plan.content["letters"])
    pictures = _pictures(case, plan)
    whole = Offered(
        name=_("以上全部、每个渠道的文字和材料"),
        kind="ZIP",
        address=reverse("plan-zip", args=[case.pk]),
        size=pdf.size + docx.size + letters + USUAL_CHECKLIST + sum(row.size for row in pictures),
    )
    return [pdf, docx, *_days(case, plan), *pictures, whole]


def _days(case: Case, plan: Plan) -> list[Offered]:
    """The calendar, where there are days for one."""
    if not has_days(plan.content):
        return []
    return [
        Offered(
            name=_("期限和日期，放进日历"),
            kind=_("日历文件 ICS"),
            address=reverse("plan-ics", args=[case.pk]),
            size=USUAL_ICS,
        )
    ]


def _pictures(case: Case, plan: Plan) -> list[Offered]:
    """The bundle of the exhibits, where there are some."""
    drawn = bundle_of(case, plan)
    if drawn is None:
        return []
    usual = USUAL_PICTURE * len(drawn.settings["exhibits"])
    return [_weighed(_("证据册"), "PDF", "exhibits-progress", case, drawn, usual)]


def plan_docx(case: Case, plan: Plan) -> Document:
    """The plan for Word with the channels that are chosen now; not made yet."""
    chosen, numbered = chosen_slugs(case), exhibit_bundle.numbered(exhibits.of(case))
    return Document(
        plan=plan,
        place="plan.docx",
        settings={
            "chosen": None if chosen is None else sorted(chosen),
            "exhibits": [[each.number, each.kind] for each in numbered],
        },
        make=partial(_written, plan, code=case.public_id, chosen=chosen, exhibits=numbered),
    )


def _written(plan: Plan, **shown: Any) -> bytes:
    return as_docx(plan.content, edits=plan.edits, **shown)


def _weighed(
    name: str, kind: str, view: str, case: Case, document: Document, usual: int
) -> Offered:
    size = plan_cache.size_of(document)
    return Offered(
        name=name,
        kind=kind,
        address=reverse(view, args=[case.pk]),
        size=usual if size is None else size,
        exact=size is not None,
    )


def _checklist() -> bytes:
    return checklist.as_pdf(questions(timezone.localdate()))


def _revision(case: Case) -> int:
    """How many plans came before the newest: a calendar takes the days of the higher number."""
    return max(0, case.plans.count() - 1)


def _names(name: str, plain: str, case: Case, plan: Plan) -> tuple[str, str]:
    return f"{name}_{case.public_id}_{plan.on}", f"{plain}-{case.public_id}-{plan.on}"


def _file(body: bytes, kind: str, name: str, plain: str, ending: str) -> HttpResponse:
    return _attached(HttpResponse(body, content_type=kind), name, plain, ending)


def _attached(response: HttpResponseBase, name: str, plain: str, ending: str) -> HttpResponse:
    response["Content-Security-Policy"] = ONLY_A_FILE
    # A stream has headers like any other response; nobody looks for its content.
    return attached(cast("HttpResponse", response), name, plain, ending)


def _later(request: HttpRequest) -> HttpResponse:
    sorry = render(request, "pages/not_made.html", status=503)
    sorry["Retry-After"] = str(RETRY_SECONDS)
    return sorry
