"""Questions answered by choosing: radios, and boxes with 以上都没有 and 不清楚."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.text import format_lazy
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.vocabulary import table_name
from cases.wizard.fields.base import NOT_CLEAR, UNKNOWN, Question, Shown, Words

Choices = list[tuple[str, Words]]

NONE_OF_THESE = "none_of_these"
YES, NO = _("是"), _("否")


class Chosen(Question):
    """A question answered by choosing; the choices are read when they are needed."""

    kind = "choice"
    first_suffix = "_0"

    def labels(self) -> dict[str, Words]:
        """The codes of the page and their labels."""
        return dict(self.choices)  # type: ignore[attr-defined]

    def said(self, value: Any) -> str:
        """The label of the chosen value."""
        return str(self.labels().get(UNKNOWN if value is None else value, value))

    def names(self, name: str) -> list[str]:
        """One name, whatever is chosen."""
        return [name]


def labels(enum: type[StrEnum], members: Iterable[StrEnum] | None = None) -> Choices:
    """Codes and their Chinese labels."""
    table = knowledge.load().labels[table_name(enum)]
    return [(str(member), table[str(member)]) for member in (members or enum)]


class OneOf(Chosen, forms.ChoiceField):
    """Radios: one member of an enum, or 不清楚.

    `ask` is the sentence for a person who chose nothing; else the label must fit after 请选择.
    """

    def __init__(
        self,
        choices: Callable[[], Choices],
        *,
        label: Words,
        help_text: Words = "",
        unknown: Words | None = NOT_CLEAR,
        ask: Words | None = None,
    ) -> None:
        def all_choices() -> Choices:
            return [*choices(), *([(UNKNOWN, unknown)] if unknown is not None else [])]

        # To ask a lazy text whether it is empty would translate it here and now.
        choose = format_lazy(_("请选择{}"), label) if ask is None else ask
        super().__init__(
            choices=all_choices,
            label=label,
            help_text=help_text,
            widget=forms.RadioSelect,
            error_messages={"required": choose, "invalid_choice": choose},
        )

    def clean(self, value: Any) -> Any:
        """The code, or None for 不清楚."""
        code = super().clean(value)
        return None if code == UNKNOWN else code


class Member(OneOf):
    """Radios for an enum, in the order given."""

    def __init__(
        self,
        enum: type[StrEnum],
        *,
        label: Words,
        help_text: Words = "",
        members: Sequence[StrEnum] | None = None,
        unknown: Words | None = NOT_CLEAR,
    ) -> None:
        super().__init__(
            lambda: labels(enum, members), label=label, help_text=help_text, unknown=unknown
        )


class YesNo(OneOf):
    """Three radios: true, false, not known."""

    def __init__(
        self,
        *,
        label: Words,
        ask: Words,
        help_text: Words = "",
        yes: Words = YES,
        no: Words = NO,
        unknown: Words = NOT_CLEAR,
    ) -> None:
        super().__init__(
            lambda: [("yes", yes), ("no", no)],
            label=label,
            help_text=help_text,
            unknown=unknown,
            ask=ask,
        )

    def clean(self, value: Any) -> bool | None:
        """True, False, or None for 不清楚."""
        code = super().clean(value)
        return None if code is None else code == "yes"

    def said(self, value: Any) -> str:
        """The label of the answer."""
        return super().said({True: "yes", False: "no"}.get(value, value))


class ManyOf(Chosen, forms.MultipleChoiceField):
    """Checkboxes. 以上都没有 gives an empty list, 不清楚 gives None; neither goes with another."""

    def __init__(
        self,
        choices: Callable[[], Choices],
        *,
        label: Words,
        help_text: Words = "",
        unknown: Words | None = NOT_CLEAR,
    ) -> None:
        self.alone: Choices = [(NONE_OF_THESE, _("以上都没有"))]
        if unknown is not None:
            self.alone.append((UNKNOWN, unknown))
        super().__init__(
            choices=lambda: [*choices(), *self.alone],
            label=label,
            help_text=help_text,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("请至少选一项，都没有就选“以上都没有”"),
                "invalid_choice": _("请从列出的选项里选择"),
            },
        )

    def clean(self, value: Any) -> list[str] | None:
        """The codes in the order of the page."""
        codes = set(super().clean(value))
        for code, label in self.alone:
            if code in codes and len(codes) > 1:
                message = now_translated("“%(label)s”不能和其他选项一起选") % {"label": label}
                raise forms.ValidationError(message, code="not_alone")
        if UNKNOWN in codes:
            return None
        return [code for code in self.labels() if code in codes - {NONE_OF_THESE}]

    def said(self, value: Any) -> str:
        """The labels, or what stands for none of them."""
        if not value:
            return super().said(NONE_OF_THESE if value == [] else value)
        return "、".join(super(ManyOf, self).said(code) for code in value)


class Members(ManyOf):
    """Checkboxes for an enum."""

    def __init__(
        self,
        enum: type[StrEnum],
        *,
        label: Words,
        help_text: Words = "",
        members: Sequence[StrEnum] | None = None,
        unknown: Words | None = NOT_CLEAR,
    ) -> None:
        super().__init__(
            lambda: labels(enum, members), label=label, help_text=help_text, unknown=unknown
        )


# A heading and what stands under it.
Groups = Sequence[tuple[Words, Sequence[StrEnum]]]


class ShownInGroups(Shown):
    """Boxes under headings; the first error leads to the first box of the page as ever."""

    field: GroupedMembers

    @property
    def groups(self) -> list[tuple[Words, list[BoundWidget]]]:
        """Every heading with its boxes."""
        boxes = iter(self)
        return [(title, list(islice(boxes, len(group)))) for title, group in self.field.groups]

    @property
    def alone(self) -> list[BoundWidget]:
        """The boxes that go with no other."""
        return list(self)[-len(self.field.alone) :]


class GroupedMembers(Members):
    """Checkboxes for an enum under headings, in the order of the page.

    The answer has the order of `members` however the page is ordered for this person.
    """

    kind = "grouped"

    def __init__(
        self,
        enum: type[StrEnum],
        *,
        groups: Groups,
        members: Sequence[StrEnum],
        label: Words,
        help_text: Words = "",
    ) -> None:
        on_page = [member for _title, group in groups for member in group]
        super().__init__(enum, label=label, help_text=help_text, members=on_page)
        self.groups, self.members = groups, members

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """The question as `ShownInGroups`."""
        return ShownInGroups(form, self, field_name)

    def clean(self, value: Any) -> list[str] | None:
        """The codes in the order of `members`."""
        codes = super().clean(value)
        return codes and [str(member) for member in self.members if member in codes]
