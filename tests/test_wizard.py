"""The wizard through the client: the three stories, and everything that may come between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from cases import services
from cases.facts import facts_from, read_facts
from cases.models import Case, Plan
from cases.urls import urlpatterns
from cases.wizard.answers import clean_answers
from cases.wizard.steps import STEPS, walk
from tests.flow import said_aloud, typed_for
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.stories import ON, STORIES
from tests.walker import Walker, ticked

pytestmark = pytest.mark.django_db

CODE_BOX = re.compile(r'<details class="case-code"[^>]*?(?P<open> open)?\s*>')
MINE = {"order__placed_by_me": "yes"}
NOT_MINE = {"order__placed_by_me": "no"}
LATE = {
    "order__placed_on_year": "2026",
    "order__placed_on_month": "11",
    "order__placed_on_day": "20",
}
CONTRADICTED = "您改了前面的回答，这一题和它对不上了，请确认或更改。"
OWN_USE = {"consumer__business_use": "no"}
SITE = {"order__sales_channel": "affiliate_site"}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day of the stories, in the morning in China."""
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lin(client: Client) -> Walker:
    """A person who has just begun."""
    return Walker(client)


def said(response: Any) -> list[str]:
    """The messages to the person that came with a response."""
    return [str(message) for message in get_messages(response.wsgi_request)]


# The way through


@pytest.mark.parametrize("story", STORIES)
def test_it_leads_from_the_first_question_to_the_plan(client: Client, story: str) -> None:
    lin = Walker(client)

    assert lin.walk(STORIES[story]) == reverse("check", args=[lin.case_id])

    told = facts_from(clean_answers(lin.case.answers), on=ON)
    assert told == read_facts(said_aloud(STORIES[story]), on=ON)
    assert lin.submit().url == reverse("plan", args=[lin.case_id])
    assert client.get(reverse("plan", args=[lin.case_id])).status_code == 200
    assert Plan.objects.get().case == lin.case


@pytest.mark.parametrize("until", ["channels", "check"])
@pytest.mark.parametrize("story", STORIES)
def test_the_short_way_of_other_tests_stores_the_same(
    client: Client, story: str, until: str
) -> None:
    on_foot, at_once = Walker(client), Walker(client)

    ends = [
        on_foot.walk(STORIES[story], until=until).replace(str(on_foot.case_id), ""),
        at_once.answer(STORIES[story], until=until).replace(str(at_once.case_id), ""),
    ]

    assert ends[0] == ends[1]
    assert at_once.case.answers == on_foot.case.answers
    assert at_once.case.version == on_foot.case.version


def test_every_page_on_the_way_shows_its_question(lin: Walker) -> None:
    lin.answer(RESERVED)

    for name in lin.case.answers:
        page = lin.get(name)
        assert page.status_code == 200
        assert str(page.context["form"].title) in page.content.decode()
        assert "<style" not in page.content.decode()
        assert "style=" not in page.content.decode()


def code_is_open(page: Any) -> bool:
    box = CODE_BOX.search(page.content.decode())
    assert box
    return box["open"] is not None


def test_the_code_is_shown_from_the_second_page_on(lin: Walker) -> None:
    code = lin.case.code.grouped

    assert code not in lin.get("situation").content.decode()
    lin.post("situation", MINE)
    assert code in lin.get("business_use").content.decode()
    assert code_is_open(lin.get("business_use"))


def test_the_code_is_one_line_after_the_first_time(lin: Walker) -> None:
    lin.post("situation", MINE)
    lin.post("business_use", OWN_USE)
    lin.post("sales_channel", SITE)

    assert not code_is_open(lin.get("placed_on"))


def test_another_size_of_letters_keeps_what_is_half_typed(lin: Walker) -> None:
    lin.post("situation", MINE)
    lin.answer(RESERVED, until="seller")

    page = lin.post("seller", {"order__seller_name": "畅联", "size": "larger"})

    assert page.url == lin.url("seller")
    assert page.cookies["text_size"].value == "larger"
    assert "畅联" in lin.get("seller").content.decode()


