"""Every write: steps in two tabs, one plan a key, limits on guessing, erasure, retention."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from cases import case_code, services
from cases.case_code import CaseCode
from cases.models import Case, Plan, ResumeFailure, Status, Turn
from cases.services import disposal, resuming
from cases.services.answers import StaleAnswer
from cases.services.plans import Summary, TooManyPlans

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOME = "203.0.113.7"
CANARIES = ("林小满", "13800138000", "极速流量卡旗舰店")
SUMMARY = Summary(
    stage="submitted",
    carrier="china_unicom",
    sales_channel="livestream",
    payee="affiliate",
    amount=Decimal("199.00"),
    next_on=date(2026, 11, 25),
    seller=CANARIES[2],
)


def save(case: Case, step: str, value: str, *, version: int) -> Case:
    return services.answers.save_step(
        case, step=step, typed={step: [value]}, clean={step: value}, version=version
    )


def send(case: Case, key: str = "key", *, says: str = CANARIES[0]) -> Plan:
    return services.plans.submit(
        case,
        key=key,
        on=date(2026, 11, 22),
        plan={"letters": [{"text": says}]},
        knowledge_version="0123456789ab",
        summary=SUMMARY,
    )


def together(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(n)` in so many threads that start at the same moment."""
    barrier = threading.Barrier(count)

    def one(number: int) -> Any:
        barrier.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


# ---- steps


def test_it_works() -> None:
    case = services.answers.open_case()
    saved = save(case, "seller", "某店", version=0)
    assert saved.version == 1
    assert Case.objects.get(pk=case.pk).answers == {
        "seller": {"typed": {"seller": ["某店"]}, "clean": {"seller": "某店"}, "version": 1}
    }


def test_what_the_form_refused_is_kept_as_typed() -> None:
    case = services.answers.open_case()
    typed = {"placed_on": ["二月三十"]}
    saved = services.answers.save_step(case, step="placed_on", typed=typed, clean=None, version=0)
    assert saved.answers["placed_on"] == {"typed": typed, "clean": None, "version": 1}


def test_the_same_answer_again_writes_nothing() -> None:
    case = save(services.answers.open_case(), "a", "1", version=0)
    again = save(case, "a", "1", version=0)
    assert (again.version, again.updated_at) == (case.version, case.updated_at)


def test_two_tabs_on_two_steps_lose_nothing() -> None:
    case = services.answers.open_case()
    save(case, "a", "1", version=0)
    both = save(case, "b", "2", version=0)
    assert {step: answer["clean"] for step, answer in both.answers.items()} == {
        "a": {"a": "1"},
        "b": {"b": "2"},
    }


def test_two_tabs_on_one_step_are_told() -> None:
    case = services.answers.open_case()
    save(case, "a", "1", version=0)
    with pytest.raises(StaleAnswer) as caught:
        save(case, "a", "2", version=0)
    current = caught.value.current
    assert current.answers["a"]["clean"] == {"a": "1"}
    assert save(case, "a", "2", version=current.version).answers["a"]["clean"] == {"a": "2"}


@pytest.mark.django_db(transaction=True)
def test_steps_saved_at_the_same_moment_are_all_kept() -> None:
    case = services.answers.open_case()
    together(8, lambda number: save(case, f"step{number}", "x", version=0))
    stored = Case.objects.get(pk=case.pk)
    assert len(stored.answers) == stored.version == 8


def test_dropped_steps_are_gone_and_the_others_stay() -> None:
    case = save(services.answers.open_case(), "a", "1", version=0)
    case = save(case, "b", "2", version=1)
    assert list(services.answers.drop_steps(case, steps={"a", "never_asked"}).answers) == ["b"]


def test_dropping_nothing_writes_nothing() -> None:
    case = save(services.answers.open_case(), "a", "1", version=0)
    assert services.answers.drop_steps(case, steps=["b"]).version == case.version


def test_an_erased_case_takes_no_answer() -> None:
    case = services.answers.open_case()
    services.disposal.erase(case)
    with pytest.raises(Case.DoesNotExist):
        save(case, "a", "1", version=0)


# ---- submission


def test_it_fills_what_the_desk_sees() -> None:
    case = services.answers.open_case()
    plan = send(case)
    stored = Case.objects.get(pk=case.pk)
    assert {name: getattr(stored, name) for name in SUMMARY} == SUMMARY
    assert (stored.status, stored.turn) == (Status.SUBMITTED, Turn.DESK)
    assert stored.submitted_at is not None
    assert Plan.objects.get(pk=plan.pk).content == {"letters": [{"text": "林小满"}]}


