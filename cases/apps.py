"""The Django application `cases`, and the desk in the place of Django's own admin site."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """Registers the models and the system checks of the product."""

    name = "cases"
    label = "cases"
    verbose_name = _("审核台")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks, which import models and so cannot be loaded earlier."""
        from cases import checks  # noqa: F401


class DeskConfig(SimpleAdminConfig):
    """Makes `admin.site` the desk; nothing is on it but what we put there."""

    default_site = "cases.admin.site.Desk"

    def ready(self) -> None:
        """Put the accounts on the desk, which needs the desk to be there."""
        super().ready()
        from cases.admin import accounts  # noqa: F401
