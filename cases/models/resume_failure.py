"""The failed tries at resuming a case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ResumeFailure(models.Model):
    """One failed try at a case code; the limits are counted from these rows."""

    class Kind(models.TextChoices):
        """What the try is counted against."""

        CASE = "case", _("案件编号")
        ADDRESS = "address", _("网络地址")

    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices, editable=False)
    key = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(_("时间"), editable=False)

    class Meta:
        verbose_name = _("找回失败记录")
        verbose_name_plural = _("找回失败记录")
        indexes = [
            models.Index(fields=["kind", "key", "-at"], name="resume_failure_counted"),
            models.Index(fields=["at"], name="resume_failure_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
