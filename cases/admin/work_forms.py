"""The forms of the work on a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.admin import canned
from cases.admin.stale import VERSION
from cases.encryption import DecryptionFailed
from cases.knowledge.schema.answer import BRACES
from cases.models import Case, CloseReason, Message, Status
from cases.services import status
from cases.services.messages import LONGEST_MESSAGE
from cases.services.notes import LONGEST_NOTE
from cases.services.status import OverrideReason, ReopenReason
from cases.views.messages import EVIDENCE, STEP, ask_title
from cases.vocabulary import EvidenceKind
from cases.wizard.fields import Words
from cases.wizard.steps import BY_NAME, STEPS

CHOOSE = ("", _("请选择"))
TOO_LONG = _("超出 %(over)d 字：写了 %(written)d 字，最多 %(longest)d 字，请删短一些")


class WrittenField(forms.CharField):
    """Words at length. Too many are refused with their number; no browser cuts them off unasked."""

    def __init__(self, *, longest: int, rows: int, **kwargs: Any) -> None:
        attrs = {"rows": rows, "autocomplete": "off", "data-longest": longest}
        super().__init__(widget=forms.Textarea(attrs=attrs), **kwargs)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        """With plain line ends, as they are kept and counted."""
        return str(super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        """Refuse what is longer than there is room for, and say by how much."""
        super().validate(value)
        if (over := len(value) - self.longest) > 0:
            numbers = {"over": over, "written": len(value), "longest": self.longest}
            raise forms.ValidationError(TOO_LONG, code="max_length", params=numbers)


class ActForm(forms.Form):
    """What every act sends: the version of the case that its page was shown with."""

    desk_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        sent: QueryDict | None = None,
        *,
        case: Case,
        user: User,
        begins: Mapping[str, Any] | None = None,
        auto_id: str = "id_%s",
    ) -> None:
        super().__init__(
            sent, initial={VERSION: case.desk_version, **(begins or {})}, auto_id=auto_id
        )
        self.case, self.user = case, user


class NoteForm(ActForm):
    """A note for one another."""

    words = WrittenField(
        label=_("备注"),
        help_text=_("只有审核台看得到，写下以后不能修改，也不能删除。最多 2000 字。"),
        longest=LONGEST_NOTE,
        rows=4,
        error_messages={"required": _("请写备注的内容")},
    )
    about = forms.ChoiceField(label=_("针对哪一题"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            ("", _("整个案件")),
            *((step.name, step.form.title) for step in STEPS if step.asks),
        ]


class MessageForm(ActForm):
    """What the person will read; `template` says which canned answer it began as."""

    kind: ClassVar[Message.Kind]

    template = forms.ChoiceField(label=_("常用文字"), required=False)
    words = WrittenField(
        label=_("写给本人的文字"),
        help_text=_("显示在本人的方案页上。请只写事实、日期和请求，不写结果会怎样。最多 2000 字。"),
        longest=LONGEST_MESSAGE,
        rows=12,
        error_messages={"required": _("请写给本人的文字")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [CHOOSE, *canned.offered(self.kind)]  # type: ignore[attr-defined]

    def clean_words(self) -> str:
        """The text, with no blank left open in it."""
        words = str(self.cleaned_data["words"])
        if left := BRACES.search(words):
            raise forms.ValidationError(
                _("还有没填上的空：%(blank)s"), code="blank", params={"blank": left[0]}
            )
        return words


class AnswerForm(MessageForm):
    """An answer."""

    kind = Message.Kind.ANSWER


class RequestForm(MessageForm):
    """A request, and what it is about."""

    kind = Message.Kind.REQUEST

    steps = forms.MultipleChoiceField(label=_("请本人重看哪几题"), required=False)
    evidence = forms.MultipleChoiceField(
        label=_("请本人补哪些证据"), required=False, widget=forms.CheckboxSelectMultiple
    )

    field_order = (VERSION, "template", "evidence", "steps", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].choices = [  # type: ignore[attr-defined]
            (name, ask_title(name)) for name in (f"{EVIDENCE}{kind}" for kind in EvidenceKind)
        ]
        self.fields["steps"].choices = list(_steps_answered(self.case))  # type: ignore[attr-defined]
        self.fields["steps"].widget = forms.CheckboxSelectMultiple(
            choices=self.fields["steps"].choices  # type: ignore[attr-defined]
        )

    @property
    def asks(self) -> list[str]:
        """What is asked for, as `Message.asks` holds it."""
        return [*self.cleaned_data["evidence"], *self.cleaned_data["steps"]]


class CloseForm(ActForm):
    """Why a case is closed, and when the money came."""

    reason = forms.ChoiceField(
        label=_("结案原因"),
        choices=[CHOOSE, *CloseReason.choices],
        error_messages={"required": _("请选择结案原因")},
    )
    refunded_on = forms.DateField(
        label=_("退款到账日"),
        help_text=_("只在已全额或部分退款时填写，以本人告诉我们的为准。"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("日期请写成 2026-11-22 这样")},
    )

    def clean(self) -> dict[str, Any]:
        """A refund has its day, between the submission and today."""
        said = super().clean() or self.cleaned_data
        if said.get("reason") not in status.REFUNDS:
            return {**said, "refunded_on": None}
        if not self.errors and not said["refunded_on"]:
            self.add_error("refunded_on", _("请填写退款到账的日期"))
        elif (
            on := said.get("refunded_on")
        ) and not self._first_day() <= on <= timezone.localdate():
            self.add_error("refunded_on", _("退款到账日要在提交那天到今天之间"))
        return said

    def _first_day(self) -> date:
        return timezone.localdate(self.case.submitted_at)


class ReopenForm(ActForm):
    """Why a closed case is taken up again."""

    reason = forms.ChoiceField(
        label=_("原因"),
        choices=[CHOOSE, *ReopenReason.choices],
        error_messages={"required": _("请选择原因")},
    )


class OverrideForm(ActForm):
    """Where an administrator puts a case by hand, and why."""

    to = forms.ChoiceField(label=_("改成"), error_messages={"required": _("请选择状态")})
    reason = forms.ChoiceField(
        label=_("原因"),
        choices=[CHOOSE, *OverrideReason.choices],
        error_messages={"required": _("请选择原因")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Every one of them: the case may have moved since the page was shown, which is told apart.
        choices = [(to.value, to.label) for to in status.BY_HAND]
        self.fields["to"].choices = [CHOOSE, *choices]  # type: ignore[attr-defined]

    def clean_to(self) -> Status:
        """The status itself."""
        return Status(self.cleaned_data["to"])


def _steps_answered(case: Case) -> Iterator[tuple[str, Words]]:
    """The questions this person has been asked, in their order; none where nobody can read them."""
    try:
        answered = case.answers
    except DecryptionFailed:
        return
    for name in (step.name for step in STEPS):
        if name in answered and BY_NAME[name].asks:
            yield f"{STEP}{name}", BY_NAME[name].form.title
