"""What stands typed and was not sent: kept beside what was accepted, judged by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from cases import services
from cases.views.places import PLACES
from cases.wizard.answers import clean_answers
from cases.wizard.steps import walk
from tests.flow import typed_for
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

pytestmark = pytest.mark.django_db

HALF = {"order__placed_on_year": "202"}
SHOP = {"order__seller_name": "靓"}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day of the stories, in the morning in China."""
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lin(client: Client) -> Walker:
    """A person before the page that asks for the day of the order."""
    lin = Walker(client)
    lin.answer(RESERVED, until="placed_on")
    return lin


def keep(lin: Walker, step: str, typed: Any, **extra: Any) -> Any:
    """Send what stands typed, as htmx does."""
    return lin.client.post(
        lin.url(step),
        {"version": str(lin.case.version), "nav": "keep", **typed, **extra},
        headers={"HX-Request": "true"},
    )


def test_it_is_kept_and_said_in_a_word(lin: Walker) -> None:
    answer = keep(lin, "placed_on", HALF)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="status"' in text
    assert "已保存" in text
    assert "<input" not in text
    assert "<html" not in text
    assert 'value="202"' in lin.get("placed_on").content.decode()


def test_without_htmx_the_whole_page_comes_back(lin: Walker) -> None:
    response = lin.post("placed_on", HALF, nav="keep")

    assert response.url == lin.url("placed_on")
    assert 'value="202"' in lin.client.get(response.url).content.decode()


def test_it_is_judged_by_nobody(lin: Walker) -> None:
    keep(lin, "placed_on", HALF)

    assert "有问题需要改正" not in lin.get("placed_on").content.decode()
    assert lin.case.answers["placed_on"]["clean"] is None


def test_the_form_can_still_be_sent(lin: Walker) -> None:
    shown = str(lin.case.version)
    keep(lin, "placed_on", HALF)

    response = lin.post("placed_on", typed_for(RESERVED)["placed_on"], version=shown)

    assert response.url == lin.url("seller")
    assert lin.case.answers["placed_on"]["clean"]


def test_an_accepted_answer_goes_on_counting(lin: Walker) -> None:
    lin.answer(RESERVED)
    accepted = clean_answers(lin.case.answers)

    keep(lin, "placed_on", HALF)

    assert clean_answers(lin.case.answers) == accepted
    page = lin.get("placed_on").content.decode()
    assert 'value="202"' in page
    assert "还没有点“继续”" in page
    assert "有问题需要改正" not in page


def test_the_check_page_says_what_was_not_finished(lin: Walker) -> None:
    lin.answer(RESERVED)
    keep(lin, "seller", SHOP)

    page = lin.client.get(reverse("check", args=[lin.case_id])).content.decode()

    assert page.count("这一页改到一半，还没算数") == 1


def test_sending_the_form_ends_it(lin: Walker) -> None:
    lin.answer(RESERVED)
    keep(lin, "seller", SHOP)

    lin.post("seller", {"order__seller_name": "靓卡"})

    assert "half" not in lin.case.answers["seller"]
    assert lin.case.answers["seller"]["clean"]["order__seller_name"] == "靓卡"


def test_typing_the_same_again_leaves_nothing_beside_it(lin: Walker) -> None:
    lin.answer(RESERVED)
    before = lin.case.answers
    keep(lin, "seller", SHOP)

    keep(lin, "seller", before["seller"]["typed"])

    assert lin.case.answers == before


def test_another_tabs_newer_answer_is_not_touched(lin: Walker) -> None:
    lin.answer(RESERVED)
    shown = str(lin.case.version)
    lin.post("seller", {"order__seller_name": "新店"})

    answer = keep(lin, "seller", SHOP, version=shown)

    assert "还没有保存" in answer.content.decode()
    assert "half" not in lin.case.answers["seller"]


def test_a_change_before_it_leaves_the_half_typed_words(lin: Walker) -> None:
    lin.answer(RESERVED)
    keep(lin, "request_details", {"dealings__requested_at_day": "21"})
    late = {
        f"order__placed_on_{part}": text
        for part, text in zip(("year", "month", "day"), ("2026", "11", "20"), strict=True)
    }

    lin.post("placed_on", late, **{"from": "check"})

    assert lin.case.answers["request_details"]["clean"] is None
    assert 'value="21"' in lin.get("request_details").content.decode()


def test_an_empty_page_is_no_answer(lin: Walker) -> None:
    keep(lin, "placed_on", {"order__placed_on_year": ""})

    assert "placed_on" not in lin.case.answers


def test_a_step_that_is_not_asked_keeps_its_words_too(lin: Walker) -> None:
    lin.answer(RESERVED)
    lin.post("situation", {"order__placed_by_me": "no"})

    assert keep(lin, "seller", SHOP).status_code == 200

    lin.post("situation", {"order__placed_by_me": "yes"})
    assert 'value="靓"' in lin.get("seller").content.decode()


def test_a_lost_case_and_an_unknown_step_do_no_harm(lin: Walker) -> None:
    assert keep(lin, "zzz", SHOP).status_code == 302
    case = lin.case
    services.disposal.erase(case)

    page = lin.client.post(lin.url("seller"), {"nav": "keep", **SHOP})

    assert page.status_code == 404
    assert "靓" in page.content.decode()


