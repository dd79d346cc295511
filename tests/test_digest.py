"""The daily mail to staff: numbers only, when something is due, once a day, to who asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from pytest_django import Settings

from cases.models import CaseCount, Digest, Event
from cases.services import digests
from tests.desk import member, signed_in, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server", "clock")]
# A Sunday; the next day is a Monday.
SUNDAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
# By then every review is over.
MONDAY_LATE = datetime(2040, 1, 2, 4, 0, tzinfo=UTC)
ACCOUNT = "/desk/account/"
Kind = CaseCount.Kind


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def server(settings: Settings) -> None:
    settings.SENDS_MAIL = True
    settings.DEFAULT_FROM_EMAIL = "desk@refunds.example"
    settings.SITE_URL = ""


def reader(name: str, *, role: str = "reviewer", cases: bool = True, reviews: bool = False) -> User:
    """Somebody who asked for mails."""
    user = member(role, name=name)
    user.email = f"{name}@refunds.example"
    user.save()
    digests.choose(user, cases=cases, reviews=reviews)
    return user


@pytest.fixture
def wu() -> User:
    return reader("wu")


def count(kind: str, number: int, *, on: date = SUNDAY, key: str = "") -> None:
    CaseCount.objects.create(kind=kind, on=on, key=key, number=number)


@pytest.fixture
def due(wu: User) -> None:
    """Two cases due today, three over, four that nobody has, one in Wu's hands."""
    count(Kind.DUE, 2)
    count(Kind.DUE, 1, on=SUNDAY - timedelta(days=1))
    count(Kind.DUE, 2, on=SUNDAY - timedelta(days=40))
    count(Kind.DUE, 9, on=SUNDAY + timedelta(days=1))
    count(Kind.LOAD, 3)
    count(Kind.LOAD, 1, on=SUNDAY - timedelta(days=9))
    count(Kind.LOAD, 1, key=str(wu.pk))
    count(Kind.LOAD, 7, key="0")


def run() -> str:
    out = StringIO()
    call_command("digest", stdout=out)
    return out.getvalue()


def receivers() -> list[str]:
    return [address for each in mail.outbox for address in each.to]


# ---- what it says


@pytest.mark.usefixtures("due")
def test_it_works() -> None:
    assert run() == "sent: 1\n"

    (sent,) = mail.outbox
    assert (sent.to, sent.from_email) == (["wu@refunds.example"], "desk@refunds.example")
    assert sent.subject == "审核台：今天到期 2 件，已过 3 件"
    assert sent.body == (
        "未结案件\n今天到期：2 件\n已过：3 件\n还没有人认领：4 件\n我经办的：1 件\n\n"
        "这封邮件是您在审核台“我的账号”里选择接收的，可以在那里随时取消。\n"
    )


@pytest.mark.usefixtures("due")
def test_it_leads_to_the_desk_where_the_site_has_an_address(settings: Settings) -> None:
    settings.SITE_URL = "https://refunds.example"
    run()

    assert "审核台：https://refunds.example/desk/\n" in mail.outbox[0].body


def test_nothing_due_is_no_mail(wu: User) -> None:
    count(Kind.DUE, 9, on=SUNDAY + timedelta(days=1))
    count(Kind.DUE, 0)
    count(Kind.LOAD, 5)

    assert run() == "sent: 0\n"
    assert mail.outbox == []
    assert Digest.objects.get().sent_on is None


@pytest.mark.usefixtures("due")
def test_mondays_tell_of_the_content_as_well(clock: Any) -> None:
    reader("gao", cases=False, reviews=True)
    clock.move_to(MONDAY_LATE)
    both = reader("liu", reviews=True)

    assert run() == "sent: 3\n"

    bodies = {sent.to[0].partition("@")[0]: sent.body for sent in mail.outbox}
    assert "复查日" not in bodies["wu"] and "未结案件" in bodies["wu"]
    assert "未结案件" not in bodies["gao"]
    assert "内容\n已过复查日：" in bodies["gao"]
    assert "未结案件" in bodies[both.username] and "复查日" in bodies[both.username]
    assert mail.outbox[1].subject.endswith("项内容已过复查日")


def test_the_content_is_told_of_on_mondays_only_and_when_it_is_over(clock: Any) -> None:
    reader("gao", cases=False, reviews=True)
    clock.move_to(MONDAY_LATE + timedelta(days=1))
    assert run() == "sent: 0\n"
    clock.move_to(datetime(2026, 11, 23, 4, 0, tzinfo=UTC))
    assert run() == "sent: 0\n"


# ---- who gets it


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    "changed", [{"is_active": False}, {"is_staff": False}, {"email": ""}], ids=str
)
def test_who_may_not_come_in_or_has_no_address_gets_none(wu: User, changed: Any) -> None:
    User.objects.filter(pk=wu.pk).update(**changed)

    assert run() == "sent: 0\n"


@pytest.mark.usefixtures("due")
def test_who_may_not_see_cases_is_told_none(wu: User) -> None:
    wu.groups.clear()

    assert run() == "sent: 0\n"


@pytest.mark.usefixtures("due")
def test_who_did_not_ask_gets_none(wu: User) -> None:
    digests.choose(wu, cases=False, reviews=False)
    member("senior")

    assert run() == "sent: 0\n"


