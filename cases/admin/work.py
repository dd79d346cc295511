"""The acts on a case: each has an address, asks what it needs, and is done by POST."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cases import knowledge
from cases.admin import canned, columns
from cases.admin.stale import stale
from cases.admin.work_forms import (
    ActForm,
    AnswerForm,
    CloseForm,
    MessageForm,
    NoteForm,
    OverrideForm,
    ReopenForm,
    RequestForm,
)
from cases.models import Case, CloseReason, Message, Status
from cases.models.case import OPEN
from cases.services import claims, notes, status
from cases.services import messages as letters
from cases.services.claims import ClaimedByOther
from cases.services.desk import StaleCase
from cases.services.rights import CLOSE, OVERRIDE, REVIEW, NotAllowed
from cases.services.status import RefundDayWrong
from cases.wizard.fields import Words

LOOK = "cases.view_case"
FILL = "fill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that can be done to a case.

    `possible` says whether this account can do it to this case now, `run` does it, `wanted` says
    in words what it sets, for the page that shows somebody else's change beside it. `asks` is
    false for an act that a button alone does.
    """

    title: Words
    done: Words
    right: str
    possible: Callable[[User, Case], bool]
    run: Callable[[Any, Case, User], object]
    wanted: Callable[[Any, User], Mapping[str, str]]
    form: type[ActForm] = ActForm
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that can be done now, and its name in addresses."""

    name: str
    act: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the page of a case needs to offer the work on it."""

    case: Case
    buttons: list[Offer]
    pages: list[Offer]
    note: NoteForm | None
    request: Message | None
    taken_by: str


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, case_id: UUID, act: str) -> HttpResponse:
    """Ask what an act needs; on POST do it and go back to the case."""
    found, user = ACTS.get(act), cast(User, request.user)
    if not user.has_perm(LOOK) or (found and not user.has_perm(found.right)):
        raise PermissionDenied
    rows = Case.objects.select_related("assignee").filter(submitted_at__isnull=False)
    case = get_object_or_404(rows, pk=case_id)
    if found is None:
        raise Http404
    form = _form(request, found, case)
    if request.method == "POST" and request.POST.get("nav") != FILL and form.is_valid():
        return _do(request, found, case, form)
    if request.method != "POST" and not found.possible(user, case):
        messages.warning(request, _not_now(case))
        return _back(case)
    return _show(request, act, found, case, form)


def context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """`work`, for `desk/_work.html` on the page of a case; nothing to do for who only looks."""
    user = cast(User, request.user)
    offers = [
        Offer(name, act)
        for name, act in ACTS.items()
        if user.has_perm(act.right) and act.possible(user, case)
    ]
    note = NoteForm(case=case, user=user, auto_id="note_%s")
    return {
        "work": Work(
            case=case,
            buttons=[offer for offer in offers if not offer.act.asks],
            pages=[offer for offer in offers if offer.act.asks and offer.name != "note"],
            note=note if any(offer.name == "note" for offer in offers) else None,
            request=letters.open_request(case),
            taken_by=_holder(case) if _others(user, case) else "",
        )
    }


def why_not(refused: Exception) -> str:
    """A sentence for each reason why an act was not done."""
    match refused:
        case ClaimedByOther(current=current):
            return _("%(name)s 正在处理，认领到 %(until)s") % {
                "name": _holder(current),
                "until": f"{timezone.localtime(current.claimed_until):%H:%M}",
            }
        case StaleCase():
            return _("刚被他人修改")
        case RefundDayWrong():
            return _("退款到账日要在提交那天到今天之间")
    return _("现在的状态不能这样做")


def _form(request: HttpRequest, act: Act, case: Case) -> Any:
    user = cast(User, request.user)
    if request.method == "POST" and request.POST.get("nav") != FILL:
        return act.form(request.POST, case=case, user=user)
    sent = request.POST if request.method == "POST" else request.GET
    return act.form(case=case, user=user, begins=_initial(act, case, sent))


