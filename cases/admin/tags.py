"""The directory of tags on the desk: kept by those who may, read by everybody who sees cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import knowledge
from cases.admin.columns import NOTHING
from cases.admin.masking import NUMBERS_ONLY
from cases.admin.rows import NamedRows
from cases.knowledge.banned_words import hints
from cases.models import Tag
from cases.services import tags

# ModelAdmin and ModelForm take type parameters for the type checker only.
if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Tag]
    TagBase = forms.ModelForm[Tag]
else:
    Rows, TagBase = admin.ModelAdmin, forms.ModelForm


class TagForm(TagBase):
    """A tag: nothing in it may lead to a person."""

    class Meta:
        model = Tag
        fields = ("name", "purpose", "retired")
        widgets = {"purpose": AdminTextInputWidget({"class": "vLargeTextField"})}
        help_texts = {
            "name": _("最多 12 个字。只说工作，例如“集体投诉”“转给法务”；不写人名、电话和号码。"),
            "purpose": _("一句话，什么样的案件要贴。可以不填。"),
            "retired": _("已经贴上的留着，可以筛选和取下；不能再贴到别的案件上。"),
        }

    def clean_name(self) -> str:
        """A name that no other tag has, in whatever spelling."""
        name = tags.shown_as(self.cleaned_data["name"])
        refuse_personal(name)
        others = Tag.objects.filter(key=tags.key_of(name)).exclude(pk=self.instance.pk)
        if name and (other := others.first()):
            raise ValidationError(_("已经有标签“%(name)s”。"), params={"name": other})
        return name

    def clean_purpose(self) -> str:
        """The same care; on one line."""
        purpose = tags.shown_as(self.cleaned_data["purpose"])
        refuse_personal(purpose)
        return purpose


class TagAdmin(NamedRows, Rows):
    """Nobody deletes a tag: it is retired, and stays on the cases that carry it."""

    list_title, row_title, new_title = _("标签"), _("标签"), _("新标签")
    form = TagForm
    list_display = ("name", "what_for", "state")
    list_per_page = 200
    search_fields = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "desk/tags.html"
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        """Retire it instead."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Nothing to search by."""
        return False

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        """Keep the tag, and log what was changed."""
        tags.keep(obj, form.changed_data, actor=cast(User, request.user).get_username())

    # ---- a row

    @admin.display(description=_("用途"))
    def what_for(self, tag: Tag) -> str:
        """What it is for, a dash where nobody said."""
        return tag.purpose or NOTHING

    @admin.display(description=_("状态"))
    def state(self, tag: Tag) -> Any:
        """Whether it may be put on a case."""
        return _("不再使用") if tag.retired else _("在用")


def refuse_personal(text: str) -> None:
    """Raises ValidationError for a number that could be a person's, and for words nobody may say.

    What only a letter must not accuse of is no fault here: it is the desk's work.
    """
    if NUMBERS_ONLY.text(text) != text:
        raise ValidationError(_("里面有像电话、证件或订单的号码。标签只说工作，请去掉号码。"))
    for hint in hints(text, knowledge.load(), on=timezone.localdate(), police=True):
        raise ValidationError(
            _("请换一个说法，不写“%(words)s”。标签只说工作。"), params={"words": hint.words}
        )