def test_one_key_makes_one_plan() -> None:
    case = services.answers.open_case()
    assert send(case) == send(case)
    assert case.plans.count() == 1


def test_a_later_submission_makes_another_plan_and_keeps_the_first_time() -> None:
    case = services.answers.open_case()
    with time_machine.travel(NOW, tick=False):
        send(case, "first")
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        send(case, "second", says="后来")
    assert Case.objects.get(pk=case.pk).submitted_at == NOW
    assert case.plans.count() == 2


def test_a_plan_that_says_the_same_is_not_kept_twice() -> None:
    case = services.answers.open_case()
    first = send(case, "first", says="一")
    assert send(case, "second", says="一") == first
    changed = send(case, "third", says="二")
    # Back again is news: the newest plan must say what holds now.
    assert send(case, "fourth", says="一") not in (first, changed)
    assert case.plans.count() == 3


def test_the_twenty_first_plan_is_refused_and_nothing_is_lost() -> None:
    case = services.answers.open_case()
    for number in range(services.plans.PLANS_PER_CASE):
        send(case, f"{number}", says=f"{number}")
    with pytest.raises(TooManyPlans):
        send(case, "more", says="more")
    assert case.plans.count() == 20
    assert send(case, "0", says="0") in case.plans.all()


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_the_same_moment_one_writes_and_all_are_given_it() -> None:
    case = services.answers.open_case()
    plans = together(8, lambda _: send(case).pk)
    assert len(set(plans)) == 1
    assert Plan.objects.count() == 1


# ---- what rests in the database


# PostgreSQL overwrites what was erased when it cleans up, not at once.
erased_at_once = pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3",
    reason="reads the file of SQLite",
)


def raw_database() -> bytes:
    """Every byte of the database, of its log, and of the image SQLite itself gives."""
    connection.ensure_connection()
    name = Path(str(connection.settings_dict["NAME"]))
    beside = [path.read_bytes() for path in name.parent.glob(f"{name.name}*")]
    return b"".join([connection.connection.serialize(), *beside])


@erased_at_once
@pytest.mark.django_db(transaction=True)
def test_the_database_holds_no_word_of_a_person_before_or_after_erasure() -> None:
    case = services.answers.open_case()
    for number, canary in enumerate(CANARIES):
        case = save(case, f"step{number}", canary, version=number)
    send(case)
    wanted = [*CANARIES, case.secret, case.code.grouped]
    assert case.public_id.encode() in raw_database()
    assert [text for text in wanted if text.encode() in raw_database()] == []
    services.disposal.erase(case)
    assert [text for text in wanted if text.encode() in raw_database()] == []


@erased_at_once
@pytest.mark.django_db(transaction=True)
def test_after_erasure_not_even_the_sealed_cells_are_left() -> None:
    case = send(services.answers.open_case()).case
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers, secret FROM cases_case")
        cells = [str(cell).encode() for cell in cursor.fetchone()]
    services.disposal.erase(case)
    connection.ensure_connection()
    image = connection.connection.serialize()
    assert [cell for cell in cells if cell in image] == []


def test_the_receipt_says_what_was_deleted() -> None:
    case = services.answers.open_case()
    send(case, "1", says="先"), send(case, "2", says="后")
    services.resuming.resume(wrong(case), address=HOME)
    with time_machine.travel(NOW, tick=False):
        receipt = services.disposal.erase(case)
    assert receipt.public_id == case.public_id
    assert receipt.erased_at == NOW
    assert receipt.deleted == {"case": 1, "flag": 1, "plan": 2, "resumefailure": 1}
    assert services.disposal.erase(case).deleted == {}


def test_the_code_of_an_erased_case_is_dead() -> None:
    case = services.answers.open_case()
    code = case.code.grouped
    services.disposal.erase(case)
    assert services.resuming.resume(code, address=HOME) is None


# ---- coming back with a code


def wrong(case: Case) -> str:
    return CaseCode(public_id=case.public_id, secret="0" * 12).grouped


def other_networks(count: int) -> list[str]:
    return [f"10.0.{number}.1" for number in range(count)]


