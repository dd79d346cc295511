"""From when on the sessions of a member of staff count."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignedOut(models.Model):
    """Sessions of this account that began before `at` are over, wherever they are open."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("账号"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="signed_out",
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("已结束的登录")
        verbose_name_plural = _("已结束的登录")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
