"""Dates, moments, sums and counts: inputs beside a box for 不清楚."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.wizard.fields.base import NOT_CLEAR, UNKNOWN, PartsInput, Question, Words, plain

FULL_DATE = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*")
MONTH = re.compile(r"\d{4}-\d{2}")
# 11.3, 11月3日; groups: month, day.
MONTH_AND_DAY = re.compile(r"(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")
# 14:03, 14点03分, 14点, 下午2:03, 晚上8点半; groups: the part of the day, the hour, the minutes.
CLOCK = re.compile(
    r"(早上|上午|下午|晚上)?\s*(\d{1,2})\s*(?:[:.点时]\s*(\d{1,2}|半)\s*分?|[点时]整?)"
)
# Before five and at twelve, 晚上 may mean this night or the next.
FIRST_EVENING_HOUR = 5
NUMERALS = re.compile("[〇零○一二两三四五六七八九十]+")
DIGITS = str.maketrans("〇零○一二两三四五六七八九", "0001223456789")
TENS = re.compile(r"([1-9])?十([1-9])?")
LARGEST = {"month": 12, "day": 31}
OF_AGE = 18
SUM = re.compile(r"(\d+)(\.\d+)?")
YUAN_DIGITS, FEN_DIGITS = 7, 2
MOST_COUNTED = 999


def is_month(value: object) -> bool:
    """Whether a date's value is a month of which the day is not known."""
    return isinstance(value, str) and bool(MONTH.fullmatch(value))


def in_digits(text: str) -> str:
    """The text with Chinese numerals below a hundred, or spelt digit by digit, as digits."""
    return NUMERALS.sub(lambda found: _digits(found[0]), text)


def _digits(numeral: str) -> str:
    digits = numeral.translate(DIGITS)
    tens = TENS.fullmatch(digits)
    return f"{tens[1] or 1}{tens[2] or 0}" if tens else digits


def in_words(day: date) -> str:
    """`2026年11月6日`."""
    return f"{day.year}年{day.month}月{day.day}日"


class Typed(Question, ABC):
    """Several inputs and a box for 不清楚; `read` turns the texts into the value."""

    def __init__(self, *, label: Words, help_text: Words = "", unknown: Words = NOT_CLEAR) -> None:
        self.unknown = unknown
        widget = PartsInput([part for part, _label in self.parts] + [UNKNOWN])
        super().__init__(label=label, help_text=help_text, widget=widget)

    def clean(self, value: Any) -> Any:
        """The value; None when 不清楚 is ticked and nothing was typed."""
        texts = {part: in_digits(plain(value[part])) for part, _label in self.parts}
        typed = any(texts.values())
        if typed and value[UNKNOWN]:
            return self.beside_unknown(texts)
        if not typed and not value[UNKNOWN]:
            raise forms.ValidationError(self.missing(), code="required")
        return self.read(texts) if typed else None

    def beside_unknown(self, texts: Mapping[str, str]) -> Any:
        """The value of what was typed though 不清楚 is ticked. Raises ValidationError."""
        message = now_translated("您填了%(label)s，又选了“%(unknown)s”，请只留一个")
        raise forms.ValidationError(message % self._names(), code="both")

    def missing(self) -> str:
        """What to do when nothing was typed."""
        message = now_translated("请填写%(label)s，或选“%(unknown)s”")
        return message % self._names()

    def said(self, value: Any) -> str:
        """The value in words; the box's own words when it is not known."""
        return str(self.unknown) if value is None else self.worded(value)

    @abstractmethod
    def read(self, texts: Mapping[str, str]) -> Any:
        """The value that the texts mean. Raises ValidationError."""

    def worded(self, value: Any) -> str:
        """A known value in words."""
        return str(value)

    def _names(self, **more: object) -> dict[str, object]:
        """What a sentence to the person may name."""
        return {"label": self.label, "unknown": self.unknown, **more}


