"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def page(request: HttpRequest) -> dict[str, object]:
    """Who runs the site, and the nonce for script tags, under the name django-htmx reads.

    The nonce is made only when a template uses it: a page that may be cached must go out without.
    """
    operator: dict[str, object] = {
        "operator_name": settings.OPERATOR_NAME,
        "operator_contact": settings.OPERATOR_CONTACT,
    }
    if not hasattr(request, "csp_nonce"):
        return operator
    return {**operator, "csp_nonce": SimpleLazyObject(lambda: str(request.csp_nonce))}
