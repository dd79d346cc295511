"""What formtools may read of a case. Nothing is written here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from formtools.wizard.storage.base import BaseStorage

from cases.models import Case


class CaseRequest(HttpRequest):
    """A request for which the case was found."""

    case: Case


class CaseStorage(BaseStorage):  # type: ignore[misc]
    """The typed answers of `request.case`; the current step lives as long as the request."""

    def __init__(self, prefix: str, request: CaseRequest, file_storage: Any = None) -> None:
        super().__init__(prefix, request, file_storage)
        self.case = request.case
        self.init_data()

    def get_step_data(self, step: str) -> MultiValueDict[str, str] | None:
        """What was typed into a step last, sent or not; None when nothing was."""
        stored = self.case.answers.get(step)
        return MultiValueDict(stored.get("half", stored["typed"])) if stored else None
