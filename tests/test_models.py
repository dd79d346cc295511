"""The rows: what they show of themselves and what the database refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from cases import services
from cases.models import Case, Plan, ResumeFailure

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def a_plan(case: Case, key: str) -> Plan:
    return Plan.objects.create(
        case=case, key=key, on=TODAY, knowledge_version="0123456789ab", content={"key": key}
    )


def test_it_works() -> None:
    case = Case.objects.get(pk=services.answers.open_case().pk)
    assert (case.answers, case.version, case.submitted_at) == ({}, 0, None)
    assert case.code.public_id == case.public_id


def test_no_row_prints_what_a_person_told_us() -> None:
    case = services.answers.open_case()
    case.answers, case.seller = {"name": "林小满"}, "某店"
    plan = a_plan(case, "k")
    failure = ResumeFailure(
        kind=ResumeFailure.Kind.CASE, key="f" * 64, at=datetime(2026, 11, 22, tzinfo=UTC)
    )
    assert str(case) == case.public_id
    assert str(plan) == "2026-11-22"
    assert str(failure) == "case 2026-11-22 00:00"
    for row in (case, plan, failure):
        assert "林小满" not in repr(row)
        assert case.secret not in repr(row)


def test_the_newest_plan_comes_first() -> None:
    case = services.answers.open_case()
    first, second = a_plan(case, "1"), a_plan(case, "2")
    assert list(case.plans.all()) == [second, first]
    assert case.plans.latest() == second


def test_one_key_is_one_plan_of_a_case() -> None:
    case = services.answers.open_case()
    a_plan(case, "k")
    with pytest.raises(IntegrityError):
        a_plan(case, "k")


def test_the_same_key_on_another_case_is_its_own_plan() -> None:
    assert a_plan(services.answers.open_case(), "k") != a_plan(services.answers.open_case(), "k")


def test_no_sum_is_negative() -> None:
    case = services.answers.open_case()
    case.amount = Decimal("-0.01")
    with pytest.raises(IntegrityError):
        case.save()


def test_the_migrations_are_whole() -> None:
    call_command("makemigrations", "cases", check=True, dry_run=True, verbosity=0)
