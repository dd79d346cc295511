"""The project as an app, so that its system checks are registered."""

from __future__ import annotations

from django.apps import AppConfig


class RefundwizardConfig(AppConfig):
    """Brings in the checks on the settings."""

    name = "refundwizard"

    def ready(self) -> None:
        """Register the checks, once the settings are known to be whole."""
        from refundwizard import checks  # noqa: F401
