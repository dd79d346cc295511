"""Who may open which case: what this browser remembers, and where a request comes from."""

from __future__ import annotations

import ipaddress
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from cases.models import Case

REMEMBERED = "cases"


def case_or_none(request: HttpRequest, case_id: UUID) -> Case | None:
    """The case, if this browser opened or resumed it; None also when there is no such case."""
    if str(case_id) not in request.session.get(REMEMBERED, []):
        return None
    return Case.objects.filter(pk=case_id).first()


def remember(request: HttpRequest, case: Case) -> None:
    """Let this browser open the case; call it when one is opened or resumed, not on every page.

    The session gets a new key, so that a key planted or seen before opens nothing.
    """
    known = request.session.get(REMEMBERED, [])
    if str(case.pk) not in known:
        request.session[REMEMBERED] = [*known, str(case.pk)]
    request.session.cycle_key()


def forget(request: HttpRequest, case: Case) -> None:
    """Close the case for this browser."""
    known = request.session.get(REMEMBERED, [])
    if str(case.pk) in known:
        request.session[REMEMBERED] = [each for each in known if each != str(case.pk)]


def client_address(request: HttpRequest) -> str:
    """The client's address as the outermost of our own proxies saw it, for the limits.

    Each proxy appends the address it was called from, so only the last TRUSTED_PROXY_COUNT
    entries of X-Forwarded-For are ours; whatever stands before them anybody may have written.
    """
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = settings.TRUSTED_PROXY_COUNT
    if not 0 < trusted <= len(hops):
        return nearest
    seen = hops[-trusted].strip()
    return seen if _is_address(seen) else nearest


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
