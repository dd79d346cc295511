"""What people write about the pages themselves."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.encryption import SealedJSONField


class PageReport(models.Model):
    """One remark about a page: which page, and what was wrong with it or missing.

    It belongs to no case. The words are sealed, because people put into them what they like.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    page = models.CharField(_("页面"), max_length=40, editable=False)
    words = SealedJSONField(_("内容"))
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("页面意见")
        verbose_name_plural = _("页面意见")
        ordering = ["-at"]
        indexes = [models.Index(fields=["-at"], name="page_report_newest")]

    def __str__(self) -> str:
        return f"{self.page} {self.at:%Y-%m-%d}"
