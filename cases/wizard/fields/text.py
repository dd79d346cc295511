"""Lines of text that may be left out: names, telephone numbers, postcodes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.wizard.fields.base import TEXT_LENGTH, Question, Words, plain

SHORTEST_PHONE, LONGEST_PHONE = 7, 15
NO_PHONE = _("电话号码应有 7 到 15 位数字，请检查是不是少填或多填了")
NO_POSTCODE = _("邮编请填六位数字")


class TextField(Question, forms.CharField):
    """An optional line of text."""

    too_long: Words = _("{label}太长了，请控制在 %(limit_value)d 字以内")

    def __init__(
        self, *, label: Words, help_text: Words = "", autocomplete: str = "off", mode: str = "text"
    ) -> None:
        too_long = format_lazy(self.too_long, label=label)
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=TEXT_LENGTH,
            error_messages={"max_length": too_long},
        )
        self.autocomplete, self.mode = autocomplete, mode

    def clean(self, value: Any) -> str | None:
        """The text without blanks around it; None when there is none."""
        return super().clean(value) or None


class PhoneField(TextField):
    """A telephone number; blanks, hyphens, +86 and full-width digits are fine."""

    too_long = NO_PHONE

    def clean(self, value: Any) -> str | None:
        """Digits only."""
        typed = super().clean(value)
        if typed is None:
            return None
        digits = re.sub(r"[\s()（）-]", "", plain(typed)).removeprefix("+86")
        if not re.fullmatch(r"[0-9]+", digits):
            message = now_translated("电话请只填数字，例如 13800138000")
            raise forms.ValidationError(message, code="digits")
        if not SHORTEST_PHONE <= len(digits) <= LONGEST_PHONE:
            raise forms.ValidationError(NO_PHONE, code="length")
        return digits


class PostcodeField(TextField):
    """Six digits."""

    too_long = NO_POSTCODE

    def clean(self, value: Any) -> str | None:
        """The digits."""
        typed = super().clean(value)
        digits = plain(typed or "").replace(" ", "")
        if typed and not re.fullmatch(r"[0-9]{6}", digits):
            raise forms.ValidationError(NO_POSTCODE, code="postcode")
        return digits or None
