"""The numbers of the desk's front page follow the cases, whatever happens to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import cast

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.models import Case, CaseCount, CloseReason, Seller, Status
from cases.services import answers, desk, disposal, outcomes, plans, status, tallies
from cases.services.outcomes import ToldOutcome
from cases.services.tallies import Kind, Row

ON = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
# (what, which of the cases, one of the variants of it)
Act = tuple[str, int, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["submit", "claim", "link", "close", "reopen", "ask", "tell", "erase"]),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    max_size=12,
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def submit(case: Case, variant: int = 0) -> Case:
    columns = {
        "stage": ("submitted", "activated")[variant % 2],
        "carrier": "china_unicom",
        "channel": ("affiliate_service", "heimao")[variant % 2],
        "next_on": (None, date(2026, 11, 30))[variant // 2],
    }
    plans.submit(
        case,
        key=f"{case.pk}{variant}",
        on=ON,
        plan={"letters": [], "variant": variant},
        knowledge_version="0",
        summary=cast("plans.Summary", columns),
    )
    return Case.objects.get(pk=case.pk)


def put(case: Case, to: Status, reason: str = "", refunded_on: date | None = None) -> None:
    with desk.written(case, version=None) as current:
        status.put(current, to, reason=reason, refunded_on=refunded_on)


def close(case: Case, refunded_on: date | None = None) -> None:
    reason = CloseReason.REFUNDED if refunded_on else CloseReason.ADVISED
    put(case, Status.CLOSED, reason, refunded_on)


def counted(*kinds: Kind) -> dict[tuple[str, str], int]:
    """`{(kind, key): number}` of what is not nought."""
    found = CaseCount.objects.filter(kind__in=kinds).exclude(number=0)
    return {(row.kind, row.key): row.number for row in found}


def tell(case: Case, money: str, helped: str = "") -> None:
    kept = outcomes.of(case)
    answer, version = ToldOutcome(money=money, helped=helped), kept.version if kept else 0
    outcomes.tell(case, answer, plan=case.plans.latest(), version=version)


def act(what: str, case: Case, variant: int) -> None:
    current = Case.objects.get(pk=case.pk)
    if what == "submit":
        submit(current, variant)
    elif current.status == Status.DRAFT:
        return
    elif what == "claim":
        with desk.written(current, version=None) as written:
            written.assignee = None if variant % 2 else User.objects.get()
    elif what == "link":
        with desk.written(current, version=None) as written:
            written.listed_seller = None if variant % 2 else Seller.objects.get()
    elif what == "tell":
        if variant:
            tell(current, ("all", "part", "none")[variant - 1], ("", "heimao")[variant % 2])
        else:
            outcomes.take_back(current)
    elif what == "close":
        close(current, ON if variant % 2 else None)
    else:
        put(current, Status.REOPENED if what == "reopen" else Status.NEEDS_PERSON)


class Sequences(TestCase):
    """Whatever is done, in whatever order."""

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(ACTS)
    def test_counting_by_and_by_comes_to_the_same_as_counting_anew(self, acts: list[Act]) -> None:
        User.objects.create(username="wu")
        Seller.objects.create(name="畅联号卡")
        cases: list[Case | None] = [answers.open_case() for _ in range(3)]
        lasting: Counter[Row] = Counter()
        for what, which, variant in acts:
            if not (case := cases[which]):
                continue
            if what == "erase":
                found = Case.objects.get(pk=case.pk)
                lasting += tallies.rows(found) - tallies.standing(found)
                disposal.erase(found)
                cases[which] = None
            else:
                act(what, case, variant)

        self.assertEqual(tallies.recount(), {})
        rows = CaseCount.objects.exclude(number=0)
        kept = Counter({Row(row.kind, row.on, row.key): row.number for row in rows})
        for case in Case.objects.all():
            lasting += tallies.rows(case)
        self.assertEqual(kept, lasting)


@pytest.mark.django_db
def test_a_case_is_counted_from_its_submission_on() -> None:
    case = answers.open_case()
    assert not CaseCount.objects.exists()

    submit(case)

    kinds = (Kind.OPEN, Kind.LOAD, Kind.SUBMITTED, Kind.CARRIER)
    assert counted(*kinds) == {
        ("open", "submitted"): 1,
        ("load", ""): 1,
        ("submitted", "submitted"): 1,
        ("carrier", "china_unicom"): 1,
    }


@pytest.mark.django_db
def test_a_refund_is_counted_by_its_days_and_taken_back_when_the_case_is_taken_up_again() -> None:
    case = submit(answers.open_case())
    close(case, date(2026, 11, 29))
    assert counted(Kind.OPEN, Kind.CLOSED, Kind.REFUND_DAYS, Kind.CARRIER_DAYS) == {
        ("closed", "refunded"): 1,
        ("refund_days", "7"): 1,
        ("carrier_days", "china_unicom:7"): 1,
    }

    put(case, Status.REOPENED)

    assert counted(Kind.OPEN, Kind.CLOSED, Kind.REFUND_DAYS, Kind.CARRIER_DAYS) == {
        ("open", "submitted"): 1
    }


@pytest.mark.django_db
def test_what_is_told_is_counted_once_and_moves_when_it_changes() -> None:
    case = submit(answers.open_case())
    tell(case, "none")
    tell(case, "part", "heimao")
    tell(case, "part", "heimao")

    assert counted(Kind.CHANNEL, Kind.OUTCOME, Kind.HELPED) == {
        ("channel", "affiliate_service"): 1,
        ("outcome", "affiliate_service:part"): 1,
        ("helped", "heimao"): 1,
    }

    # The outcome goes with its case to another channel, so that no more told than came.
    submit(case, 1)
    assert counted(Kind.CHANNEL, Kind.OUTCOME) == {
        ("channel", "heimao"): 1,
        ("outcome", "heimao:part"): 1,
    }

    outcomes.take_back(case)
    assert counted(Kind.OUTCOME, Kind.HELPED) == {}


@pytest.mark.django_db
def test_what_was_told_is_counted_on_when_the_case_is_deleted() -> None:
    case = submit(answers.open_case())
    tell(case, "all")

    disposal.erase(case)

    assert counted(Kind.OUTCOME) == {("outcome", "affiliate_service:all"): 1}
    assert tallies.recount() == {}


@pytest.mark.django_db
def test_the_lasting_numbers_remember_an_erased_case() -> None:
    case = submit(answers.open_case())

    disposal.erase(case)

    assert counted(*tallies.STANDING) == {}
    assert counted(Kind.SUBMITTED) == {("submitted", "submitted"): 1}


@pytest.mark.django_db
def test_a_purge_takes_cases_out_of_the_standing_numbers() -> None:
    submit(answers.open_case())
    submit(answers.open_case())

    with time_machine.travel(NOON + disposal.SUBMITTED_LIFE, tick=False):
        disposal.purge(datetime.now(UTC), dry_run=False)

    assert counted(*tallies.STANDING) == {}
    assert tallies.recount() == {}


@pytest.mark.django_db
def test_a_merged_seller_hands_on_its_numbers() -> None:
    one, other = Seller.objects.create(name="甲"), Seller.objects.create(name="乙")
    for seller in (one, other):
        case = submit(answers.open_case())
        with desk.written(case, version=None) as written:
            written.listed_seller = seller
        close(case, date(2026, 11, 25))

    tallies.merge_sellers(one.pk, other.pk)

    assert counted(Kind.SELLER, Kind.SELLER_DAYS) == {
        ("seller", f"{other.pk}"): 2,
        ("seller_days", f"{other.pk}:3"): 2,
    }


@pytest.mark.django_db
def test_recount_puts_right_what_is_wrong_and_says_so() -> None:
    submit(answers.open_case())
    CaseCount.objects.filter(kind=Kind.OPEN).update(number=5)
    CaseCount.objects.create(kind=Kind.DUE, on=ON, number=2)

    out = StringIO()
    call_command("recount", stdout=out)

    assert out.getvalue().splitlines() == [
        "due 2026-11-22 : said 2, counted 0",
        "open 2026-11-22 submitted: said 5, counted 1",
        "2 numbers differed",
    ]
    assert tallies.recount() == {}
    assert not CaseCount.objects.filter(number=0).exists()


@pytest.mark.django_db
def test_counting_asks_little() -> None:
    case = submit(answers.open_case())

    with CaptureQueriesContext(connection) as captured:
        tallies.move(tallies.rows(case), Counter())

    # One for the outcome, one for the rows that are missing and one for each number.
    assert len(captured) == 2 + len(tallies.rows(case))
