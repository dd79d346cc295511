"""The form of the check before buying: the words of an offer and of its agreement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.clauses import LONGEST_TEXT, sentences
from cases.wizard.fields import Question, Words


class Pasted(Question, forms.CharField):
    """A text copied from elsewhere, kept as it is but for its line ends."""

    kind = "area"

    def __init__(self, *, label: Words, help_text: Words) -> None:
        too_long = _(
            "这段文字有 %(show_value)d 字，一次最多查 %(limit_value)d 字。"
            "请分成几次查；您贴的文字都还在下面"
        )
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            strip=False,
            max_length=LONGEST_TEXT,
            error_messages={"max_length": too_long},
        )

    def to_python(self, value: Any) -> str:
        """The text with plain line ends, which browsers send as two characters each."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\x00", "")


class OfferForm(forms.Form):
    """What somebody about to buy has copied; one of the two texts is enough."""

    offer = Pasted(
        label=_("推广页面或商品页的文字"),
        help_text=_("价格、流量、优惠期、退款说明，整页复制过来就行"),
    )
    agreement = Pasted(
        label=_("协议或须知的文字"),
        help_text=_("例如办理须知、入网协议、售后说明"),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two texts without a word in them."""
        cleaned = self.cleaned_data
        if not self.errors and not any(map(sentences, cleaned.values())):
            message = now_translated("请至少贴一段文字：页面的文字，或者协议的文字")
            self.add_error("offer", forms.ValidationError(message, code="empty"))
        return cleaned
