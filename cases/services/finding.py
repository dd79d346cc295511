"""What a submitted case can be found by: fingerprints of names, hosts, phone and order number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from cases.encryption import blind_index
from cases.models import BlindKey, Case

Kind = BlindKey.Kind
# Names share one purpose: the payee of one person may be the shop of another.
PURPOSES: Mapping[str, str] = {Kind.PHONE: "case.phone", Kind.ORDER: "case.order"}
NAMES = "case.seller"
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,18}", re.IGNORECASE)
COUNTRY_CODE = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")


def fingerprint(kind: str, text: str) -> str:
    """The blind index of a text of one kind; a phone number with and without +86 is one."""
    if kind == Kind.PHONE:
        text = COUNTRY_CODE.sub("", re.sub(r"[^\d+]", "", text))
    return blind_index(text, purpose=PURPOSES.get(kind, NAMES))


def hosts(text: str) -> list[str]:
    """The host names that stand in a text: `shop.example.com` in an address pasted whole."""
    return [host.casefold().removeprefix("www.") for host in HOST.findall(text)]


def keep_keys(case: Case, texts: Mapping[str, Collection[str]]) -> None:
    """Keep the fingerprints of these texts by kind, in place of the ones before."""
    case.keys.all().delete()
    found = {(kind, fingerprint(kind, text)) for kind, text in _with_hosts(texts)}
    BlindKey.objects.bulk_create(
        BlindKey(case=case, kind=kind, key=key) for kind, key in sorted(found)
    )


def _with_hosts(texts: Mapping[str, Collection[str]]) -> Iterator[tuple[str, str]]:
    for kind, some in texts.items():
        for text in some:
            yield kind, text
            if kind not in PURPOSES:
                yield from ((Kind.HOST, host) for host in hosts(text))
