"""The pages on which a case is worked on: each act asks what it needs and is done by POST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cases import knowledge
from cases.admin import beside, canned, columns, half_written, trail
from cases.admin.acts import ACTS, Act, holder, why_not
from cases.admin.looks import note_look
from cases.admin.stale import stale
from cases.admin.work_forms import ActForm, MessageForm, NoteForm
from cases.models import Case, HalfWritten, Message, Status
from cases.services import claims
from cases.services import half_written as halves
from cases.services import messages as person_messages
from cases.services.claims import ClaimedByOther
from cases.services.desk import StaleCase
from cases.services.rights import LOOK, NotAllowed
from cases.services.status import RefundDayWrong
from cases.services.tags import SameTags

FILL = "fill"


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that can be done now, its name in addresses, and whether this account began it."""

    name: str
    act: Act
    begun: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the page of a case needs to offer the work on it."""

    case: Case
    buttons: list[Offer]
    pages: list[Offer]
    note: NoteForm | None
    mark: str
    half: HalfWritten | None
    request: Message | None
    taken_by: str


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, case_id: UUID, act: str) -> HttpResponse:
    """Ask what an act needs; on POST do it and go back to the case."""
    found, user = ACTS.get(act), cast(User, request.user)
    if not user.has_perm(LOOK) or (found and not found.allowed(user)):
        raise PermissionDenied
    rows = Case.objects.select_related("assignee").filter(submitted_at__isnull=False)
    case = get_object_or_404(rows, pk=case_id)
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("nav") == half_written.DROP:
        return _drop(request, act, case)
    if request.method == "POST" and request.POST.get("nav") == FILL:
        return _fill(request, act, found, case)
    form = _form(request, act, found, case)
    if request.method == "POST" and form.is_valid():
        return _do(request, act, found, case, form)
    if request.method != "POST" and not found.possible(user, case):
        messages.warning(request, _not_now(case))
        return _back(request, case)
    return _show(request, act, found, case, form)


def context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """`work`, for `desk/_work.html` on the page of a case; nothing to do for who only looks."""
    user = cast(User, request.user)
    begun = halves.of(case, user)
    offers = [
        Offer(name, act, name in begun)
        for name, act in ACTS.items()
        if act.allowed(user) and act.possible(user, case)
    ]
    half = begun.get(halves.NOTE)
    begins = half_written.begins(half)
    note = NoteForm(case=case, user=user, begins=begins, auto_id="note_%s")
    return {
        "work": Work(
            case=case,
            buttons=[offer for offer in offers if not offer.act.asks],
            pages=[offer for offer in offers if offer.act.asks and offer.name != "note"],
            note=note if any(offer.name == "note" for offer in offers) else None,
            mark=half_written.mark(user, case, halves.NOTE),
            half=half,
            request=person_messages.open_request(case),
            taken_by=holder(case) if claims.held_by_other(user, case) else "",
        )
    }


def _form(request: HttpRequest, name: str, act: Act, case: Case) -> Any:
    user = cast(User, request.user)
    if request.method == "POST":
        return act.form(request.POST, case=case, user=user)
    begins = _initial(act, case, request)
    begins |= half_written.begins(halves.of(case, user).get(name))
    return act.form(case=case, user=user, begins=begins)


def _initial(act: Act, case: Case, request: HttpRequest) -> dict[str, Any]:
    """What a form begins with: a canned answer beneath what stands written already.

    An address names a canned answer or a question; it puts no words into a message.
    """
    sent = request.POST if request.method == "POST" else request.GET
    template, written = sent.get("template", ""), request.POST.get("words", "").strip()
    begins: dict[str, Any] = {"about": sent.get("about", "")}
    if not issubclass(act.form, MessageForm) or template not in knowledge.load().answers:
        return {**begins, "words": written}
    asks = [*canned.asks(template), *sent.getlist("steps"), *sent.getlist("evidence")]
    text = canned.filled(template, case)
    words = f"{written}\n\n{text}" if written and written != text else text
    return {"template": template, "words": words, "steps": asks, "evidence": asks}


def _show(request: HttpRequest, name: str, act: Act, case: Case, form: ActForm) -> HttpResponse:
    writes = name in half_written.WRITING_ACTS
    shown = {
        **admin.site.each_context(request),
        **(_written(request, name, case) if writes else {}),
        "title": f"{act.title}：{columns.grouped(case.public_id)}",
        "opts": Case._meta,
        "case": case,
        "code": columns.grouped(case.public_id),
        "name": name,
        "act": act,
        "form": form,
        "writes": writes,
        "to_person": isinstance(form, MessageForm),
    }
    return TemplateResponse(request, "desk/act.html", shown)


def _written(request: HttpRequest, name: str, case: Case) -> dict[str, Any]:
    """What a page at which somebody writes has more: the case beside it, and the draft."""
    user = cast(User, request.user)
    note_look(request, case)
    return {
        **beside.context(case, user),
        "mark": half_written.mark(user, case, name),
        "half": halves.of(case, user).get(name),
    }


def _do(request: HttpRequest, name: str, act: Act, case: Case, form: ActForm) -> HttpResponse:
    user = cast(User, request.user)
    try:
        act.run(form, case, user)
    except StaleCase as changed:
        return stale(request, changed.current, act.wanted(form, user))
    except (NotAllowed, ClaimedByOther, RefundDayWrong, SameTags) as refused:
        messages.error(request, _("没有做：%(why)s。") % {"why": why_not(refused)})
        if name in half_written.WRITING_ACTS:
            messages.info(request, _("您写的字留在草稿里。"))
    except Case.DoesNotExist:
        raise Http404 from None
    else:
        halves.drop(case, user=user, act=name)
        messages.success(request, act.done)
    return _back(request, case)


def _fill(request: HttpRequest, name: str, act: Act, case: Case) -> HttpResponse:
    """Put a canned answer into the draft, then lead to the page: one can go back to that.

    The address names the canned answer once more: a text that was sent before is kept in no draft.
    """
    begins, asked = _initial(act, case, request), request.GET.copy()
    if name in half_written.WRITING_ACTS:
        typed = {key: each if isinstance(each, list) else [each] for key, each in begins.items()}
        halves.keep(case, user=cast(User, request.user), act=name, typed=typed)
    if "template" in begins:
        asked["template"] = begins["template"]
    return redirect(f"{request.path}?{asked.urlencode()}")


def _drop(request: HttpRequest, name: str, case: Case) -> HttpResponse:
    halves.drop(case, user=cast(User, request.user), act=name)
    messages.success(request, _("草稿已丢弃。"))
    return redirect(request.get_full_path()) if name != halves.NOTE else _back(request, case)


def _back(request: HttpRequest, case: Case) -> HttpResponse:
    return redirect(trail.case_address(case, trail.of(request)))


def _not_now(case: Case) -> str:
    return _("现在的状态（%(status)s）不能这样做。") % {"status": Status(case.status).label}
