"""How much came lately from near an address, so that nobody uses up what is for all."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache

from cases.encryption import blind_index
from cases.services.resuming import neighbourhood


def so_far(address: str, *, purpose: str, more: int, within: timedelta) -> int:
    """How much came from the neighbourhood of the address, `more` included.

    What is counted, and in what unit, is the purpose's. The time begins with the first of it.
    Only the cache knows, under a key that does not tell the address; where several processes
    have a cache each, they count it each.
    """
    key = f"{purpose}:{blind_index(neighbourhood(address), purpose=purpose)}"
    cache.add(key, 0, within.total_seconds())
    try:
        return cache.incr(key, more)
    except ValueError:
        # The time ended, or the cache made room, between the two.
        return more