def test_every_page_can_delete(lin: Walker) -> None:
    assert 'value="delete"' in lin.get("situation").content.decode()


def test_pages_are_never_kept_by_a_cache(lin: Walker) -> None:
    assert "no-store" in lin.get("situation")["Cache-Control"]


def test_the_stage_is_said_with_its_drawing(lin: Walker) -> None:
    lin.answer(RESERVED, until="stage")

    page = lin.get("stage").content.decode()

    assert "已提交待开卡" in page
    assert "<svg" in page


def test_the_channels_page_shows_what_is_held_back(lin: Walker) -> None:
    lin.answer(RESERVED, until="channels")

    advice = lin.get("channels").context["form"].advice

    assert "telecom_escalation:carrier" in [offer.code for offer in advice.offers]
    assert advice.held_back


def test_fewer_channels_may_be_chosen(lin: Walker) -> None:
    lin.answer(RESERVED, until="channels")

    lin.post("channels", {"chosen": ["carrier_complaint:carrier"]})

    assert lin.case.answers["channels"]["clean"]["chosen"] == ["carrier_complaint:carrier"]


def test_a_channel_that_was_not_offered_cannot_be_chosen(lin: Walker) -> None:
    lin.answer(RESERVED, until="channels")

    page = lin.post("channels", {"chosen": ["police:"]})

    assert page.context["form"].errors


# Errors


def test_an_unanswered_question_is_named_and_linked(lin: Walker) -> None:
    page = lin.post("situation", {})

    text = page.content.decode()
    assert page.status_code == 200
    assert 'href="#id_order__placed_by_me_0"' in text
    assert 'id="id_order__placed_by_me_0"' in text
    assert "错误：" in text


def test_what_was_typed_is_kept_and_shown_though_it_is_wrong(lin: Walker) -> None:
    lin.post("situation", MINE)
    lin.post("business_use", OWN_USE)
    lin.post("sales_channel", SITE)

    page = lin.post("placed_on", {"order__placed_on_year": "2026", "order__placed_on_month": "X"})

    assert 'value="X"' in page.content.decode()
    assert 'value="X"' in lin.get("placed_on").content.decode()


def test_a_hostile_text_is_shown_as_text(lin: Walker) -> None:
    lin.answer(RESERVED, until="seller")

    lin.post("seller", {"order__seller_name": "<script>alert(1)</script>"})

    assert "<script>alert" not in lin.get("seller").content.decode()


def test_fields_that_were_not_asked_are_not_kept(lin: Walker) -> None:
    lin.post("situation", {**MINE, "consumer__name": "x", "stage": "activated"})

    stored = lin.case.answers["situation"]
    assert stored["typed"] == {"order__placed_by_me": ["yes"]}
    assert stored["clean"] == {"order__placed_by_me": True}


def test_a_very_long_text_is_an_error_and_no_fault(lin: Walker) -> None:
    lin.answer(RESERVED, until="seller")

    page = lin.post("seller", {"order__seller_name": "字" * 100_000})

    assert page.context["form"].errors


# Going back


def test_going_back_keeps_half_typed_text(lin: Walker) -> None:
    lin.post("situation", MINE)
    lin.post("business_use", OWN_USE)
    lin.post("sales_channel", SITE)

    response = lin.post("placed_on", {"order__placed_on_year": "2026"}, nav="back")

    assert response.url == lin.url("sales_channel")
    page = lin.get("placed_on").content.decode()
    assert 'value="2026"' in page
    assert "有问题需要改正" not in page


def test_going_back_answers_nothing_that_only_comes_ticked(lin: Walker) -> None:
    lin.answer(RESERVED, until="channels")

    response = lin.post("channels", ticked(lin.get("channels")), nav="back")

    assert response.url == lin.url("evidence")
    assert "channels" not in lin.case.answers


def test_there_is_one_way_back(lin: Walker) -> None:
    page = lin.get("situation").content.decode()

    assert page.count('value="back"') == 1
    assert page.index('value="next"') < page.index('value="back"')


def test_the_first_page_goes_back_to_the_start(lin: Walker) -> None:
    assert lin.get("situation").context["back_url"] == reverse("start")


