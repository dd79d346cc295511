"""A case: one person's matter, from the first answer on."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.case_code import CaseCode
from cases.encryption import SealedJSONField
from cases.models.seller import Seller

# In the place of "no date", so that the queue can be sorted and paged by one plain column.
NO_DATE = date.max


class Status(models.TextChoices):
    """How far the desk is with a case; `services.status` says what may follow what."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("新提交")
    IN_REVIEW = "in_review", _("处理中")
    NEEDS_PERSON = "needs_person", _("等本人补充")
    ANSWERED = "answered", _("已答复")
    CLOSED = "closed", _("已结案")
    REOPENED = "reopened", _("重新打开")


OPEN = (
    Status.SUBMITTED,
    Status.IN_REVIEW,
    Status.NEEDS_PERSON,
    Status.ANSWERED,
    Status.REOPENED,
)
# Here nobody waits for the desk: the next date is the person's own.
NOT_WAITING = (Status.ANSWERED, Status.CLOSED)


class Turn(models.IntegerChoices):
    """Whose turn it is with a case: in this order the queue shows them.

    A question to the person leaves it with the desk, which asks again when the date has come.
    """

    DESK = 0, _("等审核台")
    PERSON = 1, _("等本人")
    NOBODY = 2, _("没有后续")


# With these a case is open: the turns of the statuses in OPEN.
OPEN_TURNS = (Turn.DESK, Turn.PERSON)

# The columns that the queue is filtered by, each with an index in the queue's order.
QUEUE_FILTERS = (
    "stage",
    "carrier",
    "marketplace",
    "problem",
    "channel",
    "listed_seller",
    "assignee",
)


class Marketplace(models.TextChoices):
    """The marketplaces that people name, in the few words that the desk sorts by."""

    TAOBAO = "taobao", _("淘宝、天猫")
    PINDUODUO = "pinduoduo", _("拼多多")
    DOUYIN = "douyin", _("抖音")
    KUAISHOU = "kuaishou", _("快手")
    JINGDONG = "jingdong", _("京东")
    XIANYU = "xianyu", _("闲鱼")
    XIAOHONGSHU = "xiaohongshu", _("小红书")
    WECHAT = "wechat", _("微信小店、视频号")
    ALIPAY = "alipay", _("支付宝小程序")
    OTHER = "other", _("其他平台")


class CloseReason(models.TextChoices):
    """Why the desk closed a case."""

    REFUNDED = "refunded", _("已全额退款")
    PARTLY_REFUNDED = "partly_refunded", _("已部分退款")
    CANCELLED = "cancelled", _("已取消或销户，没有款项")
    ADVISED = "advised", _("已答复，没有后续")
    WITHDRAWN = "withdrawn", _("本人不再需要")
    OUT_OF_SCOPE = "out_of_scope", _("不属于流量卡退款")
    DUPLICATE = "duplicate", _("与另一案件重复")
    SPAM = "spam", _("垃圾内容")


class Case(models.Model):
    """One person's matter, from the first answer on.

    `answers` is `{step: {"typed": {name: [values]}, "clean": {name: value} or None, "version"}}`:
    what was typed, always; what it means, when the form accepted it; and the case's version at
    which the step was written.

    `secret` is the secret half of the case code, sealed: a browser that already holds the case
    may show the code again. Whoever comes with a code is checked against `secret_hash` alone.

    The columns from `stage` on are for the desk. Those up to `seller` are filled at submission;
    those from `status` on are the desk's own work, whose writes `desk_version` counts. Of
    these a submission sets some as well: `status`, with what belongs to a closing that it undoes,
    and `listed_seller` where the directory knows the seller. `turn` nobody writes: the database
    computes it from `status`.
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
    marketplace = models.CharField(_("平台"), max_length=32, blank=True, editable=False)
    payee = models.CharField(_("收款方"), max_length=32, blank=True, editable=False)
    problem = models.CharField(_("主要问题"), max_length=32, blank=True, editable=False)
    channel = models.CharField(_("先走的渠道"), max_length=40, blank=True, editable=False)
    amount = models.DecimalField(
        _("金额（元）"), max_digits=12, decimal_places=2, null=True, editable=False
    )
    next_on = models.DateField(_("下一个日期"), default=NO_DATE, editable=False)
    seller = SealedJSONField(_("商家"), null=True)

    status = models.CharField(
        _("状态"), max_length=16, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    turn = models.GeneratedField(
        expression=models.Case(
            models.When(
                status__in=[str(status) for status in OPEN if status not in NOT_WAITING],
                then=models.Value(Turn.DESK.value),
            ),
            models.When(status=str(Status.ANSWERED), then=models.Value(Turn.PERSON.value)),
            default=models.Value(Turn.NOBODY.value),
        ),
        output_field=models.SmallIntegerField(_("轮到谁")),
        db_persist=True,
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("经办人"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="cases",
    )
    claimed_until = models.DateTimeField(_("认领到"), null=True, editable=False)
    closed_at = models.DateTimeField(_("结案时间"), null=True, editable=False)
    closed_reason = models.CharField(
        _("结案原因"), max_length=16, choices=CloseReason.choices, blank=True, editable=False
    )
    refunded_on = models.DateField(_("退款到账日"), null=True, editable=False)
    listed_seller = models.ForeignKey(
        Seller,
        verbose_name=_("商家名录"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="cases",
    )
    held = models.BooleanField(_("暂缓清理"), default=False, editable=False)
    desk_version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("案件")
        verbose_name_plural = _("案件")
        indexes = [
            models.Index(fields=["submitted_at"], name="case_submitted_at"),
            models.Index(fields=["updated_at"], name="case_updated_at"),
            models.Index(fields=["turn", "next_on", "id"], name="case_queue"),
            # A filter of the queue finds few cases among a million as fast as many. Drafts, which
            # are written at every step, are in the last one only.
            *(
                models.Index(
                    fields=[column, "turn", "next_on", "id"],
                    name=f"case_queue_{column}",
                    condition=models.Q(submitted_at__isnull=False),
                )
                for column in QUEUE_FILTERS
            ),
            models.Index(fields=["status", "next_on", "id"], name="case_queue_status"),
            models.Index(
                fields=["claimed_until"],
                name="case_claimed_until",
                condition=models.Q(claimed_until__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0),
                name="case_amount_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.CLOSED) ^ models.Q(closed_reason=""),
                name="case_closed_with_a_reason",
            ),
        ]
        permissions = [
            ("review_case", _("可以处理案件")),
            ("reveal_case", _("可以查看被遮盖的内容")),
            ("close_case", _("可以结案和重新打开")),
            ("export_case", _("可以导出案件")),
            ("hold_case", _("可以暂缓清理")),
            ("override_case", _("可以手动改变状态")),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def due_on(self) -> date:
        """The next date as long as somebody waits for the desk, NO_DATE after that."""
        return NO_DATE if self.status in NOT_WAITING else self.next_on

    @property
    def code(self) -> CaseCode:
        """The case code, for the browser that holds the case; never for a list or a log."""
        return CaseCode(public_id=self.public_id, secret=self.secret)
