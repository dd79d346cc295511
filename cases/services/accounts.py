"""The accounts of the desk: made, changed, and all their sign-ins ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.contrib.auth.models import Group, User
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Event, SignedOut
from cases.services import events

EVERYWHERE = "everywhere"


class Role(models.TextChoices):
    """The groups that the migration `0004_roles` makes, in the order of what they may do."""

    READER = "reader", _("阅览")
    REVIEWER = "reviewer", _("审核")
    SENIOR = "senior", _("高级审核")
    AUDITOR = "auditor", _("审计")
    ADMINISTRATOR = "administrator", _("管理员")


# The rights of `0004_roles` and `0011_tags` in words.
DUTIES: Mapping[str, Promise] = {
    Role.READER: _("看案件（个人信息已遮盖）、商家名录、页面意见和概况"),
    Role.REVIEWER: _("阅览的全部，另可认领和处理案件、写备注、贴标签、给本人发消息、改商家名录"),
    Role.SENIOR: _(
        "审核的全部，另可查看被遮盖的内容、结案、导出、暂缓或提出清理、管理标签、合并商家、生成投诉汇总"
    ),
    Role.AUDITOR: _("看案件（个人信息已遮盖）、操作记录、清理和已删除的案件；不能改动任何内容"),
    Role.ADMINISTRATOR: _(
        "管理账号和标签、手动改变案件状态、批准清理；可以看审核台的各页，看不到被遮盖的内容"
    ),
}
# One person alone can do everything with these.
WHOLE_OFFICE = (Role.ADMINISTRATOR, Role.SENIOR)


def make(user: User, *, password: str, roles: Collection[str]) -> None:
    """Save a new account with its password and its roles."""
    with transaction.atomic():
        user.is_staff = True
        user.set_password(password)
        user.save()
        user.groups.set(Group.objects.filter(name__in=roles))


def administrators() -> models.QuerySet[User]:
    """The accounts that may change accounts, as long as they may sign in."""
    return User.objects.filter(is_active=True, is_staff=True).filter(
        models.Q(is_superuser=True) | models.Q(groups__name=Role.ADMINISTRATOR)
    )


def changed(user: User, fields: Collection[str], *, actor: str) -> None:
    """Log which fields of an account were changed; the account by its number."""
    events.record(Event.Kind.CHANGED, actor=actor, fields=[f"user:{user.pk}", *fields])


def password_changed(user: User, *, actor: str) -> None:
    """Log a new password, and end every sign-in with the old one."""
    with transaction.atomic():
        end_sign_ins(user)
        changed(user, ["password"], actor=actor)


def end_sign_ins(user: User) -> None:
    """End every sign-in of the account, wherever it is open, also one that nobody uses."""
    SignedOut.objects.update_or_create(user=user, defaults={"at": timezone.now()})


def sign_out_everywhere(user: User, *, actor: str) -> None:
    """End every sign-in of the account, and log it."""
    with transaction.atomic():
        end_sign_ins(user)
        events.record(
            Event.Kind.SIGNED_OUT, actor=actor, fields=[f"user:{user.pk}"], reason=EVERYWHERE
        )


def role_name(group: str) -> str:
    """What a group is called on the desk."""
    return str(Role(group).label) if group in Role.values else group


def duties(group: str) -> str:
    """What the role of a group may do, in a sentence."""
    return str(DUTIES.get(group, ""))
