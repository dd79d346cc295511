"""The log of the desk, to be read: who did what, when, with which case, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases import case_code
from cases.admin import columns, disposal, export_columns, search, timeline
from cases.models import BlindKey, Disposal, Event, Tombstone
from cases.services import events, exports, tags
from cases.services.accounts import EVERYWHERE
from cases.views.messages import ask_title

RIGHT = "cases.view_event"
PER_PAGE = 50
# So many lines are verified each time somebody looks; the command verifies all.
VERIFIED = 1000
MOST_FAULTS = 10
# No account can have this name.
NOBODY = "*"
# Of the reasons that the page of a case has no words for.
REASONS: tuple[type[models.TextChoices], ...] = (exports.Reason, Disposal.Rule, Tombstone.Why)
WORDS: Mapping[str, str | Promise] = {
    EVERYWHERE: _("所有设备"),
    exports.MASKED: _("已遮盖"),
    exports.WHOLE: _("未遮盖"),
    "two_factor": _("两步验证"),
    "digest": _("提醒邮件"),
    "email": _("邮箱"),
    "username": _("账号名"),
    "first_name": _("姓名"),
    "is_active": _("可以登录"),
    "groups": _("角色"),
    "password": _("密码"),
    "name": _("名称"),
    "company": _("公司全称"),
    "licence_number": _("统一社会信用代码"),
    "contacts": _("联系方式"),
    "aliases": _("别名"),
    "dossier": _("投诉汇总"),
    "purpose": _("用途"),
    "retired": _("不再使用"),
    **{name: head for name, (head, _cell) in export_columns.OF_CASE.items()},
    **export_columns.PERSONAL,
}
HOW = (exports.MASKED, exports.WHOLE)
FOUND_BY: Mapping[str, str | Promise] = {
    search.NUMBER: _("案件编号"),
    **dict(BlindKey.Kind.choices),
}
# What stands before a colon: `export:1a2b3c4d`, `user:3`, `deleted:17`.
NAMED: Mapping[str, Promise] = {
    "export": _("导出 %(rest)s"),
    "user": _("账号 %(rest)s"),
    "disposal": _("清理 %(rest)s"),
    "seller": _("商家 %(rest)s"),
    "tag": _("标签 %(rest)s"),
    "merged": _("并入商家 %(rest)s"),
    "from": _("从 %(rest)s"),
    "to": _("到 %(rest)s"),
    "cases": _("%(rest)s 件案件"),
    "by": _("按%(rest)s"),
}
COUNTED: Mapping[str, Promise] = {**disposal.PURGED, **disposal.OUTCOMES}
# So much of an identifier tells one list from another.
SHORT = 8


class LogFilter(forms.Form):
    """Which lines to show."""

    actor = forms.ChoiceField(label=_("账号"), required=False)
    kind = forms.ChoiceField(
        label=_("动作"), choices=[("", _("不限")), *Event.Kind.choices], required=False
    )
    # No longer than the public half of a case code: the other half is for no address.
    case = forms.CharField(
        label=_("案件编号"), max_length=case_code.PUBLIC_LENGTH + 1, required=False
    )
    day = forms.DateField(
        label=_("日期"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        # The first and the last day that there is have no beginning or no end in world time.
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )
    before = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked, label_suffix="")
        names = User.objects.filter(is_staff=True).order_by("username")
        self.fields["actor"].choices = [  # type: ignore[attr-defined]
            ("", _("不限")),
            (NOBODY, _("本人或系统")),
            *((name, name) for name in names.values_list("username", flat=True)),
        ]

    def clean_case(self) -> str:
        """The number as the log has it, however it was typed."""
        typed = self.cleaned_data["case"]
        number = case_code.public_part(typed)
        if typed and len(number) != case_code.PUBLIC_LENGTH:
            raise forms.ValidationError(_("请填写完整的 8 位案件编号。"))
        return number

    def lines(self) -> QuerySet[Event]:
        """The lines asked for, the newest first; none for what cannot be."""
        if not self.is_valid():
            return Event.objects.none()
        asked, rows = self.cleaned_data, Event.objects.all()
        if asked["actor"]:
            rows = rows.filter(actor=asked["actor"].removeprefix(NOBODY))
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        if asked["case"]:
            rows = rows.filter(public_id=asked["case"])
        if asked["day"]:
            begin = timezone.make_aware(datetime.combine(asked["day"], time.min))
            rows = rows.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
        if asked["before"]:
            rows = rows.filter(number__lt=asked["before"])
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the log in words."""

    event: Event
    number: str
    what: str
    fields: str
    reason: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One page of the log. Looking at it adds no line: there would be no end to it."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    asked = LogFilter(request.GET)
    rows = list(asked.lines()[: PER_PAGE + 1])
    older = request.GET.copy()
    older["before"] = str(rows[PER_PAGE - 1].number) if len(rows) > PER_PAGE else ""
    context = {
        **admin.site.each_context(request),
        "title": _("操作记录"),
        "form": asked,
        "lines": list(_lines(rows[:PER_PAGE])),
        "older": older.urlencode() if older["before"] else "",
        "newest": events.head_now(),
        "verified": VERIFIED,
        "faults": list(islice(events.broken(newest=VERIFIED), MOST_FAULTS)),
    }
    return TemplateResponse(request, "desk/log.html", context)


def field_words(name: str, names: Mapping[str, str]) -> str:
    """A field of a line in words; what nobody has a word for stands as it is.

    `names` says what accounts and tags are called: `{"user:3": "wu"}`.
    """
    kind, colon, rest = name.partition(":")
    if not colon:
        return str(WORDS[name]) if name in WORDS else timeline.field_words(name)
    if kind in ("user", "tag"):
        rest = names.get(name, rest)
    elif kind in ("from", "to"):
        rest = timeline.field_words(rest)
    elif kind == "by":
        rest = str(FOUND_BY.get(rest, rest))
    elif kind == "disposal":
        rest = rest[:SHORT]
    elif kind in ("step", "evidence"):
        return str(ask_title(name))
    elif kind in COUNTED:
        return f"{COUNTED[kind]} {rest}"
    return str(NAMED[kind]) % {"rest": rest} if kind in NAMED else name


def in_words(fields: Iterable[str], names: Mapping[str, str]) -> str:
    """The fields of a line; first what it was done to and how, then the rest."""
    ordered = sorted(fields, key=lambda name: (":" not in name, name not in HOW))
    return now_translated("、").join(field_words(name, names) for name in ordered)


def reason_words(code: str) -> str:
    """A reason of a line in words."""
    labels = (each(code).label for each in REASONS if code in each.values)
    return str(next(labels, WORDS.get(code) or timeline.reason_words(code)))


def _lines(rows: Iterable[Event]) -> Iterator[Line]:
    accounts = {f"user:{pk}": name for pk, name in User.objects.values_list("pk", "username")}
    names = accounts | tags.log_names()
    for event in rows:
        yield Line(
            event=event,
            number=columns.grouped(event.public_id) if event.public_id else "",
            what=str(Event.Kind(event.kind).label),
            fields=in_words(event.fields, names),
            reason=reason_words(event.reason) if event.reason else "",
        )