def to(lin: Walker, place: str, step: str, typed: Any, **extra: Any) -> Any:
    """Press what looks like a link on the page of a step."""
    return lin.post(step, typed, nav=place, **extra)


def address(lin: Walker, place: str, step: str) -> str:
    """Where it leads."""
    query = f"?page={step}" if place == "remark" else ""
    return reverse(place, args=[lin.case_id] if PLACES[place] else []) + query


@pytest.mark.parametrize("place", PLACES)
def test_what_looks_like_a_link_keeps_it(lin: Walker, place: str) -> None:
    version = lin.case.version

    response = to(lin, place, "placed_on", HALF)

    assert response.url == address(lin, place, "placed_on")
    assert lin.case.version == version
    assert lin.case.answers["placed_on"]["clean"] is None
    assert 'value="202"' in lin.get("placed_on").content.decode()


@pytest.mark.parametrize("place", PLACES)
def test_an_accepted_answer_goes_on_counting_elsewhere(lin: Walker, place: str) -> None:
    lin.answer(RESERVED)
    accepted = clean_answers(lin.case.answers)

    to(lin, place, "placed_on", HALF, **{"from": "check"})

    assert clean_answers(lin.case.answers) == accepted
    assert lin.case.answers["placed_on"]["half"] == {"order__placed_on_year": ["202"]}


def test_leaving_keeps_it_and_closes_the_case(lin: Walker) -> None:
    response = lin.client.post(
        lin.url("placed_on"),
        {"version": str(lin.case.version), "nav": "leave", **HALF},
        follow=True,
    )

    assert response.redirect_chain == [(reverse("leave"), 307)]
    assert response.status_code == 200
    assert lin.case.answers["placed_on"]["typed"] == {"order__placed_on_year": ["202"]}
    assert lin.get("placed_on").status_code == 404


def test_what_only_comes_ticked_is_not_kept(lin: Walker) -> None:
    lin.answer(RESERVED, until="channels")
    chosen = list(lin.get("channels").context["ticked"]["chosen"])

    to(lin, "privacy", "channels", {"chosen": chosen})

    assert chosen
    assert "channels" not in lin.case.answers


def test_another_tabs_newer_answer_is_shown_before_going(lin: Walker) -> None:
    lin.answer(RESERVED)
    shown = str(lin.case.version)
    lin.post("seller", {"order__seller_name": "新店"})

    response = to(lin, "code", "seller", SHOP, version=shown)

    assert response.status_code == 200
    assert "这一题刚才在别的页面改过" in response.content.decode()
    assert 'value="靓"' in response.content.decode()
    again = to(lin, "code", "seller", SHOP)
    assert again.url == address(lin, "code", "seller")


def test_another_tabs_answer_does_not_hold_up_who_says_the_same_or_leaves(lin: Walker) -> None:
    lin.answer(RESERVED)
    shown = str(lin.case.version)
    lin.post("seller", {"order__seller_name": "新店"})

    same = to(lin, "code", "seller", {"order__seller_name": "新店"}, version=shown)
    left = to(lin, "leave", "seller", SHOP, version=shown)

    assert same.url == address(lin, "code", "seller")
    assert left.url == reverse("leave")
    assert lin.case.answers["seller"]["clean"]["order__seller_name"] == "新店"


def test_a_step_that_is_not_asked_lets_go_too(lin: Walker) -> None:
    lin.answer(RESERVED)
    lin.post("situation", {"order__placed_by_me": "no"})

    assert to(lin, "delete", "seller", SHOP).url == address(lin, "delete", "seller")

    lin.post("situation", {"order__placed_by_me": "yes"})
    assert 'value="靓"' in lin.get("seller").content.decode()


def test_a_lost_case_shows_what_was_typed(lin: Walker) -> None:
    services.disposal.erase(lin.case)

    page = lin.client.post(lin.url("seller"), {"nav": "privacy", **SHOP})

    assert page.status_code == 404
    assert "靓" in page.content.decode()


def test_no_link_leads_off_a_page_with_questions(lin: Walker) -> None:
    lin.answer(RESERVED)
    steps = [step for step in walk(clean_answers(lin.case.answers)).asked if step.asks]
    pages = {step.name: lin.get(step.name) for step in steps}

    links = {
        (name, link)
        for name, page in pages.items()
        if page.context["form"].fields
        for link in re.findall(r'<a [^>]*href="([^"]*)"', page.content.decode())
        if not link.startswith(("#", "tel:"))
    }

    assert "evidence" in pages
    assert links == set()


def test_every_place_has_its_button_and_enter_goes_on(lin: Walker) -> None:
    lin.answer(RESERVED, until="evidence")

    page = lin.get("evidence").content.decode()
    buttons = re.findall(r'<button[^>]*name="nav"[^>]*>', page)
    pressed = [re.findall(r'value="([^"]*)"', button)[0] for button in buttons]

    assert pressed[0] == "next"
    assert set(pressed) == {"next", "back", *PLACES}
