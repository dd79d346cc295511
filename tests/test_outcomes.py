"""How it ended, told by the person: asked without pressing, kept, changed, taken back, counted."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from cases.models import Case, CaseCount, Event, Outcome, Plan, Tombstone
from cases.services import disposal, outcomes
from cases.services.outcomes import StaleOutcome, ToldOutcome
from tests.desk import staff
from tests.test_wizard import case_url
from tests.walker import Walker

pytestmark = pytest.mark.django_db

SUM, DAY = "２９．５０元", ("２０２６", "十一", "20")


def typed(money: str = "part", amount: str = SUM, day: tuple[str, ...] = DAY) -> dict[str, str]:
    """What is typed into the three questions."""
    parts = zip(("year", "month", "day"), day, strict=True)
    return {
        "money": money,
        "amount": amount,
        **{f"refunded_on_{part}": text for part, text in parts},
        "helped": "unclear",
    }


NOT_REFUNDED = typed(money="none", amount="", day=("", "", ""))


def send(lin: Walker, sent: dict[str, str] | None = None, **more: Any) -> Any:
    """Send the form as it stands on the page."""
    version = lin.client.get(case_url("outcome", lin.case_id)).context["version"]
    data = {"version": version, "nav": "save", **(typed() if sent is None else sent), **more}
    return lin.client.post(case_url("outcome", lin.case_id), data)


def text(response: Any) -> str:
    """The page without what keeps a date or a sum on one line."""
    return re.sub(r'<span class="whole">(.*?)</span>', r"\1", response.content.decode())


def shown(lin: Walker, name: str = "outcome") -> str:
    response = lin.client.get(case_url(name, lin.case_id))
    assert response.status_code == 200
    return text(response)


def told(lin: Walker) -> Outcome:
    return Outcome.objects.get(case=lin.case_id)


def counted(kind: str) -> dict[str, int]:
    """`{key: number}` of what is not nought."""
    rows = CaseCount.objects.filter(kind=kind, number__gt=0)
    return dict(rows.values_list("key", "number"))


def test_it_works(lin: Walker) -> None:
    assert "写一写结果" in shown(lin, "plan")

    response = send(lin)

    assert response.url == case_url("plan", lin.case_id)
    kept = told(lin)
    assert (kept.money, kept.amount) == ("part", Decimal("29.50"))
    assert (kept.refunded_on, kept.helped) == (date(2026, 11, 20), "unclear")
    assert kept.plan == Plan.objects.get(case=lin.case_id)
    assert kept.knowledge_version == kept.plan.knowledge_version
    assert (kept.half, kept.version) == (None, 1)
    page = shown(lin, "plan")
    assert "您2026年11月22日写过：退了一部分。" in page
    assert "方案没有变化" in page


def test_it_says_why_who_and_that_nobody_must(lin: Walker) -> None:
    response = lin.client.get(case_url("outcome", lin.case_id))
    page = text(response)
    for words in ("为什么问", "本站的复核人员", "自愿填写", "都不会改变", "件数会留下"):
        assert words in page
    assert "no-store" in response["Cache-Control"]
    assert "hx-" not in page


def test_it_changes_nothing_but_itself(lin: Walker) -> None:
    before = Case.objects.filter(pk=lin.case_id).values().get()
    plan = Plan.objects.filter(case=lin.case_id).values().get()

    send(lin)

    assert Case.objects.filter(pk=lin.case_id).values().get() == before
    assert Plan.objects.filter(case=lin.case_id).values().get() == plan


def test_one_answer_is_enough(lin: Walker) -> None:
    assert send(lin, {"money": "no_money"}).status_code == 302
    kept = told(lin)
    assert (kept.money, kept.amount, kept.refunded_on, kept.helped) == ("no_money", None, None, "")


def test_the_steps_are_those_the_plan_advised(lin: Walker) -> None:
    form = lin.client.get(case_url("outcome", lin.case_id)).context["form"]
    codes = [code for code, _label in form.fields["helped"].choices]
    actions = Plan.objects.get(case=lin.case_id).content["actions"]
    advised = {row["channel"] for row in actions if row["when"] != "if_needed"}

    assert set(codes) == advised | {"other", "unclear"}
    assert codes[-2:] == ["other", "unclear"] and len(codes) == len(set(codes))
    assert send(lin, typed() | {"helped": codes[0]}).status_code == 302
    assert send(lin, typed() | {"helped": "postal_escalation"}).status_code == 200


# ---- what is refused


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (typed(money=""), "请选择钱退了没有"),
        (typed(amount="很多"), "退款金额请填数字"),
        (typed(amount="0"), "退款金额要大于 0"),
        (typed(day=("2026", "13", "1")), "到账日期的“月”请填 1 到 12"),
        (typed(day=("2026", "11", "")), "到账日期还缺“日”，请补上，或者三格都空着"),
        (typed(day=("2026", "11", "23")), "到账日期不能晚于今天（2026年11月22日）"),
        (typed(day=("2025", "1", "1")), "到账日期早于下单日期"),
        (typed(money="none", day=("", "", "")), "您选了“没有退”，又填了退款金额"),
        (typed(money="no_money", amount=""), "您选了“没有涉及钱”，又填了到账日期"),
        (typed() | {"helped": "magic"}, "请从列出的选项里选择起作用的一步"),
    ],
)
def test_what_cannot_be_is_refused_and_kept_as_typed(
    lin: Walker, sent: dict[str, str], said: str
) -> None:
    response = send(lin, sent)

    page = text(response)
    assert response.status_code == 200
    assert "<title>" in page and "错误：" in page
    assert said in page
    kept = told(lin)
    assert (kept.told_at, kept.money) == (None, "")
    assert counted("outcome") == {}
    again = lin.client.get(case_url("outcome", lin.case_id))
    assert "上次没有保存成的" in text(again)
    for name in ("amount", "refunded_on_year", "refunded_on_month", "refunded_on_day"):
        if sent[name]:
            assert f'value="{escape(sent[name])}"' in text(again)
    assert "写一写结果" in shown(lin, "plan")


def test_a_refused_change_leaves_what_was_told(lin: Walker) -> None:
    send(lin)
    send(lin, typed(amount="两百多"))

    assert told(lin).amount == Decimal("29.50")
    assert "原来写的结果现在还算数" in shown(lin)
    assert 'value="两百多"' in shown(lin)
    send(lin)
    assert told(lin).half is None


def test_nothing_is_half_of_a_visit(lin: Walker) -> None:
    shown(lin)
    send(lin, {"amount": ""})
    assert not Outcome.objects.exists()


# ---- changing it


def test_the_newest_answer_counts(lin: Walker) -> None:
    send(lin, NOT_REFUNDED)
    send(lin, typed(money="all"))

    assert (told(lin).money, told(lin).version) == ("all", 2)
    assert list(counted("outcome").values()) == [1]
    assert list(counted("outcome"))[0].endswith(":all")
    assert 'value="29.50"' in shown(lin) and 'value="2026"' in shown(lin)


def test_the_same_again_is_no_change(lin: Walker) -> None:
    send(lin)
    response = send(lin, version="0")
    assert response.status_code == 302
    assert told(lin).version == 1
    assert Event.objects.filter(kind="told").count() == 1


def test_of_two_tabs_the_second_sees_both(lin: Walker) -> None:
    send(lin, version="0")

    response = send(lin, NOT_REFUNDED, version="0")

    page = text(response)
    assert response.status_code == 409
    assert "别的页面里现在是" in page and "29.50元" in page and "说不清" in page
    assert told(lin).money == "part"
    assert told(lin).half is not None
    version = response.context["version"]
    assert send(lin, NOT_REFUNDED, version=version).status_code == 302
    assert told(lin).money == "none"


def test_a_tab_older_than_a_deletion_is_told_so(lin: Walker) -> None:
    send(lin)
    send(lin, nav="drop")
    response = send(lin, version="1")
    assert response.status_code == 409
    assert "已经删除" in text(response)
    assert send(lin, version=str(response.context["version"])).status_code == 302


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "１"])
def test_no_version_breaks_it(lin: Walker, version: str) -> None:
    assert send(lin, version=version).status_code in (302, 409)


def test_what_was_told_can_be_deleted_by_itself(lin: Walker) -> None:
    send(lin)
    assert "删除我写的结果" in shown(lin)

    send(lin, nav="drop")

    assert not Outcome.objects.exists()
    assert (counted("outcome"), counted("helped")) == ({}, {})
    assert "删除我写的结果" not in shown(lin)
    assert Case.objects.filter(pk=lin.case_id).exists()


# ---- who may, and how long


def test_without_a_plan_there_is_nothing_to_tell_of(client: Client) -> None:
    lin = Walker(client)
    for method in (client.get, client.post):
        response: Any = method(case_url("outcome", lin.case_id))
        assert response.url == case_url("check", lin.case_id)
    assert not Outcome.objects.exists()


def test_of_an_erased_case_nothing_typed_is_lost(lin: Walker) -> None:
    disposal.erase(lin.case)
    response = lin.client.post(case_url("outcome", lin.case_id), {"version": "0", **typed()})
    assert response.status_code == 404
    for words in ("退了一部分", SUM, "说不清"):
        assert words in text(response)


def test_it_goes_with_its_case(lin: Walker) -> None:
    send(lin)
    code, stays = lin.case.public_id, counted("outcome")

    receipt = disposal.erase(lin.case)

    assert receipt.deleted["outcome"] == 1
    assert not Outcome.objects.exists()
    assert Tombstone.objects.get(public_id=code).deleted["outcome"] == 1
    assert counted("outcome") == stays


def test_a_csrf_token_is_asked_for(lin: Walker) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = lin.client.cookies
    assert strict.post(case_url("outcome", lin.case_id), typed()).status_code == 403


def test_the_database_refuses_half_an_outcome(lin: Walker) -> None:
    with pytest.raises(IntegrityError):
        Outcome.objects.create(case=lin.case, money="all")


def test_the_service_refuses_what_another_tab_has_overtaken(lin: Walker) -> None:
    plan = Plan.objects.get(case=lin.case_id)
    outcomes.tell(lin.case, ToldOutcome(money="all"), plan=plan, version=0)
    with pytest.raises(StaleOutcome):
        outcomes.tell(lin.case, ToldOutcome(money="none"), plan=plan, version=0)


# ---- the desk


def test_the_desk_sees_it_on_the_page_of_the_case(lin: Walker) -> None:
    wu, address = staff("reader"), reverse("admin:cases_case_change", args=[lin.case_id])
    assert "本人反馈的结果" not in text(wu.get(address))
    send(lin, typed(amount="没写完"))
    assert "没写完" not in text(wu.get(address))
    send(lin)

    page = text(wu.get(address))

    for words in ("本人反馈的结果", "退了一部分", "29.50元", "2026年11月20日", "没有核实"):
        assert words in page


def test_the_log_names_it_without_a_value(lin: Walker) -> None:
    send(lin)
    send(lin, nav="drop")

    lines = Event.objects.filter(kind="told").order_by("number")
    assert [(line.actor, line.fields, line.reason) for line in lines] == [
        ("", [], ""),
        ("", ["taken_back"], ""),
    ]
    page = text(staff("auditor").get(reverse("admin:log")))
    assert page.count("本人反馈结果") >= 2
    assert "已删除" in page
    assert "29.50" not in page


def test_who_may_not_see_cases_sees_no_outcome(lin: Walker) -> None:
    send(lin)
    assert staff().get(reverse("admin:cases_case_change", args=[lin.case_id])).status_code == 403


def test_the_front_page_has_the_table(lin: Walker) -> None:
    send(lin)
    page = text(staff("reader").get("/desk/"))
    assert "结果（本人反馈）" in page
    assert "少于 5 / 少于 5" in page


def test_the_privacy_page_says_so(client: Client) -> None:
    page = text(client.get(reverse("privacy")))
    assert "您自愿写的结果" in page and "只留下各渠道的件数" in page
