"""Make an account for the desk."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.services import accounts
from cases.services.accounts import WHOLE_OFFICE, Role


class Command(BaseCommand):
    """Ask for a name, roles and a password, and make the account."""

    help = "Make an account for the desk; the first one may do everything there is to do."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let a script give what a person would be asked for."""
        parser.add_argument("--name", help="the name to sign in with; asked for when missing")
        parser.add_argument(
            "--role",
            action="append",
            choices=Role.values,
            help="a role, may be given several times; asked for when missing. By default"
            " administrator and senior as long as there is no administrator, then reviewer",
        )
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input",
        )

    def handle(
        self,
        *args: Any,
        name: str | None,
        role: Sequence[str] | None,
        password_stdin: bool,
        **options: Any,
    ) -> None:
        """Make the account, or say what is wrong with name, roles or password."""
        user = User(username=name or input(_("用户名：")), is_staff=True)
        try:
            user.full_clean(exclude=["password"])
            roles = role or (_usual_roles() if password_stdin else _asked_roles())
            password = _given_password() if password_stdin else _asked_password()
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        accounts.make(user, password=password, roles=roles)
        names = "、".join(accounts.role_name(each) for each in roles)
        self.stdout.write(
            _("已创建账号：%(name)s（%(roles)s）") % {"name": user.get_username(), "roles": names}
        )


def _usual_roles() -> Sequence[str]:
    return (Role.REVIEWER,) if accounts.administrators().exists() else WHOLE_OFFICE


def _asked_roles() -> Sequence[str]:
    usual = _usual_roles()
    for each in Role:
        print(f"  {each.value}　{each.label}：{accounts.duties(each)}")
    typed = input(_("角色（可以写几个，直接回车是 %(usual)s）：") % {"usual": " ".join(usual)})
    roles = re.findall(r"[^\s,，、]+", typed) or list(usual)
    if unknown := [each for each in roles if each not in Role.values]:
        raise ValidationError(_("没有这个角色：%(role)s"), params={"role": unknown[0]})
    return roles


def _given_password() -> str:
    return sys.stdin.readline().rstrip("\n")


def _asked_password() -> str:
    password = getpass.getpass(_("密码（至少 12 位，输入时不显示）："))
    if password != getpass.getpass(_("再输入一次：")):
        raise ValidationError(_("两次输入的密码不一致。"))
    return password