def test_the_code_opens_its_case() -> None:
    case = services.answers.open_case()
    assert services.resuming.resume(case.code.grouped.lower(), address=HOME) == case
    assert not ResumeFailure.objects.exists()


def test_coming_back_is_a_visit() -> None:
    with time_machine.travel(NOW, tick=False):
        case = services.answers.open_case()
    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        services.resuming.resume(case.code.grouped, address=HOME)
    assert Case.objects.get(pk=case.pk).updated_at == NOW + timedelta(days=20)


def test_a_wrong_secret_an_unknown_id_and_nonsense_open_nothing() -> None:
    case = services.answers.open_case()
    for typed in [wrong(case), case_code.new().grouped, "我的码丢了", ""]:
        assert services.resuming.resume(typed, address=HOME) is None


def test_every_failure_is_the_same_work() -> None:
    case = services.answers.open_case()
    frozen = services.answers.open_case()
    for _ in range(10):
        services.resuming.resume(wrong(frozen), address="192.0.2.1")
    work = []
    for typed in [wrong(case), case_code.new().grouped]:
        before = case_code.derivations.passed
        with CaptureQueriesContext(
            connection,
        ) as queries:
            services.resuming.resume(typed, address=HOME)
        work.append((case_code.derivations.passed - before, len(queries)))
    assert work[0] == work[1]
    for typed in [frozen.code.grouped, "我的码丢了"]:
        before = case_code.derivations.passed
        assert services.resuming.resume(typed, address=HOME) is None
        assert case_code.derivations.passed == before + 1


def test_after_ten_failures_even_the_right_code_waits_an_hour() -> None:
    case = services.answers.open_case()
    code = case.code.grouped
    with time_machine.travel(NOW, tick=False) as clock:
        for address in other_networks(10):
            clock.shift(timedelta(minutes=5))
            assert not services.resuming.tries_used_up(code, address=HOME)
            services.resuming.resume(wrong(case), address=address)
        assert services.resuming.tries_used_up(code, address=HOME)
        assert services.resuming.resume(code, address=HOME) is None
        clock.shift(timedelta(minutes=59))
        assert services.resuming.resume(code, address=HOME) is None
        clock.shift(timedelta(minutes=1))
        assert services.resuming.resume(code, address=HOME) == case


def test_failures_spread_over_more_than_an_hour_freeze_nothing() -> None:
    case = services.answers.open_case()
    with time_machine.travel(NOW, tick=False) as clock:
        for address in other_networks(12):
            clock.shift(timedelta(minutes=7))
            services.resuming.resume(wrong(case), address=address)
        assert services.resuming.resume(case.code.grouped, address=HOME) == case


def test_an_unknown_id_freezes_like_a_known_one() -> None:
    typed = case_code.new().grouped
    for address in other_networks(10):
        services.resuming.resume(typed, address=address)
    assert services.resuming.tries_used_up(typed, address=HOME)


def test_nonsense_counts_against_the_address_alone() -> None:
    services.resuming.resume("我的码丢了", address=HOME)
    assert [failure.kind for failure in ResumeFailure.objects.all()] == ["address"]


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ("203.0.113.200", "203.0.114.7"),
        ("::ffff:203.0.113.9", "::ffff:203.0.114.9"),
    ],
)
def test_thirty_failures_close_a_neighbourhood_for_the_hour(near: str, far: str) -> None:
    failures(30, HOME)
    code = services.answers.open_case().code.grouped
    with time_machine.travel(NOW, tick=False) as clock:
        assert services.resuming.tries_used_up(code, address=near)
        assert services.resuming.resume(code, address=near) is None
        assert not services.resuming.tries_used_up(code, address=far)
        clock.shift(timedelta(hours=1))
        assert not services.resuming.tries_used_up(code, address=near)


def test_of_ipv6_a_56_is_one_neighbourhood() -> None:
    failures(30, "2001:db8:0:aa00::1")
    code = services.answers.open_case().code.grouped
    with time_machine.travel(NOW, tick=False):
        assert services.resuming.tries_used_up(code, address="2001:db8:0:aaff::2")
        assert not services.resuming.tries_used_up(code, address="2001:db8:0:ab00::1")


def failures(count: int, address: str) -> None:
    """Nonsense typed so many times from one address, at NOW."""
    key = resuming._address_key(address)
    ResumeFailure.objects.bulk_create(
        ResumeFailure(kind="address", key=key, at=NOW) for _ in range(count)
    )


