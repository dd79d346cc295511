"""The form that answers a request of the desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.wizard.forms.remark import Remark

LONGEST_REPLY = 2000


class ReplyToDeskForm(forms.Form):
    """What the person answers, in text."""

    words = Remark(
        label=_("您的回复"),
        help_text=_("改好了也请写一句；不要写身份证号、银行卡号和验证码"),
        max_length=LONGEST_REPLY,
        error_messages={
            "required": _("请写几个字再发送"),
            "max_length": _(
                "您写了 %(show_value)d 字，最多 %(limit_value)d 字，请删短一些；您写的都还在下面"
            ),
        },
    )
