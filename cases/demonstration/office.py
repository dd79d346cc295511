"""The desk of the demonstration: who works there, and the sellers they have put together."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from random import Random

from django.contrib.auth.models import User
from django.db.models import Q

from cases.demonstration.names import LISTED
from cases.models import SavedView, Seller, Tag
from cases.services import accounts, sellers, tags
from cases.services.accounts import Role

# (name to sign in with, name as colleagues say it); nobody can sign in as one of them.
REVIEWERS = (("demo-jia", "示例审核甲"), ("demo-yi", "示例审核乙"), ("demo-bing", "示例审核丙"))
SENIORS = (("demo-ding", "示例高级丁"),)
VIEWS = (
    ("今天到期的", "due=today&assignee=all"),
    ("没人认领的退款", "problem=money&assignee=none"),
)
# (name, what it is for); nobody needs the last one any more.
TAGS = (
    ("集体投诉", "同一家有好几个人投诉，可以一起交给主管部门"),
    ("转给法务", "要由法务看过再答复"),
    ("等运营商回函", "已经发函，回函前先不催本人"),
    ("首轮抽查", "第一轮抽查时看过"),
)
NOBODY = "演示数据，没有这家店。"


@dataclass(frozen=True, slots=True)
class Office:
    """Those at work."""

    reviewers: tuple[User, ...]
    seniors: tuple[User, ...]
    tags: tuple[Tag, ...]

    def reviewer(self, rng: Random) -> User:
        """The first ones have more time than the last."""
        return rng.choices(self.reviewers, weights=range(len(self.reviewers), 0, -1))[0]

    def senior(self, rng: Random) -> User:
        """One of them."""
        return rng.choice(self.seniors)


def opened() -> Office:
    """The accounts, without a password that anybody knows, and what they keep on the desk."""
    reviewers = tuple(_account(*each, Role.REVIEWER) for each in REVIEWERS)
    seniors = tuple(_account(*each, Role.SENIOR) for each in SENIORS)
    office = Office(reviewers, seniors, tuple(_tag(*each, seniors[0]) for each in TAGS))
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


def retire_tag(office: Office) -> None:
    """Offer the last tag no more; it stays on the cases that carry it."""
    tag = office.tags[-1]
    tag.retired = True
    tags.keep(tag, ["retired"], actor=office.seniors[0].get_username())


def _tag(name: str, purpose: str, senior: User) -> Tag:
    tag = Tag(name=name, purpose=purpose)
    tags.keep(tag, ["name", "purpose"], actor=senior.get_username())
    return tag


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