def test_an_answer_can_be_changed_from_the_check_page(lin: Walker) -> None:
    lin.answer(RESERVED)

    page = lin.client.get(lin.url("seller"), {"from": "check"})
    response = lin.post("seller", {"order__seller_name": "新店"}, **{"from": "check"})

    assert page.context["back_url"] == f"{reverse('check', args=[lin.case_id])}#seller"
    assert response.url == f"{reverse('check', args=[lin.case_id])}#seller"


def test_who_changed_the_first_answer_and_back_is_offered_the_check_page(lin: Walker) -> None:
    lin.answer(RESERVED)
    offer = "回到检查页"
    assert lin.post("situation", NOT_MINE, **{"from": "check"}).url.endswith("?from=check")
    due = walk(clean_answers(lin.case.answers)).open
    assert due
    assert offer not in lin.get(due.name).content.decode()
    # The check page would lead back to the open question: the page before is shown instead.
    back = lin.post(due.name, {}, nav="back", **{"from": "check"})
    assert back.url.endswith("?from=check")
    assert reverse("check", args=[lin.case_id]) not in back.url

    following = lin.post("situation", MINE).url

    page = lin.client.get(following).content.decode()
    assert offer in page
    assert re.search(r'name="from"\s+value="check"', page)
    response = lin.post("business_use", OWN_USE, nav="", **{"from": "check"})
    assert response.url == f"{reverse('check', args=[lin.case_id])}#business_use"


def test_a_change_that_raises_a_question_leads_to_it(lin: Walker) -> None:
    lin.answer(RESERVED)

    response = lin.post("parcel", {"signals__parcel": "delivered"}, **{"from": "check"})

    assert response.url == f"{lin.url('parcel_date')}?from=check"
    assert said(response) == ["还有没回答的问题，请从这里继续。"]


def test_a_changed_mind_sets_aside_what_is_no_longer_asked_and_says_so(lin: Walker) -> None:
    lin.answer(RESERVED)

    response = lin.post("payee", {"payment__payee": "nobody"}, **{"from": "check"})

    assert "amount" not in walk(clean_answers(lin.case.answers)).counted
    assert any("付款金额" in words and "改回来还在" in words for words in said(response))


def test_a_mind_changed_back_finds_every_answer_again(lin: Walker) -> None:
    lin.answer(RESERVED)
    before = clean_answers(lin.case.answers)

    away = lin.post("situation", NOT_MINE, **{"from": "check"})
    assert "seller" not in walk(clean_answers(lin.case.answers)).counted
    assert away.status_code == 302
    back = lin.post("situation", MINE, **{"from": "check"})

    assert back.url == f"{reverse('check', args=[lin.case_id])}#situation"
    assert "之前放在一边的回答，现在又用上了。" in said(back)
    assert clean_answers(lin.case.answers) == before


def test_the_plan_after_a_mind_changed_back_is_the_plan_of_the_direct_way(client: Client) -> None:
    direct, roundabout = Walker(client), Walker(client)
    direct.walk(RESERVED)
    direct.submit()
    roundabout.walk(RESERVED, until="evidence")
    roundabout.post("situation", NOT_MINE)
    roundabout.walk({"order": {"placed_by_me": False}}, until="evidence")
    roundabout.post("situation", MINE)
    roundabout.walk(RESERVED)
    roundabout.submit()

    made = [Plan.objects.get(case=each.case_id).content for each in (direct, roundabout)]
    assert made[0] == made[1]


def test_an_answer_that_comes_back_and_no_longer_fits_is_asked_again(lin: Walker) -> None:
    lin.answer(RESERVED)
    lin.post("request", {"dealings__requested": "no"}, **{"from": "check"})
    lin.post("placed_on", LATE, **{"from": "check"})

    response = lin.post("request", {"dealings__requested": "yes"}, **{"from": "check"})

    assert response.url == f"{lin.url('request_details')}?from=check"
    assert CONTRADICTED in said(response)
    assert 'value="16"' in lin.get("request_details").content.decode()


