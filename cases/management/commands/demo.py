"""`manage.py demo`: fill an empty database with invented cases, so that the desk is alive."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.demonstration.filling import fill
from cases.demonstration.office import taken
from cases.models import Case

CASES = 300


class Command(BaseCommand):
    """Refuses a database with any case in it, and anything but development with lasting keys."""

    help = "Fill an empty database with invented cases of six months."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many; the tests are content with a few."""
        parser.add_argument("--cases", type=int, default=CASES)

    def handle(self, *args: Any, cases: int, **options: Any) -> None:
        """Fill, saying which month it is, then how to see it."""
        if not settings.DEVELOPMENT:
            raise CommandError(_("演示数据只用于试用：请设 DEVELOPMENT=1，并换一个空的数据库。"))
        if settings.EPHEMERAL_SECRETS:
            missing = _("密钥未设置，写入的内容以后读不出来。请用 make demo，或按 %(file)s 设置。")
            raise CommandError(missing % {"file": "docs/settings.md"})
        if Case.objects.exists() or taken():
            raise CommandError(_("数据库里已经有内容，没有写入。演示数据只写进空的数据库。"))
        fill(cases, until=timezone.now(), say=self._say)
        self.stdout.write(_("已写入 %(count)d 份编的案件。") % {"count": Case.objects.count()})
        self.stdout.write(
            _("接着运行 make staff 建一个账号，再运行 make run，打开 /%(path)s 登录。")
            % {"path": settings.ADMIN_PATH}
        )

    def _say(self, month: str) -> None:
        self.stdout.write(f"{month} …")
        self.stdout.flush()
