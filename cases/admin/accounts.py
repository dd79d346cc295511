"""The accounts and roles of the desk, for administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm, UsernameField
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from cases.admin.rows import ReadRows, TitledRows
from cases.services import accounts, devices

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    Accounts = UserAdmin[User]
    Roles = admin.ModelAdmin[Group]
    Creation = UserCreationForm[User]
    Change = forms.ModelForm[User]
    Choice = forms.ModelMultipleChoiceField[Group]
    NewPassword = AdminPasswordChangeForm[User]
else:
    Accounts, Roles = UserAdmin, admin.ModelAdmin
    Creation, Change, NewPassword = UserCreationForm, forms.ModelForm, AdminPasswordChangeForm
    Choice = forms.ModelMultipleChoiceField

# Importing Django's module has put its own pages for both on the desk.
admin.site.unregister([User, Group])

# What an act on somebody's account does, said before it is done.
FORGETTING = _(
    "这个账号的手机和恢复码都会作废，所有设备上的登录都会结束；"
    "下次登录时用密码进入，再设置新的手机。请先确认提出要求的就是本人。"
)
SIGNING_OUT = _(
    "这个账号在所有设备上的登录都会结束；"
    "密码和两步验证不变，可以马上重新登录。要让对方不能再登录，请停用账号。"
)


class RolesField(Choice):
    """The roles as boxes to tick, in Chinese."""

    def __init__(self) -> None:
        super().__init__(
            Group.objects.order_by("pk"),
            label=_("角色"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def label_from_instance(self, obj: Group) -> str:
        """The name of the role, and what it may do."""
        return f"{accounts.role_name(obj.name)}：{accounts.duties(obj.name)}"


class AddressField(forms.EmailField):
    """Where mails go that the account itself asks for."""

    def __init__(self) -> None:
        hint = _("只用来发本人在“我的账号”里选择的提醒邮件，可以不填。")
        wide = forms.EmailInput({"class": "vTextField"})
        super().__init__(
            label=_("邮箱"), required=False, max_length=254, help_text=hint, widget=wide
        )


class NewAccountForm(Creation):
    """Name, password and roles."""

    groups = RolesField()
    first_name = forms.CharField(label=_("姓名"), required=False, max_length=150)
    email = AddressField()


class AccountForm(Change):
    """Everything but the password, which has a page of its own."""

    groups = RolesField()
    first_name = forms.CharField(label=_("姓名"), required=False, max_length=150)
    email = AddressField()
    is_active = forms.BooleanField(
        label=_("可以登录"),
        required=False,
        help_text=_("停用之后，这个账号在所有设备上的登录都会结束；再启用时要重新登录。"),
    )

    class Meta:
        model = User
        fields = ("username", "first_name", "email", "is_active", "groups")
        field_classes = {"username": UsernameField}

    def clean(self) -> dict[str, Any]:
        """Refuse to take the last administrator away."""
        cleaned = super().clean() or self.cleaned_data
        roles = {group.name for group in cleaned.get("groups", [])}
        stays = cleaned.get("is_active") and (
            self.instance.is_superuser or accounts.Role.ADMINISTRATOR in roles
        )
        others = accounts.administrators().exclude(pk=self.instance.pk)
        if not stays and not others.exists():
            raise ValidationError(_("至少要留一个可以登录的管理员。"))
        return cleaned


class NewPasswordForm(NewPassword):
    """A new password, and no way to do without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


