"""What the desk writes to a person, and what the person answers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.encryption import SealedJSONField
from cases.models.case import Case


class Message(models.Model):
    """One message, shown on the person's plan page.

    A request says in `asks` what it is about: `step:<step>` and `evidence:<kind>`. It is answered
    once, in text, in `reply`; what stands typed before it is sent is `half`, which nobody but the
    person is shown. An answer asks nothing. `template` and `knowledge_version` say which canned
    answer the words began as; what was sent stays.
    """

    class Kind(models.TextChoices):
        """What is expected of the person."""

        REQUEST = "request", _("请补充")
        ANSWER = "answer", _("答复")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        Case, verbose_name=_("案件"), on_delete=models.CASCADE, related_name="messages"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("作者"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices, editable=False)
    asks = models.JSONField(_("需要什么"), default=list, editable=False)
    words = SealedJSONField(_("内容"))
    template = models.CharField(_("常用答复"), max_length=64, blank=True, editable=False)
    knowledge_version = models.CharField(_("知识版本"), max_length=12, blank=True, editable=False)
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    half = SealedJSONField(null=True)
    reply = SealedJSONField(_("本人的回复"), null=True)
    replied_at = models.DateTimeField(_("回复时间"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("给本人的消息")
        verbose_name_plural = _("给本人的消息")
        ordering = ["at"]
        indexes = [models.Index(fields=["case", "at"], name="message_of_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
