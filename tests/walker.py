"""A person at the browser, by Django's test client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse

from cases.models import Case
from tests.flow import Typed, typed_for

LONGEST_WALK = 60


class Walker:
    """Opens a case and answers its steps."""

    def __init__(self, client: Client, case: Case | None = None) -> None:
        self.client = client
        self.case_id = case.pk if case else self._open()

    @property
    def case(self) -> Case:
        """The case as it is stored now."""
        return Case.objects.get(pk=self.case_id)

    def url(self, step: str) -> str:
        """The address of a step."""
        return reverse("step", args=[self.case_id, step])

    def get(self, step: str, **kwargs: Any) -> Any:
        """Show a step."""
        return self.client.get(self.url(step), **kwargs)

    def post(self, step: str, typed: Mapping[str, Any], **extra: Any) -> Any:
        """Send a step as its page would, with the version the case has now."""
        posted = {"version": str(self.case.version), "nav": "next", **typed, **extra}
        return self.client.post(self.url(step), posted)

    def answer(self, facts: Mapping[str, Any], *, until: str = "check") -> str:
        """Answer page after page with these facts; returns the address it ended at."""
        typed, url = typed_for(facts), self.url("situation")
        for _page in range(LONGEST_WALK):
            name = url.rstrip("/").rpartition("/")[2]
            if name == until:
                break
            response = self.post(name, {**ticked(self.client.get(url)), **typed[name]})
            assert response.status_code == 302, (name, response.context["form"].errors)
            url = response.url
        return url

    def submit(self) -> Any:
        """Press the button of the check page."""
        page = self.client.get(reverse("check", args=[self.case_id]))
        return self.submit_with(page.context["key"])

    def submit_with(self, key: str) -> Any:
        """Submit with a key of one's own."""
        return self.client.post(reverse("submit", args=[self.case_id]), {"key": key})

    def _open(self) -> UUID:
        response = self.client.post(reverse("start"))
        return UUID(response["Location"].split("/")[2])


def ticked(page: Any) -> Typed:
    """The channels that come ticked on a page."""
    chosen = page.context["ticked"].get("chosen")
    return {"chosen": list(chosen)} if chosen else {}
