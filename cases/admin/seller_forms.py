"""The forms of the directory: a row, its aliases, the target of a merge."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from cases.models import Alias, Seller
from cases.services import sellers

# ModelForm and the set take type parameters for the type checker only.
if TYPE_CHECKING:
    SellerBase = forms.ModelForm[Seller]
    AliasBase = forms.ModelForm[Alias]
    AliasSet = BaseInlineFormSet[Alias, Seller, "AliasForm"]
else:
    SellerBase = AliasBase = forms.ModelForm
    AliasSet = BaseInlineFormSet

# GB 32100-2015, 5: 18 characters of these 31; the last one makes the weighted sum divisible.
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_LENGTH = 18


def licence_fits(code: str) -> bool:
    """Whether this is a 统一社会信用代码 with the right check digit."""
    if len(code) != CODE_LENGTH or set(code) - set(CODE_CHARACTERS):
        return False
    size = len(CODE_CHARACTERS)
    weights = (pow(3, place, size) for place in range(CODE_LENGTH - 1))
    weighted = sum(
        CODE_CHARACTERS.index(each) * weight for each, weight in zip(code, weights, strict=False)
    )
    return (weighted + CODE_CHARACTERS.index(code[-1])) % size == 0


class SellerForm(SellerBase):
    """A row of the directory."""

    class Meta:
        model = Seller
        fields = ("name", "company", "licence_number", "contacts", "notes")
        help_texts = {
            "name": _("店铺或网盟的名称。只登记商家，不登记个人。名称和公司全称自动算作别名。"),
            "licence_number": _("营业执照上的 18 位代码，不知道就空着。"),
            "contacts": _("商家公开的客服电话、网址、地址。"),
        }

    def clean_name(self) -> str:
        """A name that no other row has."""
        return self._own(self.cleaned_data["name"])

    def clean_company(self) -> str:
        """The same for the company."""
        return self._own(self.cleaned_data["company"])

    def clean_licence_number(self) -> str:
        """The code in its usual characters, whatever the keyboard made of it."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["licence_number"])
        code = "".join(typed.upper().split())
        if code and len(code) != CODE_LENGTH:
            raise ValidationError(_("统一社会信用代码是 18 位数字和字母，请核对。"))
        if code and not licence_fits(code):
            raise ValidationError(_("这个代码的校验位不对，可能有一位抄错了，请对照营业执照。"))
        return code

    def _own(self, text: str) -> str:
        if text:
            refuse_anothers(text, self.instance)
        return text


class AliasForm(AliasBase):
    """One more name; a whole address becomes its host."""

    class Meta:
        model = Alias
        fields = ("text",)
        # Django gives the cells of its table no label.
        widgets = {"text": AdminTextInputWidget({"aria-label": _("别名")})}

    def clean_text(self) -> str:
        """The name as it is kept, with its fingerprint."""
        text = sellers.shown_as(self.cleaned_data["text"])
        refuse_anothers(text, self.instance.seller_id and self.instance.seller)
        self.instance.key = sellers.key_of(text)
        return text


class AliasForms(AliasSet):
    """The names of one seller, each once."""

    def add_fields(self, form: AliasForm, index: int | None) -> None:
        """The box that deletes one says which."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            label = _("删除%(name)s") % {"name": form.instance.text}
            form.fields["DELETE"].widget.attrs["aria-label"] = label

    def clean(self) -> None:
        """Refuse one that is there already."""
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            if not form.instance.key or form in self.deleted_forms:
                continue
            if form.instance.key in seen:
                form.add_error("text", _("这个名称已经写了。"))
            seen.add(form.instance.key)


class TargetForm(forms.Form):
    """What the row to merge into is called, or a part of it."""

    typed = forms.CharField(label=_("并入哪一家"), max_length=100)


def refuse_anothers(text: str, seller: Any) -> None:
    """Raises ValidationError where another seller goes by this name."""
    owner = sellers.owner_of(text)
    if owner and owner != seller:
        raise ValidationError(
            _("“%(text)s”已经在“%(owner)s”名下。请换一个名称，或者把两家合并。"),
            params={"text": text, "owner": owner},
        )
