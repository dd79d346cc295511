"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cases.views import devices


def page(request: HttpRequest) -> dict[str, object]:
    """Who runs the site, what the device is, and the nonce for script tags under the name
    django-htmx reads.

    The nonce is made only when a template uses it: a page that may be cached must go out without.
    """
    told: dict[str, object] = {
        "operator_name": settings.OPERATOR_NAME,
        "operator_contact": settings.OPERATOR_CONTACT,
        "icp_number": settings.ICP_NUMBER,
        "app": devices.app_of(request),
        "text_size": devices.text_size(request),
        "text_sizes": devices.SIZES,
        "page_name": _page_name(request),
    }
    if not hasattr(request, "csp_nonce"):
        return told
    return {**told, "csp_nonce": SimpleLazyObject(lambda: str(request.csp_nonce))}


def _page_name(request: HttpRequest) -> str:
    """The step or the route that is shown, for a remark about it; "" where there is none."""
    match = request.resolver_match
    return str(match.kwargs.get("step") or match.url_name) if match else ""