def take_back_the_clause(lin: Walker) -> None:
    """Answer everything, then find that there was no such clause after all."""
    terms = {**RESERVED["terms"], "no_refund_clause": True, "clause_prominent": False}
    lin.answer({**RESERVED, "terms": terms})
    without = {**RESERVED, "terms": {**terms, "no_refund_clause": False}}
    lin.post("clauses", typed_for(without)["clauses"], **{"from": "check"})


def test_what_lies_aside_is_told_before_it_is_dropped(lin: Walker) -> None:
    take_back_the_clause(lin)

    page = lin.client.get(reverse("check", args=[lin.case_id]))

    assert page.context["aside"] == ["“概不退款”的提示"]
    assert "生成方案时会删除" in page.content.decode()


def test_submitting_drops_what_the_plan_was_not_made_from(lin: Walker) -> None:
    take_back_the_clause(lin)
    assert "clause_prominent" in lin.case.answers

    lin.submit()

    asked = {step.name for step in walk(clean_answers(lin.case.answers)).asked}
    assert set(lin.case.answers) == asked
    assert "clause_prominent" not in asked


def test_what_another_tab_wrote_meanwhile_is_not_dropped(lin: Walker) -> None:
    lin.answer(RESERVED)
    lin.post("payee", {"payment__payee": "nobody"}, **{"from": "check"})
    seen = lin.case
    lin.post("amount", {"payment__amount": "60"})

    services.answers.drop_steps(seen, steps=["amount", "method"])

    assert "amount" in lin.case.answers
    assert "method" not in lin.case.answers


def test_names_with_a_comma_of_their_own_stay_apart_when_set_aside(lin: Walker) -> None:
    lin.answer(RESERVED)

    response = lin.post("situation", {"order__placed_by_me": "no"}, **{"from": "check"})

    assert any("；店铺、网站或公众号的名字；" in words for words in said(response))


def test_the_first_question_says_that_nothing_is_lost(lin: Walker) -> None:
    lin.answer(RESERVED)

    assert "改回来还在" in lin.get("situation").content.decode()


def test_what_a_change_sets_aside_is_named_after_a_slip_as_well(lin: Walker) -> None:
    lin.answer(RESERVED)
    lin.post("payee", {}, **{"from": "check"})

    response = lin.post("payee", {"payment__payee": "nobody"}, **{"from": "check"})

    assert any("付款金额" in words for words in said(response))


def test_two_tabs_cannot_make_a_plan_of_an_impossible_case(lin: Walker) -> None:
    lin.answer(RESERVED)
    case = lin.case
    for name, day in {"placed_on": "20", "request_details": "16"}.items():
        answer = case.answers[name]
        key = next(key for key in answer["typed"] if key.endswith("_day"))
        services.answers.save_step(
            case,
            step=name,
            typed={**answer["typed"], key: [day]},
            clean={**answer["clean"], key.removesuffix("_day"): f"2026-11-{day}"},
            version=case.version + 9,
        )

    response = lin.submit_with("a-key")

    assert response.url == lin.url("request_details")
    assert not Plan.objects.exists()


def test_a_change_that_makes_a_later_date_impossible_asks_for_that_date(lin: Walker) -> None:
    lin.answer(RESERVED)

    response = lin.post("placed_on", LATE, **{"from": "check"})

    assert response.url == f"{lin.url('request_details')}?from=check"
    assert said(response) == [CONTRADICTED]
    page = lin.get("request_details").content.decode()
    assert 'value="16"' in page
    assert "早于您填的下单日期（" in page
    assert "2026年11月20日" in page


def test_the_check_page_says_why_a_later_answer_is_open_again(lin: Walker) -> None:
    lin.answer(RESERVED)
    lin.post("placed_on", LATE)

    assert said(lin.client.get(reverse("check", args=[lin.case_id]))) == [CONTRADICTED]


def test_half_an_answer_is_asked_to_be_finished(lin: Walker) -> None:
    lin.answer(RESERVED)
    lin.post("placed_on", {"order__placed_on_year": "2026"}, nav="back", **{"from": "check"})

    response = lin.client.get(reverse("check", args=[lin.case_id]))

    assert response["Location"] == lin.url("placed_on")
    assert said(response) == ["这一题还没有填完，请补上。"]


