"""The desk of the demonstration: who works there, and the sellers they have put together."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from random import Random

from django.contrib.auth.models import User
from django.db.models import Q

from cases.demonstration.names import LISTED
from cases.models import SavedView, Seller
from cases.services import accounts, sellers
from cases.services.accounts import Role

# (name to sign in with, name as colleagues say it); nobody can sign in as one of them.
REVIEWERS = (("demo-jia", "示例审核甲"), ("demo-yi", "示例审核乙"), ("demo-bing", "示例审核丙"))
SENIORS = (("demo-ding", "示例高级丁"),)
VIEWS = (
    ("今天到期的", "due=today&assignee=all"),
    ("没人认领的退款", "problem=money&assignee=none"),
)
NOBODY = "演示数据，没有这家店。"


@dataclass(frozen=True, slots=True)
class Office:
    """Those at work."""

    reviewers: tuple[User, ...]
    seniors: tuple[User, ...]

    def reviewer(self, rng: Random) -> User:
        """The first ones have more time than the last."""
        return rng.choices(self.reviewers, weights=range(len(self.reviewers), 0, -1))[0]

    def senior(self, rng: Random) -> User:
        """One of them."""
        return rng.choice(self.seniors)


def opened() -> Office:
    """The accounts, without a password that anybody knows, and what they keep on the desk."""
    reviewers = tuple(_account(*each, Role.REVIEWER) for each in REVIEWERS)
    office = Office(reviewers, tuple(_account(*each, Role.SENIOR) for each in SENIORS))
    SavedView.objects.bulk_create(
        SavedView(owner=office.seniors[0], name=name, query=query, shared=True)
        for name, query in VIEWS
    )
    return office


def list_sellers(office: Office) -> None:
    """The directory, with every name a shop goes by."""
    actor = office.reviewers[0].get_username()
    for shop in LISTED:
        seller = Seller.objects.create(name=shop.name, company=shop.company, notes=NOBODY)
        for text in (shop.payee, shop.host):
            sellers.keep_alias(seller, text)
        sellers.changed(seller, ["name", "company", "notes"], actor=actor)


def _account(name: str, called: str, role: str) -> User:
    user = User(username=name, first_name=called)
    accounts.make(user, password=secrets.token_urlsafe(), roles=[role])
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return user


def taken() -> bool:
    """Whether any of these accounts is there already."""
    names = [name for name, _called in (*REVIEWERS, *SENIORS)]
    return User.objects.filter(Q(username__in=names)).exists()
