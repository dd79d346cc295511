"""What may be typed into a question, and the value it means."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from cases.vocabulary import Parcel, Promise
from cases.wizard.fields import (
    ChineseDateField,
    CountField,
    Member,
    Members,
    MomentField,
    MoneyField,
    PhoneField,
    PostcodeField,
    Question,
    TextField,
    YesNo,
)

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def read(field: Question, typed: dict[str, Any]) -> Any:
    """The value of a field on a form of its own; the errors when it refuses."""
    form = type("OneField", (forms.Form,), {"field": field})(
        MultiValueDict(
            {name: text if isinstance(text, list) else [text] for name, text in typed.items()}
        )
    )
    return form.cleaned_data["field"] if form.is_valid() else list(form.errors["field"])


def day(year: str, month: str, date_: str, **more: str) -> dict[str, str]:
    """What is typed into the inputs of a date."""
    parts = {"year": year, "month": month, "day": date_, **more}
    return {f"field_{part}": text for part, text in parts.items()}


@pytest.mark.parametrize(
    "typed",
    [
        day("2026", "7", "1"),
        day("2026", "07", "01"),
        day("２０２６", "７", "１"),
        day("2026年", "7月", "1日"),
        day(" 26 ", " 7 月", "1号"),
        day("2026-07-01", "", ""),
        day("2026年7月1日", "", ""),
        day("2026/7/1", "", ""),
        day("二〇二六年", "七月", "一日"),
        day("二零二六年七月一日", "", ""),
        day("2026", "7.1", ""),
        day("2026", "", "7月1日"),
    ],
)
def test_a_date_is_read_as_people_type_it(typed: dict[str, str]) -> None:
    assert read(ChineseDateField(label="日期"), typed) == "2026-07-01"


@pytest.mark.parametrize(
    "typed",
    [
        day("2026", "2", "30"),
        day("2026", "13", "1"),
        day("2026", "7", ""),
        day("", "7", "1"),
        day("2026", "某月", "1"),
        day("2026", "7", "7.1"),
        day("2026", "十七", "1"),
        day("999999", "7", "1"),
        day("1026", "7", "1"),
        day("2026", "0", "1"),
        day("", "", ""),
        {},
    ],
)
def test_a_date_that_cannot_be_is_refused_in_one_sentence(typed: dict[str, str]) -> None:
    errors = read(ChineseDateField(label="日期"), typed)

    assert len(errors) == 1
    assert "%" not in errors[0]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (day("2026", "2", "30"), "日历上没有2026年2月30日这一天，请检查签收日期"),
        (day("2026", "", "3"), "签收日期还缺“月”，请补上"),
        (day("2026", "7", ""), "签收日期还缺“日”：请补上，或再选“不清楚”，月份留着"),
        (day("2026", "某", "1"), "签收日期的“月”请只填数字"),
        (day("1026", "7", "1"), "签收日期的年份请填四位数，例如 2026"),
        (day("", "", ""), "请填写签收日期，或选“不清楚”"),
        (day("2026", "7", "1", unknown="on"), "您填了签收日期，又选了“不清楚”，请只留一个"),
        (day("2026", "", "", unknown="on"), "您填了签收日期，又选了“不清楚”，请只留一个"),
        (day("2026", "13", "", unknown="on"), "签收日期的“月”请填 1 到 12"),
        (day("20266", "7", "1"), "签收日期的年份请填四位数，例如 2026"),
        (day("2026", "20260701", "1"), "签收日期的“月”请填 1 到 12"),
        (day("2026", "7", "0"), "签收日期的“日”请填 1 到 31"),
        (day("999", "7", "", unknown="on"), "签收日期的年份请填四位数，例如 2026"),
    ],
)
def test_a_date_that_cannot_be_is_named(typed: dict[str, str], sentence: str) -> None:
    assert read(ChineseDateField(label="签收日期"), typed) == [sentence]


@pytest.mark.parametrize("field", [ChineseDateField(label="日期"), MomentField(label="时间")])
def test_a_month_beside_not_clear_is_kept_as_a_month(field: ChineseDateField) -> None:
    value = read(field, day("２６", "7月", "", unknown="on"))

    assert value == "2026-07"
    assert field.said(value) == "2026年7月，哪天不清楚"


def test_not_knowing_a_date_is_an_answer() -> None:
    assert read(ChineseDateField(label="日期"), {"field_unknown": "on"}) is None


def test_a_date_and_not_knowing_it_cannot_both_be() -> None:
    assert len(read(ChineseDateField(label="日期"), day("2026", "7", "1", unknown="on"))) == 1


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.booleans())
def test_every_day_of_the_century_is_read(typed: date, full_width: bool) -> None:
    texts = [str(typed.year), str(typed.month), str(typed.day)]
    if full_width:
        texts = [text.translate(FULL_WIDTH) for text in texts]

    assert read(ChineseDateField(label="日期"), day(*texts)) == typed.isoformat()


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_is_a_moment_or_an_error_never_a_fault(y: str, m: str, d: str, t: str) -> None:
    value = read(MomentField(label="时间"), day(y, m, d, time=t))

    assert isinstance(value, str | list)


@pytest.mark.parametrize(
    "clock",
    [
        "14:03",
        "14：03",
        "14点03分",
        "14点3",
        "１４：０３",
        "下午2:03",
        "下午２点03分",
        "下午两点零三分",
    ],
)
def test_a_moment_takes_the_time_along(clock: str) -> None:
    typed = day("2026", "11", "12", time=clock)

    assert read(MomentField(label="时间"), typed) == "2026-11-12T14:03"


@pytest.mark.parametrize(
    ("clock", "hour"),
    [
        ("14点", 14),
        ("上午9点", 9),
        ("下午３点", 15),
        ("下午12点", 12),
        ("15时整", 15),
        ("晚上八点", 20),
    ],
)
def test_a_full_hour_needs_no_minutes(clock: str, hour: int) -> None:
    typed = day("2026", "11", "12", time=clock)

    assert read(MomentField(label="时间"), typed) == f"2026-11-12T{hour:02d}:00"


def test_half_past_is_half_past() -> None:
    typed = day("2026", "11", "12", time="晚上8点半")

    assert read(MomentField(label="时间"), typed) == "2026-11-12T20:30"


@pytest.mark.parametrize(
    ("typed", "number"), [("十", 10), ("十一", 11), ("二十", 20), ("三十一", 31)]
)
def test_tens_are_read_as_they_are_spoken(typed: str, number: int) -> None:
    assert read(ChineseDateField(label="日期"), day("2026", "十", typed)) == f"2026-10-{number}"


def test_a_moment_may_be_a_day() -> None:
    assert read(MomentField(label="时间"), day("2026", "11", "12")) == "2026-11-12"


@pytest.mark.parametrize("clock", ["25:00", "12:60", "晚上12点", "晚上1点", "14"])
def test_a_time_that_cannot_be_is_refused(clock: str) -> None:
    assert len(read(MomentField(label="时间"), day("2026", "11", "12", time=clock))) == 1


def test_a_time_without_a_day_is_refused() -> None:
    assert len(read(MomentField(label="时间"), day("", "", "", time="14:03"))) == 1


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("59", "59.00"),
        ("¥59", "59.00"),
        ("￥５９．５", "59.50"),
        ("59元", "59.00"),
        ("1,299.90 元", "1299.90"),
        ("1，299", "1299.00"),
        ("0", "0.00"),
        ("￥６８．００元整", "68.00"),
        ("68块", "68.00"),
        ("68 块钱", "68.00"),
        ("五十九元", "59.00"),
    ],
)
def test_money_is_read_as_people_type_it(typed: str, value: str) -> None:
    assert read(MoneyField(label="金额"), {"field": typed}) == value


@pytest.mark.parametrize("typed", ["-1", "一百九", "1.234", "", "12345678", "１２３４５６７８９"])
def test_money_that_cannot_be_is_refused(typed: str) -> None:
    assert len(read(MoneyField(label="金额"), {"field": typed})) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写金额，或选“不清楚”"),
        ("一百九", "金额请填数字，例如 59 或 59.50"),
        ("1.234", "金额最多填到分，例如 59.50"),
        ("12345678", "金额太大了，请检查是不是多填了"),
        ("-1", "金额不能小于 0"),
    ],
)
def test_each_fault_of_a_sum_has_its_own_sentence(typed: str, sentence: str) -> None:
    assert read(MoneyField(label="金额"), {"field": typed}) == [sentence]


@given(st.decimals(0, 9_999_999, places=2), st.sampled_from(["", "元", " 元"]))
def test_every_sum_is_read(sum_: Decimal, unit: str) -> None:
    assert Decimal(read(MoneyField(label="金额"), {"field": f"{sum_}{unit}"})) == sum_


@given(st.text())
def test_any_text_is_money_or_an_error_never_a_fault(typed: str) -> None:
    assert isinstance(read(MoneyField(label="金额"), {"field": typed}), str | list)


def test_not_knowing_the_sum_is_an_answer() -> None:
    assert read(MoneyField(label="金额"), {"field_unknown": "on"}) is None


@pytest.mark.parametrize(("typed", "value"), [("yes", True), ("no", False), ("unknown", None)])
def test_yes_no_has_three_values(typed: str, value: bool | None) -> None:
    assert read(YesNo(label="寄了吗", ask="请选择寄了没有"), {"field": typed}) is value


@pytest.mark.parametrize("typed", [{}, {"field": "maybe"}, {"field": ""}])
def test_leaving_the_radios_alone_says_what_to_do(typed: dict[str, str]) -> None:
    assert read(YesNo(label="寄了吗", ask="请选择寄了没有"), typed) == ["请选择寄了没有"]
    assert read(Member(Parcel, label="快递状态"), typed) == ["请选择快递状态"]


def test_a_member_is_its_code() -> None:
    assert read(Member(Parcel, label="快递"), {"field": "refused"}) == "refused"
    assert read(Member(Parcel, label="快递"), {"field": "unknown"}) is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (["seven_day", "unactivated_refund"], ["unactivated_refund", "seven_day"]),
        (["none_of_these"], []),
        (["unknown"], None),
    ],
)
def test_boxes_give_a_list_in_the_order_of_the_page(typed: list[str], value: object) -> None:
    assert read(Members(Promise, label="承诺"), {"field": typed}) == value


@pytest.mark.parametrize(
    "typed", [[], ["none_of_these", "seven_day"], ["unknown", "none_of_these"], ["forged"]]
)
def test_boxes_that_exclude_each_other_are_refused(typed: list[str]) -> None:
    errors = read(Members(Promise, label="承诺"), {"field": typed})

    assert len(errors) == 1
    assert isinstance(errors[0], str)


@pytest.mark.parametrize(
    "typed", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"]
)
def test_a_telephone_number_is_read_as_people_type_it(typed: str) -> None:
    assert read(PhoneField(label="电话"), {"field": typed}) == "13800138000"


@pytest.mark.parametrize("typed", ["电话", "123", "123456", "1" * 16])
def test_a_telephone_number_that_cannot_be_is_refused(typed: str) -> None:
    assert len(read(PhoneField(label="电话"), {"field": typed})) == 1


def test_a_postcode_has_six_digits() -> None:
    assert read(PostcodeField(label="邮编"), {"field": "１００ ０００"}) == "100000"
    for typed in ("1000", "1" * 300):
        assert read(PostcodeField(label="邮编"), {"field": typed}) == ["邮编请填六位数字"]


@pytest.mark.parametrize(("typed", "value"), [("2", 2), ("２个", 2), ("0", 0)])
def test_a_count_is_a_whole_number(typed: str, value: int) -> None:
    assert read(CountField(label="几个"), {"field": typed}) == value


@pytest.mark.parametrize("typed", ["几个", "-1", "1000", "1.5"])
def test_a_count_that_cannot_be_is_refused(typed: str) -> None:
    assert len(read(CountField(label="几个"), {"field": typed})) == 1


def test_too_many_are_told_the_limit() -> None:
    assert read(CountField(label="几个"), {"field": "1000"}) == ["最多填 999，请检查是不是多填了"]


def test_text_may_be_left_out() -> None:
    assert read(TextField(label="名字"), {"field": "  "}) is None


def test_text_too_long_is_refused_with_the_limit() -> None:
    assert "200" in read(TextField(label="名字"), {"field": "字" * 201})[0]


def test_a_hundred_thousand_characters_do_not_hold_anybody_up() -> None:
    long = unicodedata.normalize("NFKC", "1" * 100_000)

    assert isinstance(read(MoneyField(label="金额"), {"field": long}), list)
    assert isinstance(read(ChineseDateField(label="日期"), day(long, long, long)), list)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (ChineseDateField(label="日期"), "2026-11-06", "2026年11月6日"),
        (ChineseDateField(label="日期"), None, "不清楚"),
        (MomentField(label="时间"), "2026-11-12T14:03", "2026年11月12日 14:03"),
        (MoneyField(label="金额"), "59.00", "59元"),
        (MoneyField(label="金额"), "59.50", "59.50元"),
        (YesNo(label="寄了吗", ask="请选择寄了没有"), False, "否"),
        (YesNo(label="寄了吗", ask="请选择寄了没有"), None, "不清楚"),
        (Members(Promise, label="承诺"), [], "以上都没有"),
        (Members(Promise, label="承诺"), None, "不清楚"),
        (Members(Promise, label="承诺"), ["seven_day"], "七天无理由退"),
        (TextField(label="名字"), None, "未填写"),
    ],
)
def test_an_answer_is_said_in_words(field: Question, value: Any, words: str) -> None:
    assert field.said(value) == words
