"""Make a staff account that may look at cases."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

REVIEWER = "reviewer"


class Command(BaseCommand):
    """Ask for a name and a password and make the account of a reviewer."""

    help = "Make a staff account in the group of reviewers."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let a script give what a person would be asked for."""
        parser.add_argument("--name", help="the name to sign in with; asked for when missing")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the first line of standard input",
        )

    def handle(self, *args: Any, name: str | None, password_stdin: bool, **options: Any) -> None:
        """Make the account, or say what is wrong with name or password."""
        user = User(username=name or input(_("用户名：")), is_staff=True)
        try:
            user.full_clean(exclude=["password"])
            password = _given_password() if password_stdin else _asked_password()
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        make_reviewer(user, password=password)
        self.stdout.write(_("已创建账号：%(name)s") % {"name": user.get_username()})


@transaction.atomic
def make_reviewer(user: User, *, password: str) -> None:
    """Save the account with the password, as a member of the reviewers."""
    user.set_password(password)
    user.save()
    user.groups.add(_reviewers())


def _reviewers() -> Group:
    group, _created = Group.objects.get_or_create(name=REVIEWER)
    may_look = Permission.objects.filter(
        content_type__app_label="cases", codename__startswith="view_"
    )
    group.permissions.set(may_look)
    return group


def _given_password() -> str:
    return sys.stdin.readline().rstrip("\n")


def _asked_password() -> str:
    password = getpass.getpass(_("密码（至少 12 位，输入时不显示）："))
    if password != getpass.getpass(_("再输入一次：")):
        raise ValidationError(_("两次输入的密码不一致。"))
    return password
