"""`manage.py staff` makes accounts, `manage.py reset_device` lets somebody in again."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from cases.models import Event
from cases.services import devices
from tests.desk import member

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


def make_staff(monkeypatch: pytest.MonkeyPatch, *roles: str, name: str, password: str) -> str:
    """Run the command as a script would, and return what it printed."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    printed = io.StringIO()
    call_command("staff", name=name, role=roles or None, password_stdin=True, stdout=printed)
    return printed.getvalue()


def roles_of(name: str) -> set[str]:
    return {group.name for group in User.objects.get(username=name).groups.all()}


def test_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = make_staff(monkeypatch, name="wu", password=PASSWORD)

    wu = User.objects.get(username="wu")
    assert printed == "已创建账号：wu（管理员、高级审核）\n"
    assert wu.check_password(PASSWORD)
    assert wu.password.startswith("argon2$")
    assert (wu.is_staff, wu.is_superuser) == (True, False)


def test_the_first_may_do_everything_and_the_next_reviews(monkeypatch: pytest.MonkeyPatch) -> None:
    make_staff(monkeypatch, name="wu", password=PASSWORD)
    make_staff(monkeypatch, name="chen", password=PASSWORD)
    make_staff(monkeypatch, "auditor", "reader", name="gao", password=PASSWORD)

    assert roles_of("wu") == {"administrator", "senior"}
    assert roles_of("chen") == {"reviewer"}
    assert roles_of("gao") == {"auditor", "reader"}


def test_nobody_may_write_or_delete_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    make_staff(monkeypatch, name="wu", password=PASSWORD)

    permissions = User.objects.get(username="wu").get_all_permissions()

    assert {"cases.view_case", "cases.review_case", "auth.change_user"} <= permissions
    assert not {"cases.add_case", "cases.change_case", "cases.delete_case"} & permissions


@pytest.mark.parametrize("password", ["", "short", "password12345", "wureviewer123"])
def test_it_refuses_a_weak_password(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    with pytest.raises(CommandError):
        make_staff(monkeypatch, name="wureviewer", password=password)

    assert not User.objects.exists()


def test_it_refuses_a_name_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    make_staff(monkeypatch, name="wu", password=PASSWORD)

    with pytest.raises(CommandError, match="已存在"):
        make_staff(monkeypatch, name="wu", password=PASSWORD)


@pytest.mark.parametrize(
    ("typed", "roles"),
    [
        ("", {"administrator", "senior"}),
        ("reviewer", {"reviewer"}),
        ("reader，auditor", {"reader", "auditor"}),
    ],
)
def test_it_asks_for_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, typed: str, roles: set[str]
) -> None:
    answers = iter(["wu", typed])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD)

    call_command("staff", stdout=io.StringIO())

    assert User.objects.get(username="wu").check_password(PASSWORD)
    assert roles_of("wu") == roles


def test_it_refuses_a_role_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["wu", "emperor"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(answers))

    with pytest.raises(CommandError, match="没有这个角色：emperor"):
        call_command("staff")


def test_it_refuses_two_different_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([PASSWORD, f"{PASSWORD}!"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))

    with pytest.raises(CommandError, match="不一致"):
        call_command("staff", name="wu", role=["reader"])


def test_a_lost_phone_is_forgotten_from_the_shell() -> None:
    wu = member("administrator", name="wu")
    devices.phone_to_confirm(wu)
    devices.new_recovery_codes(wu)
    printed = io.StringIO()

    call_command("reset_device", "wu", stdout=printed)

    assert printed.getvalue().startswith("已重置：wu。")
    assert devices.recovery_codes_left(wu) == 0
    assert Event.objects.latest("number").fields == sorted([f"user:{wu.pk}", "two_factor"])
    with pytest.raises(CommandError, match="没有这个账号"):
        call_command("reset_device", "chen")
