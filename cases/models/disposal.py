"""Cases that two people of the desk agree to delete, and what stays of a deleted case."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Disposal(models.Model):
    """A list of cases to delete: proposed by one person, approved by another, then reported.

    `cases` are ids as text. `report` is `{"deleted": n, "held": n, "changed": n, "gone": n,
    "files": n}`; the first four together say how far down the list the deletion has come.
    """

    class Rule(models.TextChoices):
        """What puts a case on the list."""

        SCHEDULE = "schedule", _("7 天内保存期满")
        CLOSED = "closed", _("结案已久")
        SPAM = "spam", _("垃圾内容")
        DUPLICATE = "duplicate", _("与另一案件重复")

    class State(models.TextChoices):
        """How far it is."""

        PROPOSED = "proposed", _("等待批准")
        APPROVED = "approved", _("已批准，还没清理完")
        DONE = "done", _("已清理")
        REFUSED = "refused", _("已否决")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("提出人"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    rule = models.CharField(_("依据"), max_length=16, choices=Rule.choices, editable=False)
    cases = models.JSONField(default=list, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("批准人"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("批准时间"), null=True, editable=False)
    state = models.CharField(
        _("状态"), max_length=8, choices=State.choices, default=State.PROPOSED, editable=False
    )
    report = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("清理")
        verbose_name_plural = _("清理")
        ordering = ["-proposed_at"]
        default_permissions = ("add", "view")
        permissions = [("approve_disposal", _("可以批准清理"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="disposal_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposed_at:%Y-%m-%d %H:%M}"


class Tombstone(models.Model):
    """That a case existed and is gone: its number, when, why; nothing of what was in it."""

    class Why(models.TextChoices):
        """Who or what deleted it."""

        PERSON = "person", _("本人删除")
        RETENTION = "retention", _("保存期满")
        DISPOSAL = "disposal", _("审核台清理")

    public_id = models.CharField(_("案件编号"), max_length=8, editable=False)
    why = models.CharField(_("原因"), max_length=16, choices=Why.choices, editable=False)
    at = models.DateTimeField(_("时间"), editable=False)
    deleted = models.JSONField(_("删除的内容"), default=dict, editable=False)

    class Meta:
        verbose_name = _("已删除的案件")
        verbose_name_plural = _("已删除的案件")
        ordering = ["-at"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["public_id"], name="tombstone_found")]

    def __str__(self) -> str:
        return self.public_id
