"""`manage.py staff`: the account of a reviewer."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

PASSWORD = "correct horse battery staple"


def make_staff(monkeypatch: pytest.MonkeyPatch, *, name: str, password: str) -> str:
    """Run the command as a script would, and return what it printed."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    printed = io.StringIO()
    call_command("staff", name=name, password_stdin=True, stdout=printed)
    return printed.getvalue()


@pytest.mark.django_db
def test_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = make_staff(monkeypatch, name="wu", password=PASSWORD)

    wu = User.objects.get(username="wu")
    assert printed == "已创建账号：wu\n"
    assert wu.check_password(PASSWORD)
    assert wu.password.startswith("argon2$")
    assert (wu.is_staff, wu.is_superuser) == (True, False)


@pytest.mark.django_db
def test_a_reviewer_may_look_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    make_staff(monkeypatch, name="wu", password=PASSWORD)

    permissions = User.objects.get(username="wu").get_all_permissions()

    assert "cases.view_case" in permissions
    assert all(permission.startswith("cases.view_") for permission in permissions)


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["", "short", "password12345", "wureviewer123"])
def test_it_refuses_a_weak_password(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    with pytest.raises(CommandError):
        make_staff(monkeypatch, name="wureviewer", password=password)

    assert not User.objects.exists()


@pytest.mark.django_db
def test_it_refuses_a_name_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    make_staff(monkeypatch, name="wu", password=PASSWORD)

    with pytest.raises(CommandError, match="已存在"):
        make_staff(monkeypatch, name="wu", password=PASSWORD)


@pytest.mark.django_db
def test_it_asks_for_name_and_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: "wu")
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD)

    call_command("staff", stdout=io.StringIO())

    assert User.objects.get(username="wu").check_password(PASSWORD)


@pytest.mark.django_db
def test_it_refuses_two_different_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter([PASSWORD, f"{PASSWORD}!"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))

    with pytest.raises(CommandError, match="不一致"):
        call_command("staff", name="wu")
