"""What every template may use."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def page(request: HttpRequest) -> dict[str, object]:
    """The nonce for script tags, under the name django-htmx reads.

    It is made only when a template uses it: a page that may be cached must go out without one.
    """
    if not hasattr(request, "csp_nonce"):
        return {}
    return {"csp_nonce": SimpleLazyObject(lambda: str(request.csp_nonce))}