def test_three_hundred_failures_close_the_door_for_all() -> None:
    for address in other_networks(10):
        failures(29, address)
    code = services.answers.open_case().code.grouped
    with time_machine.travel(NOW, tick=False):
        assert not services.resuming.tries_used_up(code, address=HOME)
        failures(10, "192.0.2.1")
        assert services.resuming.tries_used_up(code, address=HOME)
        assert services.resuming.resume(code, address=HOME) is None


def test_the_counters_name_no_case_and_no_address() -> None:
    case = services.answers.open_case()
    services.resuming.resume(wrong(case), address=HOME)
    kept = " ".join(failure.key for failure in ResumeFailure.objects.all())
    assert case.public_id not in kept
    assert "203.0.113" not in kept


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_cannot_overtake_the_count() -> None:
    case = services.answers.open_case()
    addresses = other_networks(16)
    together(16, lambda number: services.resuming.resume(wrong(case), address=addresses[number]))
    assert ResumeFailure.objects.filter(kind="case").count() == services.resuming.TRIES_PER_CASE


# ---- retention


@pytest.fixture
def aged() -> dict[str, Case]:
    """A draft and a submitted case, each a second over its time and each a day short of it."""
    days = {"old_draft": 30, "draft": 29, "old_submitted": 180, "submitted": 179}
    cases = {}
    for name, age in days.items():
        with time_machine.travel(NOW - timedelta(days=age, seconds=1), tick=False):
            cases[name] = services.answers.open_case()
            if "submitted" in name:
                send(cases[name])
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        services.resuming.resume("我的码丢了", address=HOME)
    return cases


def test_purge_deletes_what_is_over_its_time_and_nothing_else(aged: dict[str, Case]) -> None:
    for name, days in {"over": 31, "open": 29}.items():
        expires = NOW - timedelta(days=days) + timedelta(days=30)
        Session.objects.create(session_key=name, session_data="", expire_date=expires)
    counts = {
        "drafts": 1,
        "submitted": 1,
        "failures": 1,
        "sessions": 1,
        "sign_ins": 0,
        "tries": 0,
        "remarks": 0,
        "counts": 0,
        "tombstones": 0,
        "exports": 0,
        "half_written": 0,
        "exhibits": 0,
        "files_left_behind": 0,
        "export_files": 0,
        "events": 0,
        "held": 0,
    }
    assert services.disposal.purge(NOW, dry_run=True) == counts
    assert Case.objects.count() == 4
    assert services.disposal.purge(NOW, dry_run=False) == counts
    assert set(Case.objects.all()) == {aged["draft"], aged["submitted"]}
    assert Plan.objects.count() == 1
    assert [each.session_key for each in Session.objects.all()] == ["open"]
    assert services.disposal.purge(NOW, dry_run=False) == dict.fromkeys(counts, 0)


def test_a_visit_saves_a_draft(aged: dict[str, Case]) -> None:
    with time_machine.travel(NOW, tick=False):
        services.answers.note_visit(aged["old_draft"])
    assert services.disposal.purge(NOW, dry_run=False)["drafts"] == 0


def test_a_visit_while_the_purge_runs_saves_a_draft_too(aged: dict[str, Case]) -> None:
    listed, due = [aged["old_draft"].pk], Q(updated_at__lte=NOW - services.disposal.DRAFT_LIFE)
    with time_machine.travel(NOW, tick=False):
        services.answers.note_visit(aged["old_draft"])
    assert disposal._delete_batch(due, listed) == 0


def test_a_visit_writes_once_a_day() -> None:
    case = services.answers.open_case()
    with CaptureQueriesContext(connection) as queries:
        services.answers.note_visit(case)
    assert len(queries) == 0


def test_the_purge_command_prints_its_counts(aged: dict[str, Case]) -> None:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("purge", "--dry-run", stdout=out)
        assert Case.objects.count() == 4
        call_command("purge", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[:4] == ["drafts: 1", "submitted: 1", "failures: 1", "sessions: 0"]
    assert lines == lines[: len(lines) // 2] * 2
    assert Case.objects.count() == 2


def test_sqlite_learns_from_the_purge_how_full_the_queue_is() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the others learn by themselves")
    for _ in range(12):
        services.answers.open_case()
    call_command("purge", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'case_queue'")
        assert cursor.fetchall() == [("12 12 12 1",)]