class ChineseDateField(Typed):
    """Year, month and day in three inputs; full-width digits, 1 or 01, 7月, 十一 are all fine.

    Year and month beside a ticked 不清楚 are `YYYY-MM`: no day to reckon with, but not forgotten.
    """

    kind = "date"
    first_suffix = "_year"
    parts: tuple[tuple[str, Words], ...] = (
        ("year", _("年")),
        ("month", _("月")),
        ("day", _("日")),
    )

    def read(self, texts: Mapping[str, str]) -> str:
        """`YYYY-MM-DD`."""
        year, month, day = self._numbers(texts)
        with suppress(ValueError):
            return date(year, month, day).isoformat()
        message = now_translated("日历上没有%(typed)s这一天，请检查%(label)s")
        typed = f"{year}年{month}月{day}日"
        raise forms.ValidationError(message % self._names(typed=typed), code="day")

    def beside_unknown(self, texts: Mapping[str, str]) -> Any:
        """`YYYY-MM` where year and month, and no more, were typed."""
        typed = {part for part, text in texts.items() if text}
        if typed != {"year", "month"}:
            return super().beside_unknown(texts)
        return f"{self._year(texts)}-{self._number('month', texts['month']):02d}"

    def worded(self, value: Any) -> str:
        """`2026年11月16日`; `2026年11月，哪天不清楚`."""
        if is_month(value):
            return now_translated("%(year)s年%(month)d月，哪天不清楚") % {
                "year": value[:4],
                "month": int(value[5:]),
            }
        return in_words(date.fromisoformat(value[:10]))

    def _numbers(self, texts: Mapping[str, str]) -> tuple[int, int, int]:
        pasted = FULL_DATE.fullmatch(texts["year"])
        if pasted and not texts["month"] and not texts["day"]:
            return int(pasted[1]), int(pasted[2]), int(pasted[3])
        year = self._year(texts)
        month, day = self._month_and_day(texts)
        return year, self._number("month", month), self._number("day", day)

    def _month_and_day(self, texts: Mapping[str, str]) -> tuple[str, str]:
        """What was typed for each, also when both stand in one of the two inputs."""
        month, day = texts["month"], texts["day"]
        together = MONTH_AND_DAY.fullmatch(month + day) if not (month and day) else None
        return (together[1], together[2]) if together else (month, day)

    def _year(self, texts: Mapping[str, str]) -> int:
        year = self._number("year", texts["year"])
        if not (1 <= year <= 99 or 2000 <= year <= 2100):
            message = now_translated("%(label)s的年份请填四位数，例如 2026")
            raise forms.ValidationError(message % self._names(), code="year")
        return year + 2000 if year < 100 else year

    def _number(self, part: str, text: str) -> int:
        label = dict(self.parts)[part]
        digits = text.rstrip("年月日号 ")
        if not digits:
            raise forms.ValidationError(self._lacking(part) % self._names(part=label), "incomplete")
        if not re.fullmatch(r"[0-9]+", digits):
            message = now_translated("%(label)s的“%(part)s”请只填数字")
            raise forms.ValidationError(message % self._names(part=label), code="digits")
        most = LARGEST.get(part)
        if most and not 1 <= int(digits) <= most:
            message = now_translated("%(label)s的“%(part)s”请填 1 到 %(most)d")
            raise forms.ValidationError(message % self._names(part=label, most=most), code="range")
        return int(digits)

    def _lacking(self, part: str) -> str:
        """What to do about a part left empty: of the day only, one may say that it is not known."""
        if part == "day":
            return now_translated("%(label)s还缺“日”：请补上，或再选“%(unknown)s”，月份留着")
        return now_translated("%(label)s还缺“%(part)s”，请补上")


