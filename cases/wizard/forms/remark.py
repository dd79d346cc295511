"""The form for a remark about a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.wizard.fields import Question

LONGEST_REMARK = 2000


class Remark(Question, forms.CharField):
    """Some lines of text."""

    kind = "area"

    def to_python(self, value: Any) -> str:
        """The text with plain line ends, which browsers send as two characters each."""
        text: str = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\x00", "")


class RemarkForm(forms.Form):
    """What was wrong with a page, or missing from it."""

    words = Remark(
        label=_("哪里不对，或者缺了什么？"),
        help_text=_("请不要写姓名、电话、订单号"),
        max_length=LONGEST_REMARK,
        error_messages={
            "required": _("请写几个字，说说哪里不对或者缺了什么"),
            "max_length": _(
                "您写了 %(show_value)d 字，最多 %(limit_value)d 字，请删短一些；您写的都还在下面"
            ),
        },
    )