def test_every_row_of_the_check_page_can_be_changed(lin: Walker) -> None:
    lin.answer(RESERVED)

    page = lin.client.get(reverse("check", args=[lin.case_id]))

    rows = [row for _part, rows in page.context["sections"] for row in rows]
    assert page.content.decode().count("?from=check") == len(rows)


def test_a_plan_from_before_a_change_says_so(lin: Walker) -> None:
    lin.answer(RESERVED)
    lin.submit()
    url = reverse("plan", args=[lin.case_id])
    before = lin.client.get(url).content.decode()

    lin.post("seller", {"order__seller_name": "新店"}, **{"from": "check"})

    notice = "您改过回答，这是改之前的方案。"
    assert notice not in before
    assert notice in lin.client.get(url).content.decode()
    with time_machine.travel("2026-11-22T11:00:00+08:00", tick=False):
        lin.submit()
    assert notice not in lin.client.get(url).content.decode()


def test_a_number_that_turned_up_has_no_drawing(lin: Walker) -> None:
    lin.answer({"order": {"placed_by_me": False}})

    assert "<svg" not in lin.get("stage").content.decode()
    lin.submit()
    page = lin.client.get(reverse("plan", args=[lin.case_id])).content.decode()
    assert "<svg" not in page
    assert "这个号码" in page


def test_a_change_takes_back_what_a_later_page_no_longer_asks(lin: Walker) -> None:
    story = {**RESERVED, "payment": {"payee": "carrier", "amount": "0.00", "first_top_up": "50.00"}}
    lin.answer(story)

    lin.post("payee", {"payment__payee": "affiliate"}, **{"from": "check"})

    assert "payment__first_top_up" not in lin.case.answers["amount"]["clean"]


# Doors that are not open


def test_a_step_ahead_of_its_turn_leads_to_the_one_that_is_due(lin: Walker) -> None:
    response = lin.get("names")

    assert response.url == lin.url("situation")
    assert said(response)


def test_an_answer_ahead_of_its_turn_is_kept(lin: Walker) -> None:
    lin.post("names", {"consumer__name": "林"})

    assert lin.case.answers["names"]["clean"] == {"consumer__name": "林"}


@pytest.mark.parametrize("name", ["zzz", "done", "situation2"])
def test_a_forged_step_leads_to_the_one_that_is_due(lin: Walker, name: str) -> None:
    assert lin.get(name).url == lin.url("situation")
    assert lin.post(name, {"x": "y"}).url == lin.url("situation")
    assert lin.case.answers == {}


def test_a_step_whose_condition_went_false_keeps_the_text_and_goes_on(lin: Walker) -> None:
    lin.answer(RESERVED, until="order_page")
    lin.post("situation", NOT_MINE)

    response = lin.post("seller", {"order__seller_name": "靓卡"})

    assert response.status_code == 302
    assert lin.case.answers["seller"]["typed"]["order__seller_name"] == ["靓卡"]
    assert lin.get("carrier").status_code == 200


def test_a_forged_management_form_and_version_change_nothing(lin: Walker) -> None:
    forged = {**MINE, "case_wizard-current_step": "zzz", "wizard_goto_step": "names"}

    assert lin.post("situation", forged, version="-1").url == lin.url("business_use")
    assert lin.post("business_use", OWN_USE, version="9" * 99).status_code == 302


def test_the_check_page_waits_for_the_last_answer(lin: Walker) -> None:
    response = lin.client.get(reverse("check", args=[lin.case_id]))

    assert response["Location"] == lin.url("situation")


def test_nothing_is_submitted_before_the_last_answer(lin: Walker) -> None:
    response = lin.client.post(reverse("submit", args=[lin.case_id]), {"key": "k"})

    assert response["Location"] == lin.url("situation")
    assert not Plan.objects.exists()


