"""What can be done to a case on the desk: ACTS says when, by whom, with what form, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.admin.assigning import AssignForm
from cases.admin.tagging import TagsForm
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
from cases.models import Case, CloseReason, Status
from cases.models.case import OPEN
from cases.services import claims, messages, notes, status, tags
from cases.services.claims import ClaimedByOther
from cases.services.desk import StaleCase
from cases.services.rights import CLOSE, OVERRIDE, REVIEW
from cases.services.status import RefundDayWrong
from cases.services.tags import SameTags
from cases.wizard.fields import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that can be done to a case.

    `possible` says whether this account can do it to this case now, `run` does it, `wanted` says
    in words what it sets, for the page that shows somebody else's change beside it. `asks` is
    false for an act that a button alone does. Either of `right` and `or_right` is enough.
    """

    title: Words
    done: Words
    right: str
    possible: Callable[[User, Case], bool]
    run: Callable[[Any, Case, User], object]
    wanted: Callable[[Any, User], Mapping[str, str]]
    form: type[ActForm] = ActForm
    asks: bool = True
    or_right: str = ""

    def allowed(self, user: User) -> bool:
        """Whether this account may do it at all."""
        return any(user.has_perm(right) for right in (self.right, self.or_right) if right)


def why_not(refused: Exception) -> str:
    """A sentence for each reason why an act was not done."""
    match refused:
        case ClaimedByOther(current=current):
            return now_translated("%(name)s 正在处理，认领到 %(until)s") % {
                "name": holder(current),
                "until": f"{timezone.localtime(current.claimed_until):%H:%M}",
            }
        case StaleCase():
            return now_translated("刚被他人修改")
        case RefundDayWrong():
            return now_translated("退款到账日要在提交那天到今天之间")
        case SameTags():
            return now_translated("标签没有变化")
    return now_translated("现在的状态不能这样做")


def holder(case: Case) -> str:
    """Who has the case, empty for nobody."""
    return case.assignee.get_username() if case.assignee else ""


# ---- when


def _may_claim(user: User, case: Case) -> bool:
    mine = case.assignee_id == user.pk and claims.live(case, timezone.now())
    return case.status in OPEN and not mine and not claims.kept_out(user, case)


def _may_release(user: User, case: Case) -> bool:
    return case.assignee_id is not None and not claims.kept_out(user, case)


def _may_move(to: Status) -> Callable[[User, Case], bool]:
    def possible(user: User, case: Case) -> bool:
        return to in status.moves_for(user, case) and not claims.kept_out(user, case)

    return possible


def _may_answer(user: User, case: Case) -> bool:
    return case.status == Status.ANSWERED or _may_move(Status.ANSWERED)(user, case)


# ---- how


def _version(form: ActForm) -> int:
    return int(form.cleaned_data["desk_version"])


def _assign(form: AssignForm, case: Case, user: User) -> object:
    return claims.assign(case, to=form.cleaned_data["to"], user=user, version=_version(form))


def _note(form: NoteForm, case: Case, user: User) -> object:
    said = form.cleaned_data
    return notes.add(case, user=user, words=said["words"], about=said["about"])


def _tag(form: TagsForm, case: Case, user: User) -> object:
    return tags.change(case, user=user, version=None, add=form.added, remove=form.removed)


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
    return messages.ask(case, asks=form.asks, **_sent(form, user))


def _answer(form: AnswerForm, case: Case, user: User) -> object:
    return messages.answer(case, **_sent(form, user))


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
        title=_("认领"),
        done=_("已认领。两小时没有动作会超时，别人可以接手。"),
        right=REVIEW,
        possible=_may_claim,
        run=lambda form, case, user: claims.claim(case, user=user, version=_version(form)),
        wanted=lambda form, user: {"assignee": user.get_username()},
        asks=False,
    ),
    "release": Act(
        title=_("释放"),
        done=_("已释放，谁都可以认领。"),
        right=REVIEW,
        possible=_may_release,
        run=lambda form, case, user: claims.release(case, user=user, version=_version(form)),
        wanted=lambda form, user: {"assignee": now_translated("未认领")},
        asks=False,
    ),
    "assign": Act(
        title=_("交给同事"),
        done=_("已交给同事。同样是两小时没有动作会超时，别人可以接手。"),
        right=CLOSE,
        or_right=OVERRIDE,
        possible=lambda user, case: case.status in OPEN,
        run=_assign,
        wanted=lambda form, user: {"assignee": form.cleaned_data["to"].get_username()},
        form=AssignForm,
    ),
    "withdraw": Act(
        title=_("撤回请求"),
        done=_("请求已撤回，本人不再看到。"),
        right=REVIEW,
        possible=lambda user, case: (
            case.status == Status.NEEDS_PERSON and not claims.kept_out(user, case)
        ),
        run=lambda form, case, user: messages.withdraw(case, user=user, version=_version(form)),
        wanted=_becomes(Status.IN_REVIEW),
        asks=False,
    ),
    "review": Act(
        title=_("继续处理"),
        done=_("状态已改成处理中。"),
        right=REVIEW,
        possible=lambda user, case: (
            case.status == Status.ANSWERED and _may_move(Status.IN_REVIEW)(user, case)
        ),
        run=_review,
        wanted=_becomes(Status.IN_REVIEW),
        asks=False,
    ),
    "ask": Act(
        title=_("请本人补充"),
        done=_("请求已显示在本人的方案页上。"),
        right=REVIEW,
        possible=_may_move(Status.NEEDS_PERSON),
        run=_ask,
        wanted=_becomes(Status.NEEDS_PERSON),
        form=RequestForm,
    ),
    "answer": Act(
        title=_("答复本人"),
        done=_("答复已显示在本人的方案页上。"),
        right=REVIEW,
        possible=lambda user, case: _may_answer(user, case) and not claims.kept_out(user, case),
        run=_answer,
        wanted=_becomes(Status.ANSWERED),
        form=AnswerForm,
    ),
    "close": Act(
        title=_("结案"),
        done=_("已结案。"),
        right=CLOSE,
        possible=_may_move(Status.CLOSED),
        run=_close,
        wanted=_close_wanted,
        form=CloseForm,
    ),
    "reopen": Act(
        title=_("重新打开"),
        done=_("已重新打开。"),
        right=CLOSE,
        possible=_may_move(Status.REOPENED),
        run=_reopen,
        wanted=_becomes(Status.REOPENED),
        form=ReopenForm,
    ),
    "override": Act(
        title=_("手动改变状态"),
        done=_("状态已改变，并记入操作记录。"),
        right=OVERRIDE,
        possible=lambda user, case: bool(status.overrides_for(user, case)),
        run=_override,
        wanted=lambda form, user: {"status": _label(form.cleaned_data["to"])},
        form=OverrideForm,
    ),
    "note": Act(
        title=_("写备注"),
        done=_("备注已保存。"),
        right=REVIEW,
        possible=lambda user, case: True,
        run=_note,
        wanted=lambda form, user: {},
        form=NoteForm,
    ),
    "tag": Act(
        title=_("改标签"),
        done=_("标签已保存。"),
        right=REVIEW,
        possible=lambda user, case: True,
        run=_tag,
        wanted=lambda form, user: {},
        form=TagsForm,
    ),
}
