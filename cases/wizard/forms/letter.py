"""The form for a text of the plan that the person writes anew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.wizard.fields import Question, Words

MOST_CHARACTERS = 4000
MOST_LINES = 120


class LetterText(Question, forms.CharField):
    """A letter or a script, with its own lines."""

    kind = "area"

    def __init__(self, *, label: Words) -> None:
        empty = _("文字是空的。要用回我们写的文字，请点“恢复原文”")
        super().__init__(label=label, strip=False, error_messages={"required": empty})

    def to_python(self, value: Any) -> str:
        """The text with plain line ends and nothing empty around it."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


class LetterForm(forms.Form):
    """One text. `hard_limit` is the number of characters its target takes, where that is sure."""

    text = LetterText(label=_("文字"))

    def __init__(self, *args: Any, hard_limit: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hard_limit = hard_limit

    def clean_text(self) -> str:
        """Refuse what no output could hold."""
        text: str = self.cleaned_data["text"]
        most = min(self.hard_limit or MOST_CHARACTERS, MOST_CHARACTERS)
        over, lines = len(text) - most, text.count("\n") + 1
        if over > 0:
            words = now_translated("最多 %(most)d 字，现在多了 %(over)d 字，请删短一些")
            raise forms.ValidationError(words % {"most": most, "over": over}, code="too_long")
        if lines > MOST_LINES:
            words = now_translated("最多 %(most)d 行，现在有 %(lines)d 行，请合并一些行")
            values = {"most": MOST_LINES, "lines": lines}
            raise forms.ValidationError(words % values, code="too_many_lines")
        return text
