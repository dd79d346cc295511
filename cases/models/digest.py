"""Which mails a member of staff asked for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Digest(models.Model):
    """What the daily mail to an account tells of; `sent_on` is the day of the last one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("账号"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="digest",
    )
    cases = models.BooleanField(_("每天：到期的案件"), default=False)
    reviews = models.BooleanField(_("每周一：已过复查日的内容"), default=False)
    sent_on = models.DateField(_("上次发送"), null=True, editable=False)

    class Meta:
        verbose_name = _("提醒邮件")
        verbose_name_plural = _("提醒邮件")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.cases} {self.reviews}"
