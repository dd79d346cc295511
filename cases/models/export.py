"""Lists that staff take out of the desk."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Export(models.Model):
    """One export of the queue: who, which filters, how far it is, and where the sealed file lies.

    The sealed file lies in the storage `exports` under the row's id (`services.export_files`).
    """

    class Format(models.TextChoices):
        """The kinds of file."""

        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    class State(models.TextChoices):
        """How far it is."""

        RUNNING = "running", _("正在生成")
        READY = "ready", _("已生成")
        FAILED = "failed", _("没有生成")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("导出人"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    query = models.CharField(_("筛选"), max_length=500, blank=True, editable=False)
    format = models.CharField(_("格式"), max_length=4, choices=Format.choices, editable=False)
    masked = models.BooleanField(_("已遮盖"), default=True, editable=False)
    reason = models.CharField(_("理由"), max_length=32, blank=True, editable=False)
    state = models.CharField(
        _("进度"), max_length=8, choices=State.choices, default=State.RUNNING, editable=False
    )
    total = models.PositiveIntegerField(_("行数"), default=0, editable=False)
    done = models.PositiveIntegerField(_("已写行数"), default=0, editable=False)
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    alive_at = models.DateTimeField(_("最近进展"), auto_now=True)

    class Meta:
        verbose_name = _("导出")
        verbose_name_plural = _("导出")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def mark(self) -> str:
        """Its number, as each row of the file and the log have it."""
        return self.pk.hex[:8]
