"""`manage.py reset_device NAME`: let somebody in again who lost the phone and the codes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cases.services import devices


class Command(BaseCommand):
    """For the one administrator whom no other administrator can help."""

    help = "Forget the phone and the recovery codes of an account; its sign-ins end."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the account."""
        parser.add_argument("name", help="the name the account signs in with")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Forget them, and log it."""
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(_("没有这个账号：%(name)s") % {"name": name})
        devices.forget(user, actor="")
        self.stdout.write(_("已重置：%(name)s。下次登录时会重新设置两步验证。") % {"name": name})