class MomentField(ChineseDateField):
    """A date, and the time of day for those who know it."""

    parts = (*ChineseDateField.parts, ("time", _("时间（选填）")))

    def read(self, texts: Mapping[str, str]) -> str:
        """`YYYY-MM-DD`, with `THH:MM` when the time was typed."""
        if texts["time"] and not any(texts[part] for part in ("year", "month", "day")):
            raise forms.ValidationError(now_translated("只填了时间，请把日期也填上"), code="time")
        day = super().read(texts)
        return f"{day}T{self._clock(texts['time'])}" if texts["time"] else day

    def worded(self, value: Any) -> str:
        """The date, then the time if known."""
        return f"{super().worded(value)}{value[10:].replace('T', ' ')}"

    def _clock(self, text: str) -> str:
        found = CLOCK.fullmatch(text)
        half, hour, minute = _clock_parts(found) if found else ("", 24, 0)
        unclear = half == "晚上" and (hour < FIRST_EVENING_HOUR or hour == 12)
        if hour > 23 or minute > 59 or unclear:
            raise forms.ValidationError(now_translated("时间请写成 14:03 这样"), code="time")
        later = half in ("下午", "晚上") and hour < 12
        return f"{hour + 12 if later else hour:02d}:{minute:02d}"


def _clock_parts(found: re.Match[str]) -> tuple[str, int, int]:
    """The part of the day, the hour and the minute of a CLOCK."""
    minute = "30" if found[3] == "半" else found[3]
    return found[1] or "", int(found[2]), int(minute or 0)


class MoneyField(Typed):
    """A sum in yuan; ¥, 元, commas and full-width digits are fine."""

    kind = "money"

    def read(self, texts: Mapping[str, str]) -> str:
        """A decimal string with two places, as `59.00`."""
        text = re.sub(r"[¥￥,，\s]|人民币|rmb|(元整?|块钱?)$", "", texts[""].lower())
        if text.startswith("-"):
            message = now_translated("%(label)s不能小于 0")
            raise forms.ValidationError(message % self._names(), code="negative")
        found = SUM.fullmatch(text)
        if not found:
            message = now_translated("%(label)s请填数字，例如 59 或 59.50")
            raise forms.ValidationError(message % self._names(), code="sum")
        if len(found[1].lstrip("0")) > YUAN_DIGITS:
            message = now_translated("%(label)s太大了，请检查是不是多填了")
            raise forms.ValidationError(message % self._names(), code="large")
        if len((found[2] or "").rstrip("0")) > 1 + FEN_DIGITS:
            message = now_translated("%(label)s最多填到分，例如 59.50")
            raise forms.ValidationError(message % self._names(), code="fen")
        return f"{Decimal(text):.2f}"

    def worded(self, value: Any) -> str:
        """`59元` or `59.50元`."""
        return f"{value.removesuffix('.00')}元"


class CountField(Typed):
    """A whole number."""

    kind = "count"

    def read(self, texts: Mapping[str, str]) -> int:
        """The number."""
        if not re.fullmatch(r"[0-9]+", digits := texts[""].rstrip("个张 ")):
            raise forms.ValidationError(now_translated("请填数字，例如 2"), code="digits")
        if int(digits) > MOST_COUNTED:
            message = now_translated("最多填 %(most)d，请检查是不是多填了")
            raise forms.ValidationError(message % {"most": MOST_COUNTED}, code="large")
        return int(digits)


class AgeField(CountField):
    """The age of somebody below eighteen."""

    def read(self, texts: Mapping[str, str]) -> int:
        """The age in whole years."""
        digits = texts[""].rstrip("周岁 ")
        if not re.fullmatch(r"[0-9]+", digits):
            raise forms.ValidationError(now_translated("年龄请填数字，例如 12"), code="digits")
        if int(digits) >= OF_AGE:
            message = now_translated("年龄请填 0 到 17；满 18 周岁的，请返回改上一题")
            raise forms.ValidationError(message, code="of_age")
        return int(digits)

    def worded(self, value: Any) -> str:
        """`12周岁`."""
        return f"{value}周岁"
