"""Who saw and did what on the desk."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(Exception):
    """A row of the log is written once and stays."""


class Events(models.QuerySet["Event"]):
    """Rows that can only be added."""

    def update(self, **values: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refused."""
        raise AppendOnly

    def cut(self, number: int) -> int:
        """Drop the lines up to that number, the only way any may go; `services.events.forget`."""
        return super().filter(number__lte=number)._raw_delete(self.db)


class Event(models.Model):
    """One line of the log: who, when, what, which case, which fields by name; never a value.

    `number` counts without a gap and `digest` covers the line and the one before, so that a line
    changed, taken out or put in shows (`services.events.broken`). The case is named, not
    referred to: the line outlives it.
    """

    class Kind(models.TextChoices):
        """What was done."""

        SIGNED_IN = "signed_in", _("登录")
        SIGNED_OUT = "signed_out", _("退出")
        SEARCHED = "searched", _("查找")
        VIEWED = "viewed", _("查看")
        REVEALED = "revealed", _("查看被遮盖的内容")
        DOWNLOADED = "downloaded", _("下载")
        EXPORTED = "exported", _("导出")
        CLAIMED = "claimed", _("认领")
        ASSIGNED = "assigned", _("交给同事")
        RELEASED = "released", _("释放")
        MOVED = "moved", _("改变状态")
        NOTED = "noted", _("写备注")
        TAGGED = "tagged", _("贴标签")
        UNTAGGED = "untagged", _("取下标签")
        ASKED = "asked", _("请本人补充")
        ANSWERED = "answered", _("答复本人")
        WITHDREW = "withdrew", _("撤回消息")
        REPLIED = "replied", _("本人回复")
        TOLD = "told", _("本人反馈结果")
        CHANGED = "changed", _("修改")
        HELD = "held", _("暂缓清理")
        PROPOSED = "proposed", _("提出清理")
        APPROVED = "approved", _("批准清理")
        REFUSED = "refused", _("否决清理")
        ERASED = "erased", _("删除案件")

    number = models.PositiveBigIntegerField(_("序号"), primary_key=True, editable=False)
    at = models.DateTimeField(_("时间"), editable=False)
    actor = models.CharField(_("账号"), max_length=150, blank=True, editable=False)
    kind = models.CharField(_("动作"), max_length=12, choices=Kind.choices, editable=False)
    case_id = models.UUIDField(_("案件"), null=True, editable=False)
    public_id = models.CharField(_("案件编号"), max_length=8, blank=True, editable=False)
    fields = models.JSONField(_("涉及的项目"), default=list, editable=False)
    reason = models.CharField(_("理由"), max_length=32, blank=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)

    objects = Events.as_manager()

    class Meta:
        verbose_name = _("操作记录")
        verbose_name_plural = _("操作记录")
        ordering = ["-number"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["case_id", "-number"], name="event_of_case"),
            models.Index(fields=["actor", "-number"], name="event_of_actor"),
            models.Index(fields=["kind", "-number"], name="event_of_kind"),
            models.Index(fields=["public_id", "-number"], name="event_of_public_id"),
            models.Index(fields=["at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the line. Raises AppendOnly when it is there already."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly


class LogHead(models.Model):
    """The number and digest of the newest line; the one row that writers of the log wait for.

    A second row, CUT, says the same of the last line that was kept long enough and is gone.
    """

    ONLY = 1
    CUT = 2

    number = models.PositiveBigIntegerField(default=0, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}"
