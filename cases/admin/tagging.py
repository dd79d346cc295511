"""The forms that put tags on cases and take them off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.admin.work_forms import CHOOSE, ActForm
from cases.models import Tag
from cases.services import tags

# The fields take type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    OneOf = forms.ModelChoiceField[Tag]
    SomeOf = forms.ModelMultipleChoiceField[Tag]
else:
    OneOf, SomeOf = forms.ModelChoiceField, forms.ModelMultipleChoiceField

RETIRED = _("这个标签不再使用，只能取下")


class How(models.TextChoices):
    """What is done with a tag."""

    ADD = "add", _("贴上")
    REMOVE = "remove", _("取下")


class TagsField(SomeOf):
    """Tags as boxes to tick, each with what it is for."""

    def label_from_instance(self, obj: Tag) -> str:
        """The name, that it is retired, and what it is for."""
        return "：".join(filter(None, (named(obj), obj.purpose)))


class TagField(OneOf):
    """One tag out of a list."""

    def label_from_instance(self, obj: Tag) -> str:
        """The name, and that it is retired."""
        return named(obj)


class TagsForm(ActForm):
    """Which tags a case carries.

    `shown` are those it carried when its page was shown: what a colleague put on it or took off
    meanwhile stays as it is.
    """

    tags = TagsField(
        Tag.objects.none(),
        label=_("标签"),
        help_text=_("贴上或取下都会记入操作记录，本人看不到。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": RETIRED},
    )
    shown = SomeOf(Tag.objects.all(), required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["tags"]
        choices.queryset = tags.choices_for(self.case)  # type: ignore[attr-defined]
        if not choices.queryset:  # type: ignore[attr-defined]
            choices.help_text = _("还没有标签。高级审核和管理员可以在“标签”页添加。")
        self.initial["tags"] = self.initial["shown"] = list(self.case.tags.all())

    @property
    def added(self) -> set[Tag]:
        """What was ticked on the page."""
        return set(self.cleaned_data["tags"]) - set(self.cleaned_data["shown"])

    @property
    def removed(self) -> set[Tag]:
        """What was unticked on the page."""
        return set(self.cleaned_data["shown"]) - set(self.cleaned_data["tags"])


class TagManyForm(forms.Form):
    """One tag for all, to put on or to take off."""

    tag = TagField(
        tags.known(),
        label=_("标签"),
        help_text=_("会记入操作记录，本人看不到。"),
        empty_label=str(CHOOSE[1]),
        error_messages={"required": _("请选择一个标签")},
    )
    how = forms.ChoiceField(
        label=_("贴上还是取下"),
        choices=How.choices,
        initial=How.ADD,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择贴上还是取下")},
    )

    def clean(self) -> dict[str, Any]:
        """A retired tag can only go."""
        said = super().clean() or self.cleaned_data
        tag = said.get("tag")
        if tag and tag.retired and said.get("how") == How.ADD:
            self.add_error("tag", RETIRED)
        return said


def named(tag: Tag) -> str:
    """The name as a list to choose from has it."""
    return now_translated("%(name)s（不再使用）") % {"name": tag} if tag.retired else tag.name
