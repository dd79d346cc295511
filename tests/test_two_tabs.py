"""Two tabs on one case, where the other one writes between this one's reading and its writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from cases import services
from cases.models import Case
from tests.flow import typed_for
from tests.stories import NUMBER_RESERVED_CANNOT_REVOKE as RESERVED
from tests.walker import Walker

pytestmark = pytest.mark.django_db

NOT_MINE = {"order__placed_by_me": "no"}
CHOICE = {True: "yes", False: "no"}
SHOP = {"order__seller_name": "靓卡"}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The day of the stories, in the morning in China."""
    with time_machine.travel("2026-11-22T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def lin(client: Client) -> Walker:
    """A person who has answered everything."""
    lin = Walker(client)
    lin.answer(RESERVED)
    return lin


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """Do the work of another tab when this one has read the case and is about to write."""
    waiting = [work]

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("SAVEPOINT") and waiting:
            waiting.pop()()
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield
    assert not waiting


def write(case: Case, step: str, **clean: Any) -> Case:
    """A valid answer from another tab; the days in it are typed as well."""
    now = Case.objects.get(pk=case.pk)
    typed = {name: [CHOICE.get(value, value)] for name, value in clean.items()}
    for name, value in clean.items():
        if name.endswith(("_on", "_at")):
            typed |= dict(
                zip(
                    (f"{name}_year", f"{name}_month", f"{name}_day"),
                    ([part] for part in value.split("-")),
                    strict=True,
                )
            )
    return services.answers.save_step(now, step=step, typed=typed, clean=clean, version=now.version)


def not_mine(case: Case) -> Callable[[], object]:
    """Another tab says that somebody else ordered, which leaves most steps unasked."""
    return lambda: write(case, "situation", order__placed_by_me=False)


def test_a_form_for_an_unasked_step_may_come_twice_at_once(lin: Walker) -> None:
    lin.post("situation", NOT_MINE)

    with meanwhile(lambda: write(lin.case, "seller", order__seller_name="别家")):
        response = lin.post("seller", SHOP)

    assert response.status_code == 302
    assert lin.case.answers["seller"]["typed"] == {"order__seller_name": ["别家"]}


@pytest.mark.parametrize("typed", [SHOP, {}])
@pytest.mark.parametrize("extra", [{}, {"nav": "back"}, {"from": "check"}])
def test_a_step_that_is_no_longer_asked_goes_on_to_the_one_that_is_due(
    lin: Walker, typed: dict[str, str], extra: dict[str, str]
) -> None:
    with meanwhile(not_mine(lin.case)):
        response = lin.post("seller", typed, **extra)

    assert response.status_code == 302
    assert lin.client.get(response.url).status_code == 200


def test_the_last_answer_is_weighed_against_what_another_tab_wrote(client: Client) -> None:
    lin = Walker(client)
    lin.answer(RESERVED, until="request_details")
    typed = typed_for(RESERVED)["request_details"]

    with meanwhile(lambda: write(lin.case, "placed_on", order__placed_on="2026-11-20")):
        lin.post("request_details", typed)

    kept = lin.case.answers["request_details"]
    assert kept["clean"] is None
    assert kept["typed"]["dealings__requested_at_day"] == ["16"]


@pytest.mark.parametrize(
    ("method", "step"), [("get", "stage"), ("get", "channels"), ("post", "channels")]
)
def test_answers_that_cannot_be_together_lead_to_the_one_to_give_anew(
    lin: Walker, method: str, step: str
) -> None:
    write(lin.case, "placed_on", order__placed_on="2026-11-20")
    write(lin.case, "parcel", signals__parcel="delivered")
    write(lin.case, "parcel_date", signals__delivered_on="2026-11-18")
    write(lin.case, "pause_receipt")
    before = lin.case.answers

    response = lin.get(step) if method == "get" else lin.post(step, {})

    assert response.url == reverse("check", args=[lin.case_id])
    again = lin.client.get(response.url)
    assert again["Location"].startswith(lin.url("parcel_date"))
    page = lin.client.get(again["Location"])
    assert page.status_code == 200
    assert 'value="18"' in page.content.decode()
    assert lin.case.answers == before