def _initial(act: Act, case: Case, sent: Any) -> dict[str, Any]:
    """What a form begins with: a canned answer beneath what stands written already."""
    template, written = sent.get("template", ""), sent.get("words", "").strip()
    begins: dict[str, Any] = {"about": sent.get("about", "")}
    if not issubclass(act.form, MessageForm) or template not in knowledge.load().answers:
        return {**begins, "words": written}
    asks = [*canned.asks(template), *sent.getlist("steps"), *sent.getlist("evidence")]
    text = canned.filled(template, case)
    words = f"{written}\n\n{text}" if written and written != text else text
    return {"template": template, "words": words, "steps": asks, "evidence": asks}


def _show(request: HttpRequest, name: str, act: Act, case: Case, form: ActForm) -> HttpResponse:
    shown = {
        **admin.site.each_context(request),
        "title": f"{act.title}：{columns.grouped(case.public_id)}",
        "opts": Case._meta,
        "case": case,
        "code": columns.grouped(case.public_id),
        "name": name,
        "act": act,
        "form": form,
        "writes": isinstance(form, MessageForm),
    }
    return TemplateResponse(request, "desk/act.html", shown)


def _do(request: HttpRequest, act: Act, case: Case, form: ActForm) -> HttpResponse:
    user = cast(User, request.user)
    try:
        act.run(form, case, user)
    except StaleCase as changed:
        return stale(request, changed.current, act.wanted(form, user))
    except (NotAllowed, ClaimedByOther, RefundDayWrong) as refused:
        messages.error(request, _("没有做：%(why)s。") % {"why": why_not(refused)})
    except Case.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, act.done)
    return _back(case)


def _back(case: Case) -> HttpResponse:
    return redirect("admin:cases_case_change", case.pk)


def _not_now(case: Case) -> str:
    return _("现在的状态（%(status)s）不能这样做。") % {"status": Status(case.status).label}


def _holder(case: Case) -> str:
    return case.assignee.get_username() if case.assignee else ""


def _others(user: User, case: Case) -> bool:
    return claims.live(case, timezone.now()) and case.assignee_id != user.pk


# ---- what can be done


def _may_claim(user: User, case: Case) -> bool:
    mine = case.assignee_id == user.pk and claims.live(case, timezone.now())
    return case.status in OPEN and not mine and not _kept_out(user, case)


def _may_release(user: User, case: Case) -> bool:
    return case.assignee_id is not None and not _kept_out(user, case)


def _kept_out(user: User, case: Case) -> bool:
    """Whether a colleague is at work on it, and this account may not step in."""
    return _others(user, case) and not (user.has_perm(CLOSE) or user.has_perm(OVERRIDE))


def _may_move(to: Status) -> Callable[[User, Case], bool]:
    def possible(user: User, case: Case) -> bool:
        return to in status.moves_for(user, case) and not _kept_out(user, case)

    return possible


def _may_answer(user: User, case: Case) -> bool:
    return case.status == Status.ANSWERED or _may_move(Status.ANSWERED)(user, case)


def _version(form: ActForm) -> int:
    return int(form.cleaned_data["desk_version"])


def _note(form: NoteForm, case: Case, user: User) -> object:
    said = form.cleaned_data
    return notes.add(case, user=user, words=said["words"], about=said["about"])


def _sent(form: MessageForm, user: User) -> dict[str, Any]:
    template = form.cleaned_data["template"]
    return {
        "user": user,
        "version": _version(form),
        "words": form.cleaned_data["words"],
        "template": template,
        "knowledge_version": knowledge.load().version if template else "",
    }


def _ask(form: RequestForm, case: Case, user: User) -> object:
    return letters.ask(case, asks=form.asks, **_sent(form, user))


def _answer(form: AnswerForm, case: Case, user: User) -> object:
    return letters.answer(case, **_sent(form, user))


def _close(form: CloseForm, case: Case, user: User) -> object:
    said = form.cleaned_data
    return status.move(
        case,
        Status.CLOSED,
        user=user,
        version=_version(form),
        reason=said["reason"],
        refunded_on=said["refunded_on"],
    )


def _reopen(form: ReopenForm, case: Case, user: User) -> object:
    reason = form.cleaned_data["reason"]
    return status.move(case, Status.REOPENED, user=user, version=_version(form), reason=reason)