@admin.register(User)
class AccountAdmin(TitledRows, Accounts):
    """Accounts are made, changed and disabled; nobody deletes one, because the log names it."""

    list_title, row_title, new_title = _("账号"), _("账号"), _("新账号")
    form, add_form, change_password_form = AccountForm, NewAccountForm, NewPasswordForm
    change_form_template = "desk/account.html"
    add_form_template = "admin/change_form.html"
    change_user_password_template = "desk/new_password.html"  # noqa: S105
    fieldsets = (
        (None, {"fields": ("username", "first_name", "email", "is_active", "groups")}),
        (_("时间"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "first_name", "email", "groups", "password1", "password2")}),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "full_name", "roles", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "first_name")
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account above every right is changed only by its equal."""
        above = obj is not None and obj.is_superuser
        return super().has_change_permission(request, obj) and (
            not above or cast(User, request.user).is_superuser
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """The log knows an account by its name, so the name stays."""
        return (*self.readonly_fields, *(["username"] if obj else []))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Disable it instead."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only our filter."""
        return lookup in ("is_active", "is_active__exact")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """The accounts with their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("姓名"), ordering="first_name")
    def full_name(self, user: User) -> str:
        """The name as colleagues say it."""
        return user.first_name or "—"

    @admin.display(description=_("角色"))
    def roles(self, user: User) -> str:
        """Every role, or that it may do everything."""
        names = [accounts.role_name(group.name) for group in user.groups.all()]
        return "、".join([*names, *([str(_("全部权限"))] if user.is_superuser else [])]) or "—"

    # ---- writing

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Keep the account, log what was changed, and end its sign-ins when it is disabled."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)
        fields = form.changed_data if change else ["username"]
        if fields:
            accounts.changed(obj, fields, actor=_actor(request))
        if "is_active" in fields and not obj.is_active:
            accounts.end_sign_ins(obj)

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """A new password for somebody: their sign-ins end with the old one."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            accounts.password_changed(User.objects.get(pk=id), actor=_actor(request))
        return response

    # ---- acts on one account

    def get_urls(self) -> list[URLPattern]:
        """Two acts that ask first."""
        forget = self.admin_site.admin_view(self.forget_devices)
        sign_out = self.admin_site.admin_view(self.sign_out)
        return [
            path("<int:pk>/forget-devices/", forget, name="auth_user_forget_devices"),
            path("<int:pk>/sign-out/", sign_out, name="auth_user_sign_out"),
            *super().get_urls(),
        ]

    def forget_devices(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let somebody who lost the phone set up another one."""
        user = self._named(request, pk)
        if request.method != "POST":
            return self._ask(request, user, _("重置两步验证"), _("重置"), FORGETTING)
        devices.forget(user, actor=_actor(request))
        self.message_user(request, _("已重置。下次登录时会重新设置。"), messages.SUCCESS)
        return redirect("admin:auth_user_change", pk)

    def sign_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End every sign-in of somebody."""
        user = self._named(request, pk)
        if request.method != "POST":
            return self._ask(request, user, _("退出所有设备"), _("全部退出"), SIGNING_OUT)
        accounts.sign_out_everywhere(user, actor=_actor(request))
        self.message_user(request, _("这个账号已在所有设备上退出。"), messages.SUCCESS)
        return redirect("admin:auth_user_change", pk)

    def _named(self, request: HttpRequest, pk: int) -> User:
        """The account, for those who may change it."""
        user: User | None = self.get_object(request, str(pk))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        return user

    def _ask(
        self, request: HttpRequest, user: User, title: Any, button: Any, warning: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "title": title,
            "button": button,
            "warning": warning,
        }
        return TemplateResponse(request, "desk/account_act.html", context)


@admin.register(Group)
class RoleAdmin(ReadRows, Roles):
    """What each role may do, for reading: a migration makes them."""

    list_display = fields = readonly_fields = ("role", "duties", "members")
    ordering = ("pk",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The five of them."""
        return super().changelist_view(request, {**(extra_context or {}), "title": _("角色")})

    @admin.display(description=_("角色"))
    def role(self, group: Group) -> str:
        """Its name."""
        return accounts.role_name(group.name)

    @admin.display(description=_("成员"))
    def members(self, group: Group) -> str:
        """Who has it and may sign in."""
        names = group.user_set.filter(is_active=True).values_list("username", flat=True)
        return "、".join(names) or "—"

    @admin.display(description=_("可以做什么"))
    def duties(self, group: Group) -> str:
        """Its rights in words."""
        return accounts.duties(group.name)


def _actor(request: HttpRequest) -> str:
    return cast(User, request.user).get_username()
