"""The rows: a case, its plans, and the failed tries at resuming one."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.case_code import CaseCode
from cases.encryption import SealedJSONField


class Case(models.Model):
    """One person's matter, from the first answer on.

    `answers` is `{step: {"typed": {name: [values]}, "clean": {name: value} or None, "version"}}`:
    what was typed, always; what it means, when the form accepted it; and the case's version at
    which the step was written.

    `secret` is the secret half of the case code, sealed: a browser that already holds the case
    may show the code again. Whoever comes with a code is checked against `secret_hash` alone.

    The columns from `stage` on are for the desk's lists and filled at submission.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    public_id = models.CharField(_("案件编号"), max_length=8, unique=True, editable=False)
    secret_hash = models.CharField(max_length=128, editable=False)
    secret = SealedJSONField()
    answers = SealedJSONField(_("填写内容"), default=dict)
    version = models.PositiveIntegerField(_("版本"), default=0, editable=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("最近访问"), auto_now=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, editable=False)

    stage = models.CharField(_("订单阶段"), max_length=32, blank=True, editable=False)
    carrier = models.CharField(_("运营商"), max_length=32, blank=True, editable=False)
    sales_channel = models.CharField(_("销售渠道"), max_length=32, blank=True, editable=False)
    payee = models.CharField(_("收款方"), max_length=32, blank=True, editable=False)
    amount = models.DecimalField(
        _("金额（元）"), max_digits=12, decimal_places=2, null=True, editable=False
    )
    next_on = models.DateField(_("下一个日期"), null=True, editable=False)
    seller = SealedJSONField(_("商家"), null=True)
    seller_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    class Meta:
        verbose_name = _("案件")
        verbose_name_plural = _("案件")
        indexes = [
            models.Index(fields=["submitted_at"], name="case_submitted_at"),
            models.Index(fields=["next_on", "submitted_at"], name="case_next_on"),
            models.Index(fields=["updated_at"], name="case_updated_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0),
                name="case_amount_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def code(self) -> CaseCode:
        """The case code, for the browser that holds the case; never for a list or a log."""
        return CaseCode(public_id=self.public_id, secret=self.secret)


class Plan(models.Model):
    """What was said to a person on one day, kept as it was said.

    `content` is the whole plan as JSON with its letters. `key` comes with the form and makes
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
