"""The sign-in of staff: the second factor, the lock-out, how long it lasts, what ends it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from pytest_django import Settings

from cases import services
from cases.models import Event, Phone
from cases.services import devices
from tests.desk import PASSWORD, member, signed_in, staff

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LOGIN, CODE, ENROL, DESK = "/desk/login/", "/desk/login/code/", "/desk/login/enrol/", "/desk/"
ACCOUNT = "/desk/account/"
NAME = "wu"


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def two_factor(settings: Settings) -> None:
    settings.DESK_TWO_FACTOR = True


@pytest.fixture
def wu() -> User:
    return member("reviewer", name=NAME)


def with_password(client: Client, name: str = NAME, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"username": name, "password": password}, **extra)


def shown_by(device: Phone) -> str:
    """What the phone shows now."""
    return f"{totp(device.bin_key, t0=0):06d}"


def phone_of(user: User) -> Phone:
    phone: Phone = Phone.objects.create(user=user, confirmed=True, name=devices.NAME)
    return phone


def kinds() -> list[str]:
    return list(Event.objects.order_by("number").values_list("kind", flat=True))


def is_in(client: Client) -> bool:
    return client.get(DESK).status_code == 200


# ---- the password


def test_in_development_the_password_is_enough(client: Client, wu: User) -> None:
    response = with_password(client)

    assert (response.status_code, response["Location"]) == (302, DESK)
    assert is_in(client)
    assert kinds() == ["signed_in"]


def test_the_session_key_is_new_and_the_old_one_dead(client: Client, wu: User) -> None:
    session = client.session
    session.save()
    planted = session.session_key or ""
    client.cookies["sid"] = planted

    with_password(client)

    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_who_is_not_staff_stays_out(client: Client) -> None:
    User.objects.create_user("chen", password=PASSWORD)

    assert with_password(client, "chen").status_code == 200
    assert not is_in(client)
    assert kinds() == []


# ---- the second factor


@pytest.mark.usefixtures("two_factor")
def test_a_password_alone_opens_nothing(client: Client, wu: User) -> None:
    phone_of(wu)
    response = with_password(client)

    assert response["Location"] == f"{CODE}?next=%2Fdesk%2F"
    page = client.get(DESK, follow=True)
    assert page.redirect_chain[-1][0] == f"{CODE}?next=%2Fdesk%2F"
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert not is_in(client)
    assert kinds() == []


@pytest.mark.usefixtures("two_factor")
def test_password_and_code_open_the_page_that_was_asked_for(client: Client, wu: User) -> None:
    phone = phone_of(wu)
    wanted = "/desk/cases/case/"
    asked = client.get(wanted)
    client.post(asked["Location"], {"username": NAME, "password": PASSWORD, "next": wanted})
    before = client.session.session_key

    response = client.post(
        CODE, {"code": f" {shown_by(phone)[:3]} {shown_by(phone)[3:]} ", "next": wanted}
    )

    assert (response.status_code, response["Location"]) == (302, wanted)
    assert is_in(client)
    assert client.session.session_key != before
    assert kinds() == ["signed_in"]
    assert client.get(CODE)["Location"] == DESK
    assert client.get(ENROL)["Location"].startswith(CODE)


@pytest.mark.usefixtures("two_factor")
@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "javascript:alert(1)"]
)
def test_it_leads_to_no_other_site(client: Client, wu: User, wanted: str) -> None:
    phone = phone_of(wu)
    with_password(client)

    assert client.post(CODE, {"code": shown_by(phone), "next": wanted})["Location"] == DESK


@pytest.mark.usefixtures("two_factor")
def test_a_code_is_good_once(client: Client, wu: User, clock: Any) -> None:
    phone = phone_of(wu)
    with_password(client)
    client.post(CODE, {"code": shown_by(phone)})
    other = Client()
    with_password(other)

    assert "不对" in other.post(CODE, {"code": shown_by(phone)}).content.decode()
    assert not is_in(other)


@pytest.mark.usefixtures("two_factor")
def test_wrong_codes_wait_longer_each_time(client: Client, wu: User, clock: Any) -> None:
    phone = phone_of(wu)
    with_password(client)
    for _try in range(5):
        assert client.post(CODE, {"code": "000000"}).status_code == 200
        clock.shift(timedelta(seconds=20))

    client.post(CODE, {"code": "000000"})
    early = client.post(CODE, {"code": shown_by(phone)})

    assert early.status_code == 429
    assert "12:02:12" in early.content.decode()
    assert not is_in(client)
    clock.shift(timedelta(seconds=32))
    assert client.post(CODE, {"code": shown_by(phone)}).status_code == 302
    assert is_in(client)


@pytest.mark.usefixtures("two_factor")
def test_the_first_sign_in_sets_up_the_phone(client: Client, wu: User) -> None:
    with_password(client)
    page = client.get(CODE, follow=True)
    source = page.content.decode()
    device = Phone.objects.get(user=wu)

    assert page.redirect_chain[-1][0] == f"{ENROL}?next=%2Fdesk%2F"
    assert "<svg" in source
    assert not device.confirmed
    secret = re.search(r'door-secret">([A-Z2-7 ]+)<', source)
    assert secret and len(secret[1].replace(" ", "")) == 32
    assert client.get(ENROL).content.decode().count(secret[1]) == 1
    assert "不对" in client.post(ENROL, {"code": "12345"}).content.decode()
    Phone.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)

    done = client.post(ENROL, {"code": shown_by(device)})

    assert done.status_code == 200
    assert "no-store" in done["Cache-Control"]
    codes = re.findall(
        r"<code>([0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5})</code>", done.content.decode()
    )
    assert len(set(codes)) == 10
    assert is_in(client)
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert len(kept) == 10
    assert not kept & {code.replace("-", "") for code in codes}
    assert kinds() == ["changed", "signed_in", "changed"]
    assert client.get(ENROL)["Location"].startswith(CODE)


@pytest.mark.usefixtures("two_factor")
def test_a_code_from_paper_works_once_however_it_is_typed(client: Client, wu: User) -> None:
    phone_of(wu)
    code = devices.new_recovery_codes(wu)[3]
    with_password(client)

    client.post(CODE, {"recovery": f" {code.lower().replace('-', ' ')} "})

    assert is_in(client)
    assert devices.recovery_codes_left(wu) == 9
    other = Client()
    with_password(other)
    assert "不对" in other.post(CODE, {"recovery": code}).content.decode()
    assert not is_in(other)


@pytest.mark.usefixtures("two_factor")
def test_a_code_from_paper_is_its_owners(client: Client, wu: User) -> None:
    phone_of(wu)
    devices.new_recovery_codes(wu)
    theirs = devices.new_recovery_codes(member("senior"))[0]
    with_password(client)

    client.post(CODE, {"recovery": theirs})

    assert not is_in(client)


@pytest.mark.usefixtures("two_factor")
def test_one_can_step_back_and_take_another_account(client: Client, wu: User) -> None:
    phone_of(wu)
    with_password(client)

    assert client.post(CODE, {"leave": "1"})["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200
    assert "_auth_user_id" not in client.session


def test_without_a_password_there_is_no_code_page(client: Client) -> None:
    for address in (CODE, ENROL):
        assert client.get(address, follow=True).redirect_chain[-1][0].startswith(LOGIN)
        assert client.post(address, {"code": "123456"}).status_code == 302


# ---- wrong passwords


def test_the_sixth_try_is_not_looked_at(client: Client, wu: User, clock: Any) -> None:
    for _try in range(5):
        assert with_password(client, password="wrong").status_code == 200
    locked = with_password(client)

    assert locked.status_code == 429
    assert "12:15:00" in locked.content.decode()
    assert locked["Retry-After"] == "900"
    assert "script-src 'self'" in locked["Content-Security-Policy"]
    assert not is_in(client)
    clock.shift(timedelta(minutes=14))
    assert with_password(client).status_code == 429
    clock.shift(timedelta(minutes=2))
    assert with_password(client).status_code == 302


def test_others_may_still_try(client: Client, wu: User) -> None:
    for _try in range(6):
        with_password(client, password="wrong")
    member("senior")

    assert with_password(client, "senior").status_code == 302
    assert with_password(Client(REMOTE_ADDR="203.0.113.9")).status_code == 302


def test_a_neighbour_shares_the_count_and_a_made_up_address_does_not_help(
    client: Client, wu: User, settings: Settings
) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    for last in range(6):
        chain = f"198.51.100.{last}, 203.0.113.{last}"
        with_password(client, password="wrong", headers={"X-Forwarded-For": chain})

    again = with_password(client, headers={"X-Forwarded-For": "192.0.2.1, 203.0.113.77"})

    assert again.status_code == 429


def test_a_right_password_clears_the_count(client: Client, wu: User) -> None:
    for _try in range(4):
        with_password(client, password="wrong")
    with_password(client)

    assert not AccessAttempt.objects.exists()


def wrong(client: Client, times: int, *, first: int = 0, **extra: Any) -> list[int]:
    """Wrong passwords, each for another name."""
    names = [f"name{number}" for number in range(first, first + times)]
    return [with_password(client, name, "wrong", **extra).status_code for name in names]


@pytest.fixture
def quick(settings: Settings) -> None:
    """Fifty tries with the real hash take half a minute."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.usefixtures("quick")
