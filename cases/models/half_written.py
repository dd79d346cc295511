"""What a member of staff is writing."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.encryption import SealedJSONField
from cases.models.case import Case


class HalfWritten(models.Model):
    """What stands typed into the form of an act and was not sent, for its author alone.

    `act` is the name the act has in addresses; `typed` is `{name: [texts]}`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        Case, verbose_name=_("案件"), on_delete=models.CASCADE, related_name="half_written"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("作者"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    act = models.CharField(_("操作"), max_length=16, editable=False)
    typed = SealedJSONField(_("写的内容"))
    at = models.DateTimeField(_("时间"), editable=False, db_index=True)

    class Meta:
        verbose_name = _("没有发出的草稿")
        verbose_name_plural = _("没有发出的草稿")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "author", "act"], name="one_half_written")
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"
