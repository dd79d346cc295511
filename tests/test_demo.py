"""The demonstration: invented, plausible, the same each time, and only into an empty database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.demonstration import clock, courses, names, stories
from cases.demonstration.answering import answered
from cases.models import (
    Case,
    CaseCount,
    CaseTag,
    DailyCount,
    Event,
    Exhibit,
    Message,
    Note,
    Outcome,
    Seller,
    Tag,
)
from cases.services import answers, events, tallies
from cases.wizard.answers import clean_answers
from cases.wizard.steps import walk
from tests.desk import staff

ON = date(2026, 11, 22)
CASES = 12


def told(number: int, *, on: date = ON) -> Mapping[str, Any]:
    return stories.told(Random(number), number, on=on)  # noqa: S311


@pytest.mark.parametrize("number", range(60))
def test_the_forms_accept_what_is_told(number: int) -> None:
    stored = answered(told(number), on=ON)
    assert walk(clean_answers(stored)).open is None


def test_the_same_seed_tells_the_same() -> None:
    assert told(5) == told(5) != told(6)


def test_nobody_has_these_names() -> None:
    for number in range(60):
        facts = told(number)
        for key in ("consumer__name", "order__seller_name", "order__seller_company"):
            assert (facts.get(key) or "例").startswith("例")
        assert (facts.get("consumer__phone") or "000").startswith("000")
    assert all(shop.host.endswith(".example") for shop in names.SHOPS)


@pytest.mark.django_db
def test_inside_the_clock_it_is_another_time() -> None:
    moment = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
    with clock.at(moment):
        case = answers.open_case()
        assert timezone.localdate() == (on := date(2026, 6, 1))
        courses.submit(case, answered(told(1, on=on), on=on))
    stored = Case.objects.get(pk=case.pk)
    assert (stored.created_at, stored.submitted_at, stored.updated_at) == (moment,) * 3
    assert timezone.now() > moment


def test_at_work_is_on_a_weekday_in_office_hours() -> None:
    rng = Random(1)  # noqa: S311
    for _each in range(50):
        moment = timezone.localtime(clock.at_work(rng, days=(0, 9)))
        assert moment > timezone.now() and moment.weekday() < 5 and 9 <= moment.hour < 18


@pytest.mark.django_db
def test_it_fills_an_empty_database_and_the_desk_is_alive() -> None:
    out = StringIO()
    call_command("demo", "--cases", str(CASES), stdout=out)

    assert "make staff" in out.getvalue()
    submitted = Case.objects.filter(submitted_at__isnull=False)
    assert submitted.count() == CASES
    assert submitted.values("status").distinct().count() > 1
    assert all(case.created_at <= timezone.now() for case in submitted)
    made = (CaseCount, CaseTag, DailyCount, Event, Exhibit, Message, Note, Outcome, Seller)
    for model in made:
        assert model.objects.exists(), model
    assert Tag.objects.filter(retired=True).count() == 1
    assert list(events.broken()) == []
    assert tallies.recount() == {}
    moments = list(Event.objects.order_by("number").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert Case.objects.filter(listed_seller__isnull=False).exists()
    assert not any(user.has_usable_password() for user in User.objects.all())
    _every_case_can_be_looked_at(staff("senior"))


def _every_case_can_be_looked_at(client: Client) -> None:
    assert client.get(reverse("admin:index")).status_code == 200
    for case in Case.objects.filter(submitted_at__isnull=False):
        assert client.get(reverse("admin:cases_case_change", args=[case.pk])).status_code == 200


@pytest.mark.django_db
def test_it_refuses_a_database_with_a_case_in_it() -> None:
    answers.open_case()
    with pytest.raises(CommandError, match="已经有内容"):
        call_command("demo", stdout=StringIO())
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_it_refuses_outside_development(settings: LazySettings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="DEVELOPMENT=1"):
        call_command("demo", stdout=StringIO())
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_it_refuses_keys_that_end_with_the_process(settings: LazySettings) -> None:
    settings.EPHEMERAL_SECRETS = True
    with pytest.raises(CommandError, match="密钥未设置"):
        call_command("demo", stdout=StringIO())
    assert not Case.objects.exists()