def _override(form: OverrideForm, case: Case, user: User) -> object:
    said = form.cleaned_data
    return status.move(case, said["to"], user=user, version=_version(form), reason=said["reason"])


def _review(form: ActForm, case: Case, user: User) -> object:
    return status.move(case, Status.IN_REVIEW, user=user, version=_version(form))


def _close_wanted(form: CloseForm, user: User) -> Mapping[str, str]:
    said = form.cleaned_data
    wanted = {"status": _label(Status.CLOSED), "reason": str(CloseReason(said["reason"]).label)}
    return wanted | ({"refunded_on": f"{said['refunded_on']}"} if said["refunded_on"] else {})


def _becomes(to: Status) -> Callable[[Any, User], Mapping[str, str]]:
    return lambda form, user: {"status": _label(to)}


def _label(to: str) -> str:
    return str(Status(to).label)


ACTS: Mapping[str, Act] = {
    "claim": Act(
        title=_lazy("认领"),
        done=_lazy("已认领。两小时没有动作会超时，别人可以接手。"),
        right=REVIEW,
        possible=_may_claim,
        run=lambda form, case, user: claims.claim(case, user=user, version=_version(form)),
        wanted=lambda form, user: {"assignee": user.get_username()},
        asks=False,
    ),
    "release": Act(
        title=_lazy("释放"),
        done=_lazy("已释放，谁都可以认领。"),
        right=REVIEW,
        possible=_may_release,
        run=lambda form, case, user: claims.release(case, user=user, version=_version(form)),
        wanted=lambda form, user: {"assignee": _("未认领")},
        asks=False,
    ),
    "withdraw": Act(
        title=_lazy("撤回请求"),
        done=_lazy("请求已撤回，本人不再看到。"),
        right=REVIEW,
        possible=lambda user, case: (
            case.status == Status.NEEDS_PERSON and not _kept_out(user, case)
        ),
        run=lambda form, case, user: letters.withdraw(case, user=user, version=_version(form)),
        wanted=_becomes(Status.IN_REVIEW),
        asks=False,
    ),
    "review": Act(
        title=_lazy("继续处理"),
        done=_lazy("状态已改成处理中。"),
        right=REVIEW,
        possible=lambda user, case: (
            case.status == Status.ANSWERED and _may_move(Status.IN_REVIEW)(user, case)
        ),
        run=_review,
        wanted=_becomes(Status.IN_REVIEW),
        asks=False,
    ),
    "ask": Act(
        title=_lazy("请本人补充"),
        done=_lazy("请求已显示在本人的方案页上。"),
        right=REVIEW,
        possible=_may_move(Status.NEEDS_PERSON),
        run=_ask,
        wanted=_becomes(Status.NEEDS_PERSON),
        form=RequestForm,
    ),
    "answer": Act(
        title=_lazy("答复本人"),
        done=_lazy("答复已显示在本人的方案页上。"),
        right=REVIEW,
        possible=lambda user, case: _may_answer(user, case) and not _kept_out(user, case),
        run=_answer,
        wanted=_becomes(Status.ANSWERED),
        form=AnswerForm,
    ),
    "close": Act(
        title=_lazy("结案"),
        done=_lazy("已结案。"),
        right=CLOSE,
        possible=_may_move(Status.CLOSED),
        run=_close,
        wanted=_close_wanted,
        form=CloseForm,
    ),
    "reopen": Act(
        title=_lazy("重新打开"),
        done=_lazy("已重新打开。"),
        right=CLOSE,
        possible=_may_move(Status.REOPENED),
        run=_reopen,
        wanted=_becomes(Status.REOPENED),
        form=ReopenForm,
    ),
    "override": Act(
        title=_lazy("手动改变状态"),
        done=_lazy("状态已改变，并记入操作记录。"),
        right=OVERRIDE,
        possible=lambda user, case: bool(status.overrides_for(user, case)),
        run=_override,
        wanted=lambda form, user: {"status": _label(form.cleaned_data["to"])},
        form=OverrideForm,
    ),
    "note": Act(
        title=_lazy("写备注"),
        done=_lazy("备注已保存。"),
        right=REVIEW,
        possible=lambda user, case: True,
        run=_note,
        wanted=lambda form, user: {},
        form=NoteForm,
    ),
}
