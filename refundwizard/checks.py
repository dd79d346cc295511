"""What must hold before the site serves people: checked at start and by `check --deploy`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.conf import ENVIRONMENT_VARIABLE, settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

DEFAULT_ADMIN_PATH = "desk/"


def refuse_unreadable_settings() -> None:
    """Stop the process with one sentence when a variable of the environment does not fit."""
    try:
        import_module(os.environ[ENVIRONMENT_VARIABLE])
    except (EnvError, ImproperlyConfigured) as error:
        fault = str(error).rstrip(".:")
        raise SystemExit(f"Refusing to start: {fault} (see docs/settings.md).") from None


def refuse_ephemeral_secrets() -> None:
    """Stop the process with one sentence when its secrets would not outlive it."""
    refuse_unreadable_settings()
    if settings.EPHEMERAL_SECRETS:
        raise SystemExit(_missing_secrets())


def _missing_secrets() -> str:
    names = ", ".join(settings.MISSING_SECRETS)
    return f"Refusing to start: {names} not set, so nothing stored now could be read again."


@register(Tags.security, deploy=True)
def secrets_are_set(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse keys that were made up for this process."""
    if not settings.EPHEMERAL_SECRETS:
        return []
    return [Error(_missing_secrets(), hint="See docs/settings.md.", id="refundwizard.E001")]


@register(Tags.security, deploy=True)
def serves_over_https(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse development mode and a site address that is missing or not https."""
    faults: list[CheckMessage] = []
    if settings.DEVELOPMENT:
        faults.append(
            Error("DEVELOPMENT is set: cookies and pages go unprotected.", id="refundwizard.E002")
        )
    if not settings.SITE_URL.startswith("https://"):
        faults.append(
            Error("SITE_URL must be the https:// address of the site.", id="refundwizard.E003")
        )
    return faults


@register(Tags.security, deploy=True)
def proxies_are_counted(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a proxy that is not counted: every visitor would share the proxy's address."""
    counted = settings.TRUSTED_PROXY_COUNT > 0
    if counted == settings.BEHIND_PROXY:
        return []
    return [
        Error(
            "BEHIND_PROXY and TRUSTED_PROXY_COUNT belong together: set both or neither.",
            id="refundwizard.E004",
        )
    ]


@register(Tags.security, deploy=True)
def desk_has_its_own_path(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn while the desk is where everybody who read the code expects it."""
    if settings.ADMIN_PATH != DEFAULT_ADMIN_PATH:
        return []
    return [Warning("ADMIN_PATH is the default; choose your own.", id="refundwizard.W001")]


@register(Tags.security, deploy=True)
def staff_show_a_second_factor(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn while a password alone opens the desk."""
    if settings.DESK_TWO_FACTOR:
        return []
    return [Warning("DESK_TWO_FACTOR is off: a password opens the desk.", id="refundwizard.W003")]


@register(Tags.security, deploy=True)
def operator_is_named(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn while the pages cannot say who answers for the site and how to reach them."""
    if settings.OPERATOR_NAME and settings.OPERATOR_CONTACT:
        return []
    return [
        Warning(
            "OPERATOR_NAME and OPERATOR_CONTACT are not set: the privacy page names nobody.",
            hint="The Personal Information Protection Law asks for both (article 17).",
            id="refundwizard.W002",
        )
    ]