def test_get_does_not_submit(lin: Walker) -> None:
    assert lin.client.get(reverse("submit", args=[lin.case_id])).status_code == 405


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_a_submission_without_a_good_key_shows_the_check_page_again(lin: Walker, key: str) -> None:
    lin.answer(RESERVED)

    response = lin.client.post(reverse("submit", args=[lin.case_id]), {"key": key})

    assert response["Location"] == reverse("check", args=[lin.case_id])


def test_submitting_twice_makes_one_plan(lin: Walker) -> None:
    lin.answer(RESERVED)
    url = reverse("submit", args=[lin.case_id])

    urls = {lin.client.post(url, {"key": "the-same"})["Location"] for _ in range(2)}

    assert urls == {reverse("plan", args=[lin.case_id])}
    assert Plan.objects.count() == 1


# Tabs, browsers, sessions


def test_two_cases_in_one_browser_do_not_mix(client: Client) -> None:
    mine, other = Walker(client), Walker(client)

    mine.post("situation", MINE)
    other.post("situation", NOT_MINE)

    assert mine.case.answers["situation"]["clean"] == {"order__placed_by_me": True}
    assert other.case.answers["situation"]["clean"] == {"order__placed_by_me": False}


def test_two_tabs_on_one_question_show_both_answers(lin: Walker) -> None:
    shown = str(lin.case.version)
    lin.post("situation", MINE)

    page = lin.post("situation", NOT_MINE, version=shown)

    assert "是，我自己下的单" in page.content.decode()
    assert lin.case.answers["situation"]["clean"] == {"order__placed_by_me": True}
    again = page.context["case"].version
    assert lin.post("situation", NOT_MINE, version=str(again)).url == lin.url("carrier")


def test_two_tabs_on_different_questions_keep_both(lin: Walker) -> None:
    lin.post("situation", MINE)
    shown = str(lin.case.version)
    lin.post("sales_channel", SITE, version=shown)

    assert lin.post("situation", MINE, version=shown).status_code == 302
    assert set(lin.case.answers) == {"situation", "sales_channel"}


OF_AN_EXHIBIT = [
    "exhibit",
    "exhibit-boxes",
    "exhibit-move",
    "exhibit-remove",
    "exhibit-picture",
    "exhibit-preview",
]
CASE_PAGES = [
    "step",
    "verdict",
    "check",
    "submit",
    "delete",
    "code",
    "plan",
    "plan-pdf",
    "plan-text",
    "plan-docx",
    "plan-zip",
    "plan-ics",
    "letter-docx",
    "plan-progress",
    "pictures",
    "picture",
    "exhibits",
    *OF_AN_EXHIBIT,
    "letter",
    "letters",
    "letter-text",
    "letter-read",
    "papers",
    "paper-pdf",
    "paper-progress",
    "paper-text",
    "paper-docx",
    "exhibits-pdf",
    "exhibits-progress",
    "messages",
    "outcome",
]


def test_every_address_of_a_case_is_tried_by_a_stranger() -> None:
    of_a_case = {route.name for route in urlpatterns if "<uuid:case>" in str(route.pattern)}

    assert of_a_case == set(CASE_PAGES)


def case_url(name: str, case_id: object) -> str:
    """An address of a case."""
    parts: dict[str, list[Any]] = {"step": ["situation"], "letter": ["police"], "picture": [1]}
    for_a_receiver = ("letter-docx", "paper-pdf", "paper-progress", "paper-text", "paper-docx")
    parts |= dict.fromkeys(for_a_receiver, parts["letter"])
    parts |= {name: [case_id] for name in OF_AN_EXHIBIT}
    parts["letter-text"] = parts["letter-read"] = ["police", "full"]
    more = parts.get(name, [])
    return reverse(name, args=[case_id, *more])