def test_one_neighbourhood_tries_fifty_times_whatever_the_names(client: Client, clock: Any) -> None:
    member("reviewer", name=NAME)
    assert wrong(client, 25) == [200] * 25
    clock.shift(timedelta(minutes=20))
    assert wrong(client, 25, first=25) == [200] * 25
    clock.shift(timedelta(minutes=20))

    shut = with_password(client, REMOTE_ADDR="127.0.0.99")

    assert shut.status_code == 429
    assert "不能登录任何账号" in shut.content.decode()
    assert "13:00:00" in shut.content.decode()
    assert shut["Retry-After"] == "1200"
    assert not is_in(client)
    assert AccessFailureLog.objects.count() == 50
    assert with_password(Client(REMOTE_ADDR="203.0.113.9")).status_code == 302
    clock.shift(timedelta(minutes=20))
    assert with_password(client).status_code == 302


@pytest.mark.usefixtures("quick")
def test_a_right_password_takes_nothing_back_for_the_neighbourhood(client: Client) -> None:
    member("reviewer", name=NAME)
    wrong(client, 49)
    assert with_password(client).status_code == 302
    other = Client()
    assert wrong(other, 1, first=49) == [200]

    assert with_password(other).status_code == 429


def test_nothing_typed_is_kept_of_a_try(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    typed = "my-secret-as-name"
    address = f"{LOGIN}?next=/desk/cases/case/"
    for _try in range(6):
        client.post(
            address, {"username": typed, "password": "also-secret"}, REMOTE_ADDR="203.0.113.9"
        )

    kept = str([*AccessAttempt.objects.values(), *AccessFailureLog.objects.values()])
    for words in (typed, "also-secret", "203.0.113.9", "/desk/cases/case/"):
        assert words not in kept
    assert typed not in caplog.text
    assert "203.0.113" not in caplog.text


def test_tries_are_purged_after_a_day(client: Client, wu: User, clock: Any) -> None:
    with_password(client, password="wrong")

    purge = services.disposal.purge
    early = purge(NOON + timedelta(hours=23), dry_run=False)
    counted = purge(NOON + timedelta(hours=24), dry_run=True)
    purged = purge(NOON + timedelta(hours=24), dry_run=False)
    rules = ("sign_ins", "tries")
    assert [[report[rule] for rule in rules] for report in (early, counted, purged)] == [
        [0, 0],
        [1, 1],
        [1, 1],
    ]
    assert not AccessAttempt.objects.exists() and not AccessFailureLog.objects.exists()


# ---- how long it lasts


def test_half_an_hour_without_a_page_ends_it(wu: User, clock: Any) -> None:
    client = signed_in(wu)
    for _visit in range(3):
        clock.shift(timedelta(minutes=29))
        assert is_in(client)
    clock.shift(timedelta(minutes=30))

    assert client.get(DESK)["Location"] == f"{LOGIN}?next={DESK}"
    assert "这次登录已经结束" in client.get(LOGIN).content.decode()


def test_eight_hours_end_it_however_busy(wu: User, clock: Any) -> None:
    client = signed_in(wu)
    for _visit in range(23):
        clock.shift(timedelta(minutes=20))
        assert is_in(client)
    clock.shift(timedelta(minutes=20))

    assert not is_in(client)


def test_a_persons_own_cases_stay_open_when_it_ends_by_itself(wu: User, clock: Any) -> None:
    client = signed_in(wu)
    session = client.session
    session["cases"], session["seen_fields"] = ["one"], ["phone"]
    session.save()
    key = session.session_key
    clock.shift(timedelta(hours=1))

    client.get(DESK)

    assert client.session["cases"] == ["one"]
    assert "seen_fields" not in client.session
    assert client.session.session_key != key


def test_pages_for_people_do_not_end_it(wu: User, clock: Any) -> None:
    client = signed_in(wu)
    clock.shift(timedelta(hours=9))

    client.get("/")

    assert "_auth_user_id" in client.session
    assert not is_in(client)


def test_signing_out_leaves_nothing(wu: User) -> None:
    client = signed_in(wu)
    key = client.session.session_key

    response = client.post("/desk/logout/")

    assert response.status_code == 200
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not Session.objects.filter(session_key=key).exists()
    assert kinds() == ["signed_out"]


# ---- what ends every sign-in


def test_a_disabled_account_is_out_and_stays_out_when_enabled_again(wu: User, clock: Any) -> None:
    client, chief = signed_in(wu), staff("administrator")
    form = {"username": NAME, "first_name": "", "groups": [group.pk for group in wu.groups.all()]}
    address = f"/desk/auth/user/{wu.pk}/change/"
    clock.shift(timedelta(seconds=1))
    assert chief.post(address, form).status_code == 302
    assert not is_in(client)
    clock.shift(timedelta(seconds=1))
    assert chief.post(address, {**form, "is_active": "on"}).status_code == 302

    assert not is_in(client)
    assert is_in(signed_in(User.objects.get(pk=wu.pk)))


def test_a_new_password_ends_every_sign_in(wu: User, clock: Any) -> None:
    one, other = signed_in(wu), signed_in(wu)
    clock.shift(timedelta(seconds=1))
    new = "another long and calm one"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

    response = one.post("/desk/password_change/", form, follow=True)

    assert response.redirect_chain[-1][0] == LOGIN
    assert "密码已修改" in response.content.decode()
    assert not is_in(one) and not is_in(other)
    assert Event.objects.get().fields == sorted(["password", f"user:{wu.pk}"])


def test_an_administrator_sets_a_new_password(wu: User, clock: Any) -> None:
    client, chief = signed_in(wu), staff("administrator")
    clock.shift(timedelta(seconds=1))
    new = "another long and calm one"

    page = chief.get(f"/desk/auth/user/{wu.pk}/password/").content.decode()
    response = chief.post(
        f"/desk/auth/user/{wu.pk}/password/", {"password1": new, "password2": new}
    )

    assert 'name="usable_password"' not in page
    assert response.status_code == 302
    assert not is_in(client)
    assert User.objects.get(pk=wu.pk).check_password(new)
    assert Event.objects.get().actor == "administrator"


def test_signing_out_everywhere(wu: User, clock: Any) -> None:
    one, other = signed_in(wu), signed_in(wu)
    clock.shift(timedelta(seconds=1))

    response = one.post(ACCOUNT, {"act": "sign_out_everywhere"}, follow=True)

    assert "已在所有设备上退出" in response.content.decode()
    assert not is_in(one) and not is_in(other)
    assert [(each.kind, each.reason) for each in Event.objects.all()] == [
        ("signed_out", "everywhere")
    ]


@pytest.mark.usefixtures("two_factor")
def test_an_administrator_resets_a_lost_phone(wu: User, clock: Any) -> None:
    client, chief = signed_in(wu), staff("administrator")
    devices.new_recovery_codes(wu)
    clock.shift(timedelta(seconds=1))
    address = f"/desk/auth/user/{wu.pk}/forget-devices/"

    assert "恢复码都会作废" in chief.get(address).content.decode()
    assert devices.enrolled(wu)
    assert chief.post(address).status_code == 302

    assert not devices.enrolled(wu)
    assert devices.recovery_codes_left(wu) == 0
    assert not is_in(client)
    assert kinds()[-1] == "changed"


def test_an_administrator_signs_somebody_out(wu: User, clock: Any) -> None:
    client, chief = signed_in(wu), staff("administrator")
    clock.shift(timedelta(seconds=1))
    address = f"/desk/auth/user/{wu.pk}/sign-out/"

    assert chief.get(address).status_code == 200
    assert is_in(client)
    assert chief.post(address).status_code == 302
    assert not is_in(client)


@pytest.mark.usefixtures("two_factor")
def test_new_codes_for_paper(wu: User) -> None:
    client = signed_in(wu)
    earlier = devices.new_recovery_codes(wu)

    page = client.post(ACCOUNT, {"act": "new_codes"}).content.decode()

    assert not any(code in page for code in earlier)
    assert devices.verify_recovery(wu, earlier[0]) is None
    assert "恢复码还剩 10 个" in client.get(ACCOUNT).content.decode()


# ---- accounts


def test_an_administrator_makes_and_changes_an_account(clock: Any) -> None:
    chief = staff("administrator")
    page = chief.get("/desk/auth/user/add/").content.decode()
    assert "高级审核：" in page
    senior = services.accounts.Role.SENIOR
    role = member(senior).groups.get().pk
    new = {"username": "gao", "groups": [role], "password1": PASSWORD, "password2": PASSWORD}

    assert chief.post("/desk/auth/user/add/", new).status_code == 302
    gao = User.objects.get(username="gao")
    assert gao.is_staff and not gao.is_superuser
    assert (
        chief.post(
            f"/desk/auth/user/{gao.pk}/change/",
            {"username": "gao", "first_name": "高", "is_active": "on", "is_superuser": "on"},
        ).status_code
        == 302
    )

    gao.refresh_from_db()
    assert (gao.first_name, gao.is_superuser, gao.groups.count()) == ("高", False, 0)
    assert Event.objects.latest("number").fields == sorted(
        ["first_name", "groups", f"user:{gao.pk}"]
    )


def test_the_last_administrator_stays(clock: Any) -> None:
    chief = member("administrator")
    page = signed_in(chief).post(
        f"/desk/auth/user/{chief.pk}/change/", {"username": "administrator", "is_active": "on"}
    )

    assert "至少要留一个可以登录的管理员" in page.content.decode()


def test_an_account_above_every_right_is_left_alone() -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    chief = staff("administrator")

    for act in ("password", "forget-devices", "sign-out"):
        assert chief.post(f"/desk/auth/user/{root.pk}/{act}/").status_code == 403
    assert chief.post(f"/desk/auth/user/{root.pk}/change/", {"username": "r"}).status_code == 403
    assert chief.get("/desk/auth/user/").status_code == 200


def test_nobody_deletes_an_account(wu: User) -> None:
    root = signed_in(User.objects.create_superuser("root", password=PASSWORD))

    assert root.post(f"/desk/auth/user/{wu.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "action" not in root.get("/desk/auth/user/").context["cl"].list_display


def test_roles_are_shown_and_not_changed(wu: User) -> None:
    chief = staff("administrator")
    role = wu.groups.get().pk

    assert "认领和处理案件" in chief.get("/desk/auth/group/").content.decode()
    assert chief.get(f"/desk/auth/group/{role}/change/").status_code == 200
    assert chief.post(f"/desk/auth/group/{role}/change/", {"name": "x"}).status_code == 403
