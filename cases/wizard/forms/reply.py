"""The form for a reply of the other side, pasted to be looked up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.replies import letters_and_digits
from cases.wizard.forms.remark import Remark

LONGEST_REPLY = 1000
EMPTY = _("请把对方的话贴进来，至少一句")


class ReplyForm(forms.Form):
    """What the other side said, in their words."""

    words = Remark(
        label=_("对方是怎么说的？"),
        help_text=_("贴原话，一次贴一条回复"),
        max_length=LONGEST_REPLY,
        error_messages={
            "required": EMPTY,
            "max_length": _(
                "这段话有 %(show_value)d 字，一次最多查 %(limit_value)d 字。"
                "请只留对方的这一条回复；您贴的都还在下面"
            ),
        },
    )

    def clean_words(self) -> Any:
        """Refuse what holds neither a letter nor a digit."""
        words = self.cleaned_data["words"]
        if not letters_and_digits(words):
            raise forms.ValidationError(EMPTY, code="required")
        return words