@pytest.mark.parametrize("name", CASE_PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_case_of_somebody_else_looks_like_no_case(lin: Walker, name: str, method: str) -> None:
    stranger = Client()

    theirs = getattr(stranger, method)(case_url(name, lin.case_id))
    nobodys = getattr(stranger, method)(case_url(name, uuid4()))

    assert theirs.status_code == nobodys.status_code
    assert theirs.status_code in (404, 405)
    assert without_tokens(theirs) == without_tokens(nobodys)
    assert Case.objects.filter(pk=lin.case_id).exists()


def without_tokens(response: Any) -> list[str]:
    """The lines of a page that do not change from one request to the next; the address that was
    asked for is the asker's own."""
    lines = response.content.decode().replace(response.request["PATH_INFO"], "").splitlines()
    return [line for line in lines if "csrfmiddlewaretoken" not in line and "nonce=" not in line]


def test_an_expired_session_keeps_the_text_on_the_page(lin: Walker) -> None:
    lin.answer(RESERVED, until="seller")
    Session.objects.all().delete()

    page = lin.post("seller", {"order__seller_name": "畅联号卡店"})

    assert page.status_code == 404
    assert "畅联号卡店" in page.content.decode()
    assert reverse("resume") in page.content.decode()


def test_a_case_deleted_meanwhile_keeps_the_text_on_the_page(lin: Walker) -> None:
    lin.post("situation", MINE)
    services.disposal.erase(lin.case)

    page = lin.client.post(lin.url("sales_channel"), SITE)

    assert page.status_code == 404
    assert "推广网页" in page.content.decode()


def test_a_refused_token_keeps_the_text_and_offers_to_send_it_again() -> None:
    client = Client(enforce_csrf_checks=True)
    case = services.answers.open_case()

    page = client.post(
        reverse("step", args=[case.pk, "seller"]), {"order__seller_name": "畅联号卡店"}
    )

    assert page.status_code == 403
    assert "畅联号卡店" in page.content.decode()
    assert 'name="order__seller_name"' in page.content.decode()


@pytest.mark.parametrize(
    ("address", "name"),
    [("/remark/?page=payee", "words"), ("/before-buying/", "offer")],
)
def test_a_refused_token_costs_no_words_where_there_is_no_case(address: str, name: str) -> None:
    client = Client(enforce_csrf_checks=True)

    page = client.post(address, {name: "写了半天\n<b>的话"})

    assert page.status_code == 403
    html = page.content.decode()
    assert f'action="{address}"' in html
    assert f'name="{name}" value="写了半天\n&lt;b&gt;的话"' in html


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_form_from_elsewhere_is_not_turned_into_ours(origin: str) -> None:
    client = Client(enforce_csrf_checks=True)

    page = client.post(
        reverse("step", args=[uuid4(), "seller"]), {"order__seller_name": "x"}, HTTP_ORIGIN=origin
    )

    assert page.status_code == 403
    assert 'name="order__seller_name"' not in page.content.decode()


@pytest.mark.parametrize("name", ["start", "resume", "leave", "submit", "delete"])
def test_every_post_needs_a_token(lin: Walker, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = lin.client.cookies
    url = reverse(name, args=[lin.case_id] if name in ("submit", "delete") else [])

    assert client.post(url).status_code == 403
    assert Case.objects.count() == 1


def test_looking_never_writes(lin: Walker) -> None:
    lin.answer(RESERVED)
    lin.submit()
    before = snapshot()

    for step in STEPS:
        lin.client.get(lin.url(step.name))
        lin.client.head(lin.url(step.name))
    for name in CASE_PAGES:
        lin.client.head(case_url(name, lin.case_id))
    for name in ("start", "privacy", "resume", "deleted"):
        lin.client.get(reverse(name))
        Client().get(reverse(name))

    assert snapshot() == before


def snapshot() -> list[object]:
    """Everything that a page view might have written."""
    return [
        list(Case.objects.values_list("pk", "version", "updated_at", "submitted_at")),
        list(Plan.objects.values_list("pk", "created_at")),
        list(Session.objects.values_list("session_key", "session_data")),
    ]


def test_the_typed_text_rests_encrypted(lin: Walker) -> None:
    lin.answer(RESERVED, until="seller")
    lin.post("seller", {"order__seller_name": "畅联号卡店"})

    stored = Case.objects.values_list("answers", flat=True).get()

    assert "畅联" not in str(getattr(stored, "text", stored))


def test_typed_for_covers_every_step() -> None:
    assert set(typed_for(RESERVED)) == {step.name for step in STEPS}
