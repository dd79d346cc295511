"""A plan, kept as it was said."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.encryption import SealedJSONField
from cases.models.case import Case


class Plan(models.Model):
    """What was said to a person on one day, kept as it was said.

    `content` is the whole plan as JSON with its letters, and stays. `edits` are the texts the
    person wrote instead: `{action slug: {length: text}}`, None before the first;
    `services.edits` keeps those set aside beside them. `key` comes with the form and makes
    sending the form twice harmless.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        Case, verbose_name=_("案件"), on_delete=models.CASCADE, related_name="plans"
    )
    key = models.CharField(max_length=64, editable=False)
    on = models.DateField(_("方案日期"), editable=False)
    knowledge_version = models.CharField(_("知识版本"), max_length=12, editable=False)
    content = SealedJSONField(_("方案内容"))
    edits = SealedJSONField(_("改过的文字"), null=True)
    created_at = models.DateTimeField(_("生成时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("方案")
        verbose_name_plural = _("方案")
        ordering = ["-created_at"]
        get_latest_by = "created_at"
        constraints = [
            # Per case: a key sent to another case must neither clash with this one nor find it.
            models.UniqueConstraint(fields=["case", "key"], name="plan_once_per_key"),
        ]
        indexes = [models.Index(fields=["case", "-created_at"], name="plan_newest_first")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"
