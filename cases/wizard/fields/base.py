"""What every question shares: how a template sees it, how its inputs are read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    Words: TypeAlias = _StrOrPromise
else:
    Words = str  # or a translation still to be made, for which Django has no public type

UNKNOWN = "unknown"
NOT_CLEAR = _("不清楚")
TEXT_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One input of a question that has several, as a template draws it."""

    name: str
    id: str
    label: Words
    value: str
    size: str


class Shown(BoundField):
    """A question on a page: `kind` chooses its template."""

    @property
    def kind(self) -> str:
        """The stem of the template that draws the question."""
        return str(self.field.kind)  # type: ignore[attr-defined]

    @property
    def first_id(self) -> str:
        """The id of the control an error leads to."""
        return f"{self.auto_id}{self.field.first_suffix}"  # type: ignore[attr-defined]

    @property
    def parts(self) -> list[Part]:
        """The inputs of the question, without the box for 不清楚."""
        typed = self._typed()
        return [
            Part(
                name=part_name(self.html_name, part),
                id=part_name(self.auto_id, part),
                label=label,
                value=typed.get(part, ""),
                size=part or "whole",
            )
            for part, label in self.field.parts  # type: ignore[attr-defined]
        ]

    @property
    def unknown_ticked(self) -> bool:
        """Whether the box for 不清楚 is ticked."""
        return bool(self._typed().get(UNKNOWN))

    @property
    def unknown_id(self) -> str:
        return part_name(self.auto_id, UNKNOWN)

    @property
    def unknown_name(self) -> str:
        return part_name(self.html_name, UNKNOWN)

    def _typed(self) -> Mapping[str, str]:
        typed = self.value()
        return typed if isinstance(typed, Mapping) else {"": typed or ""}


def part_name(name: str, part: str) -> str:
    """The name of an input: the question's own, or with its part appended."""
    return f"{name}_{part}" if part else name


class PartsInput(forms.Widget):
    """Reads several inputs as `{part: text}`; templates draw them."""

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__()
        self.parts = parts

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> Mapping[str, str]:
        """The text of every part; "" where nothing came."""
        return {part: str(data.get(part_name(name, part), "")) for part in self.parts}


class Question(forms.Field):
    """What every question has: a kind, the names it posts, and a way to say its answer."""

    kind = "text"
    first_suffix = ""
    parts: tuple[tuple[str, Words], ...] = (("", ""),)
    unknown: Words | None = None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """The question as `Shown`."""
        return Shown(form, self, field_name)

    def names(self, name: str) -> list[str]:
        """The names under which the browser sends the question `name`."""
        parts = [part for part, _label in self.parts] + ([UNKNOWN] if self.unknown else [])
        return [part_name(name, part) for part in parts]

    def said(self, value: Any) -> str:
        """A cleaned value in words, for the check page."""
        if value is None:
            return now_translated("不清楚") if self.required else now_translated("未填写")
        return str(value)


def plain(text: str) -> str:
    """Text with full-width forms made ordinary, without blanks around it."""
    return unicodedata.normalize("NFKC", text[:TEXT_LENGTH]).strip()
