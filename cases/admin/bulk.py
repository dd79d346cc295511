"""Several cases of the queue at once: what will happen to each, and then an honest report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cases import knowledge
from cases.admin import canned, columns, trail
from cases.admin.acts import ACTS, why_not
from cases.admin.assigning import AssignManyForm
from cases.admin.tagging import How, TagManyForm
from cases.admin.work_forms import CHOOSE
from cases.models import Case, CloseReason, Message, Status, Tag
from cases.services import claims, status, tags
from cases.services import messages as person_messages
from cases.services.claims import ClaimedByOther
from cases.services.desk import StaleCase
from cases.services.rights import LOOK, NotAllowed
from cases.services.status import REFUNDS
from cases.services.tags import SameTags
from cases.wizard.fields import Words

MOST = 100
CHOSEN, PREVIEWED = "chosen", "previewed"
Refused = (NotAllowed, ClaimedByOther, StaleCase, SameTags)
Run = Callable[[Case, User, int, Mapping[str, Any]], object]


class CloseManyForm(forms.Form):
    """One reason for all; a refund has a day of its own, so it is closed case by case."""

    reason = forms.ChoiceField(
        label=_("结案原因"),
        help_text=_("退款结案要填到账日，请一件一件结。"),
        choices=[CHOOSE, *(row for row in CloseReason.choices if row[0] not in REFUNDS)],
        error_messages={"required": _("请选择结案原因")},
    )


class AskManyForm(forms.Form):
    """One canned request for all, filled in for each."""

    template = forms.ChoiceField(
        label=_("请本人补充什么"),
        help_text=_("空处按每个案件填好。要改文字的，请一件一件发。"),
        error_messages={"required": _("请选择一条")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = canned.offered(Message.Kind.REQUEST)
        self.fields["template"].choices = [CHOOSE, *offered]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """One of ACTS for several cases at once."""

    act: str
    title: Words
    run: Run
    form: type[forms.Form] = forms.Form
    preview: Callable[[Case, Mapping[str, Any]], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the first case would get, and of which choice; that choice alone may be sent then."""

    code: str
    words: str
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A case on the confirm page, and why it will be skipped, empty where it will not."""

    case: Case
    code: str
    now: str
    assignee: str
    skipped: str

    @property
    def chosen(self) -> str:
        """The case and the version its line was shown with."""
        return f"{self.case.pk}:{self.case.desk_version}"


def confirm(
    request: HttpRequest,
    name: str,
    cases: Sequence[Case],
    form: forms.Form | None = None,
    preview: Preview | None = None,
) -> HttpResponse:
    """The page that lists what will happen to each case."""
    user, bulk = cast(User, request.user), BULKS[name]
    lines = [_line(case, user, bulk) for case in cases]
    shown = {
        **admin.site.each_context(request),
        "title": bulk.title,
        "opts": Case._meta,
        "name": name,
        "does": ACTS[bulk.act].title,
        "form": form or bulk.form(),
        "trail": trail.of_list(request),
        "previews": bulk.preview is not None,
        "preview": preview,
        "lines": lines,
        "number": sum(not line.skipped for line in lines),
        "skipped": sum(bool(line.skipped) for line in lines),
    }
    return TemplateResponse(request, "desk/bulk.html", shown)


@require_POST
def page(request: HttpRequest, act: str) -> HttpResponse:
    """Do it to each case that was confirmed, each in a transaction of its own, and report."""
    user, bulk = cast(User, request.user), BULKS.get(act)
    if not user.has_perm(LOOK) or (bulk and not ACTS[bulk.act].allowed(user)):
        raise PermissionDenied
    if bulk is None:
        raise Http404
    chosen = dict(_chosen(request))
    if not chosen or len(chosen) > MOST:
        return _refused(request, len(chosen))
    cases = list(_rows().filter(pk__in=chosen))
    form = bulk.form(request.POST)
    if not form.is_valid():
        return confirm(request, act, cases, form)
    preview = _preview(bulk, cases, user, form.cleaned_data)
    if preview and request.POST.get(PREVIEWED) != preview.choice:
        return confirm(request, act, cases, form, preview)
    _report(request, *_done(bulk, cases, user, chosen, form.cleaned_data))
    return _back(request)


def _done(
    bulk: Bulk,
    cases: Sequence[Case],
    user: User,
    versions: Mapping[UUID, int],
    said: Mapping[str, Any],
) -> tuple[int, dict[str, list[str]]]:
    """How many were done, and the numbers of those skipped by reason."""
    skipped: dict[str, list[str]] = {}
    if gone := len(versions) - len(cases):
        skipped[now_translated("案件已经删除")] = [
            now_translated("%(number)d 件") % {"number": gone}
        ]
    for case in cases:
        try:
            _keep_off(case, user)
            bulk.run(case, user, versions[case.pk], said)
        except Case.DoesNotExist:
            skipped.setdefault(now_translated("案件已经删除"), []).append(
                columns.grouped(case.public_id)
            )
        except Refused as refused:
            skipped.setdefault(why_not(refused), []).append(columns.grouped(case.public_id))
    return len(versions) - sum(map(len, skipped.values())), skipped


def _report(request: HttpRequest, done: int, skipped: Mapping[str, Sequence[str]]) -> None:
    number = sum(map(len, skipped.values()))
    words = now_translated("完成 %(done)d 件，跳过 %(skipped)d 件。") % {
        "done": done,
        "skipped": number,
    }
    messages.add_message(request, messages.WARNING if skipped else messages.SUCCESS, words)
    for why, codes in skipped.items():
        told = {"why": why, "codes": "、".join(codes)}
        messages.warning(request, now_translated("跳过 %(codes)s：%(why)s。") % told)


def _line(case: Case, user: User, bulk: Bulk) -> Line:
    return Line(
        case=case,
        code=columns.grouped(case.public_id),
        now=str(Status(case.status).label),
        assignee=columns.assignee(case),
        skipped=_skipped(case, user, bulk),
    )


def _skipped(case: Case, user: User, bulk: Bulk) -> str:
    """Why the case will be skipped; looked at once more when it is done."""
    try:
        _keep_off(case, user)
    except ClaimedByOther as held:
        return why_not(held)
    if ACTS[bulk.act].possible(user, case):
        return ""
    if case.status == Status.SUBMITTED and bulk.act == "ask":
        return now_translated("请先认领")
    return now_translated("状态是“%(status)s”，不能这样做") % {"status": Status(case.status).label}


def _keep_off(case: Case, user: User) -> None:
    """Raises ClaimedByOther where a colleague is at work: who may step in does so case by case.

    A claim that comes after this look changes the version, which is compared when it is done.
    """
    if claims.held_by_other(user, case):
        raise ClaimedByOther(current=case)


def _preview(
    bulk: Bulk, cases: Sequence[Case], user: User, said: Mapping[str, Any]
) -> Preview | None:
    first = next((case for case in cases if not _skipped(case, user, bulk)), None)
    if bulk.preview is None or first is None:
        return None
    code = columns.grouped(first.public_id)
    return Preview(code=code, words=bulk.preview(first, said), choice=said["template"])


def _chosen(request: HttpRequest) -> Iterator[tuple[UUID, int]]:
    for value in request.POST.getlist(CHOSEN):
        key, _colon, version = value.partition(":")
        try:
            yield UUID(key), int(version)
        except ValueError:
            continue


def _refused(request: HttpRequest, number: int) -> HttpResponse:
    words = (
        now_translated("没有选中案件。")
        if not number
        else now_translated("一次最多 %(most)d 件，请分几次。")
    )
    messages.warning(request, words % {"most": MOST} if number else words)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(trail.queue_address(trail.of_list(request)))


def _rows() -> QuerySet[Case]:
    shown = Case.objects.filter(submitted_at__isnull=False).select_related("assignee")
    return shown.defer("answers", "secret", "secret_hash").order_by("next_on", "pk")


def _claim(case: Case, user: User, version: int, said: Mapping[str, Any]) -> object:
    return claims.claim(case, user=user, version=version)


def _release(case: Case, user: User, version: int, said: Mapping[str, Any]) -> object:
    return claims.release(case, user=user, version=version)


def _ask(case: Case, user: User, version: int, said: Mapping[str, Any]) -> object:
    template = said["template"]
    return person_messages.ask(
        case,
        user=user,
        version=version,
        words=canned.filled(template, case),
        asks=canned.asks(template),
        template=template,
        knowledge_version=knowledge.load().version,
    )


def _asked_words(case: Case, said: Mapping[str, Any]) -> str:
    return canned.filled(said["template"], case)


def _assign(case: Case, user: User, version: int, said: Mapping[str, Any]) -> object:
    return claims.assign(case, to=said["to"], user=user, version=version)


def _close(case: Case, user: User, version: int, said: Mapping[str, Any]) -> object:
    return status.move(case, Status.CLOSED, user=user, version=version, reason=said["reason"])


def _tag(case: Case, user: User, version: int, said: Mapping[str, Any]) -> object:
    one: tuple[Tag, ...] = (said["tag"],)
    add, remove = (one, ()) if said["how"] == How.ADD else ((), one)
    return tags.change(case, user=user, version=version, add=add, remove=remove)


BULKS: Mapping[str, Bulk] = {
    "claim": Bulk(act="claim", title=_("认领选中的案件"), run=_claim),
    "release": Bulk(act="release", title=_("释放选中的案件"), run=_release),
    "assign": Bulk(act="assign", title=_("把选中的案件交给同事"), run=_assign, form=AssignManyForm),
    "ask": Bulk(
        act="ask",
        title=_("请选中案件的本人补充"),
        run=_ask,
        form=AskManyForm,
        preview=_asked_words,
    ),
    "close": Bulk(act="close", title=_("结案：选中的案件"), run=_close, form=CloseManyForm),
    "tag": Bulk(act="tag", title=_("给选中的案件贴上或取下标签"), run=_tag, form=TagManyForm),
}


def actions(user: User) -> dict[str, tuple[Any, str, Words]]:
    """What `ModelAdmin.get_actions` gives: the bulk acts this account has the right to."""
    return {
        f"bulk_{name}": (partial(_chosen_in_queue, name), f"bulk_{name}", bulk.title)
        for name, bulk in BULKS.items()
        if ACTS[bulk.act].allowed(user)
    }


def _chosen_in_queue(
    name: str, model_admin: Any, request: HttpRequest, chosen: QuerySet[Case]
) -> HttpResponse:
    """From the queue to the confirm page of the act that Django has found to be allowed."""
    keys = list(chosen.values_list("pk", flat=True)[: MOST + 1])
    if not 0 < len(keys) <= MOST:
        return _refused(request, len(keys))
    return confirm(request, name, list(_rows().filter(pk__in=keys)))
