"""Views of the queue that staff keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """Filters of the queue under a name; a shared one is offered to everybody on the desk.

    `query` is the part of the address after the question mark; it never holds what was searched.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(max_length=500, blank=True)
    shared = models.BooleanField(_("给全组使用"), default=False)

    class Meta:
        verbose_name = _("常用视图")
        verbose_name_plural = _("常用视图")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_one_name"),
        ]

    def __str__(self) -> str:
        return self.name