# ---- once a day


@pytest.mark.usefixtures("due")
def test_a_second_run_the_same_day_sends_nothing(clock: Any) -> None:
    run()
    clock.shift(timedelta(hours=8))
    assert run() == "sent: 0\n"
    clock.shift(timedelta(days=1))
    assert run() == "sent: 1\n"
    assert len(mail.outbox) == 2


@pytest.mark.usefixtures("due")
def test_two_runs_at_once_send_one(wu: User) -> None:
    one, other = Digest.objects.get(), Digest.objects.get()

    assert [digests.send(each, on=SUNDAY) for each in (one, other)] == [True, False]


Sending = Callable[[EmailBackend, Sequence[EmailMessage]], int]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server that does not know Wu."""
    usual: Sending = EmailBackend.send_messages

    def send_messages(self: EmailBackend, messages: Sequence[EmailMessage]) -> int:
        (message,) = messages
        if message.to == ["wu@refunds.example"]:
            raise SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})
        return usual(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)


@pytest.mark.usefixtures("due", "refused")
def test_a_refused_mail_is_reported_and_the_next_one_goes(wu: User) -> None:
    reader("gao")
    out, err = StringIO(), StringIO()

    with pytest.raises(CommandError, match="^not sent: 1; "):
        call_command("digest", stdout=out, stderr=err)

    assert receivers() == ["gao@refunds.example"]
    assert out.getvalue() == "sent: 1\n"
    assert err.getvalue() == f"user:{wu.pk}: not sent (SMTPRecipientsRefused)\n"


@pytest.mark.usefixtures("due")
def test_a_refused_mail_goes_with_the_next_run() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", _away)
        with pytest.raises(CommandError):
            run()

    assert run() == "sent: 1\n"


def _away(self: EmailBackend, messages: Sequence[EmailMessage]) -> int:
    raise ConnectionRefusedError


@pytest.mark.usefixtures("due")
def test_a_crash_doubles_no_mail_and_keeps_those_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    reader("gao")

    def die(*sent: Any, **how: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", die)
        with pytest.raises(KeyboardInterrupt):
            run()

    assert run() == "sent: 1\n"
    assert receivers() == ["gao@refunds.example"]


def test_without_a_mail_server_it_says_so(settings: Settings) -> None:
    settings.SENDS_MAIL = False

    with pytest.raises(CommandError, match="EMAIL_URL and EMAIL_FROM"):
        run()


@pytest.mark.usefixtures("due")
def test_it_is_as_cheap_with_many_cases(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        run()


# ---- asking for it


def test_one_asks_on_ones_own_account(wu: User) -> None:
    client = signed_in(wu)
    digests.choose(wu, cases=False, reviews=False)
    assert "wu@refunds.example" in client.get(ACCOUNT).content.decode()

    client.post(ACCOUNT, {"act": "choose_mails", "reviews": "on"})

    chosen = Digest.objects.get()
    assert (chosen.cases, chosen.reviews) == (False, True)
    page = client.get(ACCOUNT).content.decode()
    assert 'name="reviews" checked' in " ".join(page.split())
    assert 'name="cases" checked' not in " ".join(page.split())
    assert Event.objects.latest("number").fields == sorted(["digest", f"user:{wu.pk}"])


def test_both_are_off_at_first() -> None:
    user = member("reviewer", name="zhou")
    User.objects.filter(pk=user.pk).update(email="zhou@refunds.example")
    page = signed_in(user).get(ACCOUNT).content.decode()

    assert 'value="choose_mails"' in page
    assert "checked" not in page


def test_the_page_says_why_there_are_none(wu: User, settings: Settings) -> None:
    without = staff("senior").get(ACCOUNT).content.decode()
    assert "您的账号上没有邮箱" in without and "choose_mails" not in without

    settings.SENDS_MAIL = False
    page = signed_in(wu).get(ACCOUNT).content.decode()
    assert "没有设置发邮件的服务器" in page and "choose_mails" not in page


def test_who_may_not_see_cases_is_offered_the_content_only() -> None:
    user = member(name="nobody")
    User.objects.filter(pk=user.pk).update(email="nobody@refunds.example")
    page = signed_in(user).get(ACCOUNT).content.decode()

    assert 'name="reviews"' in page
    assert 'name="cases"' not in page


def test_an_administrator_gives_an_account_its_address(wu: User) -> None:
    form = {"username": "wu", "is_active": "on", "email": "new@refunds.example"}
    chief = staff("administrator")
    assert "只用来发本人" in chief.get(f"/desk/auth/user/{wu.pk}/change/").content.decode()

    assert chief.post(f"/desk/auth/user/{wu.pk}/change/", form).status_code == 302

    assert User.objects.get(pk=wu.pk).email == "new@refunds.example"
    assert "new@refunds.example" not in str(list(Event.objects.values()))


@pytest.mark.parametrize("address", ["no address", "a@b.example\nBcc: c@d.example"])
def test_what_is_no_address_is_refused(wu: User, address: str) -> None:
    form = {"username": "wu", "is_active": "on", "email": address}
    staff("administrator").post(f"/desk/auth/user/{wu.pk}/change/", form)

    assert User.objects.get(pk=wu.pk).email == "wu@refunds.example"
