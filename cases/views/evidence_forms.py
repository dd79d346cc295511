"""The forms of the evidence page: what a person agrees to, adds, says and blacks out."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases import knowledge

# The words of the separate consent (Personal Information Protection Law, art. 29). Whoever
# changes what is done changes them, and everybody is asked anew.
CONSENT = (
    _(
        "保存什么：去掉拍摄信息的副本，加密存放；另记原图的指纹（一串校验码，不能还原出图）。"
        "原图和文件名都不保存。"
    ),
    _("为什么：让您排好证据，和方案放在一起；让复核人员看懂您的情况。"),
    _("谁能看到：您自己，凭案件代码；方案提交后，还有本站的复核人员，只看到涂黑以后的图片。"),
    _("保存多久：每张添加 60 天后自动删除，案件先删除的，一起删除。您可以随时删除，不影响方案。"),
    _("图里可能有账号、证件号、别人的号码。这些请先涂黑再上传，或上传后在这里涂黑。"),
)
AGREE = _("我看过上面的说明，同意保存我上传的图片")

# Two clicks closer than this are a slip; finer than this nobody can point.
LEAST_SIDE = 0.005
LONGEST_LABEL, LONGEST_PROVES, LONGEST_SOURCE = 40, 200, 60

Box = tuple[float, float, float, float]


def consent_fingerprint() -> str:
    """Twelve hex digits of the words agreed to."""
    words = "\n".join(map(str, (*CONSENT, AGREE)))
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def kinds() -> list[tuple[str, str]]:
    """The kinds of evidence with their names."""
    return list(knowledge.load().labels["evidence_kind"].items())


class AddForm(forms.Form):
    """The kind of what is added, and the consent where it was not given yet."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label=_("这是什么"),
        help_text=_("一次选几张的，先都按这一种存，添加后可以一张一张改"),
        choices=lambda: [("", now_translated("请选择")), *kinds()],
        error_messages={"required": _("请选择这是什么"), "invalid_choice": _("请选择这是什么")},
    )
    agreed = forms.BooleanField(
        label=AGREE, error_messages={"required": _("要保存图片，请先勾选同意")}
    )

    def __init__(self, *args: Any, ask_consent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask_consent:
            del self.fields["agreed"]


class SayForm(forms.Form):
    """What the person says of one exhibit."""

    use_required_attribute = False

    kind = forms.ChoiceField(label=_("这是什么"), choices=kinds)
    label = forms.CharField(
        label=_("名称"), required=False, max_length=LONGEST_LABEL, help_text=_("例如：订单详情页")
    )
    proves = forms.CharField(
        label=_("证明什么"),
        required=False,
        max_length=LONGEST_PROVES,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一两句话，写事实，不写评价"),
    )
    source = forms.CharField(
        label=_("从哪里来"),
        required=False,
        max_length=LONGEST_SOURCE,
        help_text=_("例如：淘宝应用的订单页"),
    )
    taken_on = forms.DateField(
        label=_("截图或拍摄的日期"),
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        help_text=_("例如：2026-11-20，不记得可以不填"),
        error_messages={"invalid": _("日期没有看懂，请像 2026-11-20 这样写")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and field.max_length is not None:
                field.error_messages["max_length"] = now_translated(
                    "“%(label)s”最多 %(limit_value)d 字，现在有 %(show_value)d 字"
                ).replace("%(label)s", str(field.label))

    def clean_taken_on(self) -> str:
        """The date as text; nobody takes a screenshot tomorrow."""
        taken: date | None = self.cleaned_data["taken_on"]
        if taken and taken > timezone.localdate():
            raise forms.ValidationError(now_translated("这个日期还没有到，请改一下"), code="future")
        return taken.isoformat() if taken else ""


class Hundredths(forms.TextInput):
    """A short number, which belongs to the form of the words that are typed beside it."""

    def __init__(self) -> None:
        super().__init__(attrs={"inputmode": "decimal", "class": "day", "form": "say-form"})


class BoxForm(forms.Form):
    """A box to black out, in hundredths of the picture's width and height."""

    use_required_attribute = False

    left = forms.FloatField(label=_("左起"), min_value=0, max_value=100, widget=Hundredths)
    top = forms.FloatField(label=_("上起"), min_value=0, max_value=100, widget=Hundredths)
    width = forms.FloatField(label=_("宽"), min_value=0.5, max_value=100, widget=Hundredths)
    height = forms.FloatField(label=_("高"), min_value=0.1, max_value=100, widget=Hundredths)

    def box(self) -> Box:
        """The box as parts of one; raises ValueError when there is nothing of it in the picture."""
        left, top, width, height = (
            self.cleaned_data[name] / 100 for name in ("left", "top", "width", "height")
        )
        return box_between((left, top), (left + width, top + height))


def box_between(first: tuple[float, float], second: tuple[float, float]) -> Box:
    """The box with these corners, inside the picture; raises ValueError for hardly any box."""
    (left, right), (top, bottom) = (
        sorted(min(max(part, 0.0), 1.0) for part in pair)
        for pair in zip(first, second, strict=True)
    )
    width, height = right - left, bottom - top
    # A very long picture is blacked out line by line: a line may be a thousandth of its height.
    if width < LEAST_SIDE or height < LEAST_SIDE / 10:
        raise ValueError("the corners are one point")
    return round(left, 5), round(top, 5), round(width, 5), round(height, 5)
