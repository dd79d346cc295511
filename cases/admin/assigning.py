"""The forms that give cases to a colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from cases.admin.work_forms import CHOOSE, ActForm
from cases.services import claims

# The field takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    ModelChoiceField = forms.ModelChoiceField[User]
else:
    ModelChoiceField = forms.ModelChoiceField


class Colleagues(ModelChoiceField):
    """Somebody who works on cases, as the database says when the form is shown or sent."""

    def __init__(self) -> None:
        super().__init__(
            claims.reviewers(),
            label=_("交给谁"),
            help_text=_("可以处理案件、没有停用的账号。会记入操作记录。"),
            empty_label=str(CHOOSE[1]),
            error_messages={
                "required": _("请选择交给谁"),
                "invalid_choice": _("这个账号现在不能处理案件，请另选一个"),
            },
        )


class AssignForm(ActForm):
    """To whom a case is given."""

    to = Colleagues()


class AssignManyForm(forms.Form):
    """To whom all of them are given."""

    to = Colleagues()
