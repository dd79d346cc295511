import django.db.models.deletion
import django_otp.plugins.otp_totp.models
from django.conf import settings
from django.db import migrations, models

import cases.encryption


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("cases", "0005_outcomes"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="digest",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
                ("cases", models.BooleanField(default=False, verbose_name="每天：到期的案件")),
                (
                    "reviews",
                    models.BooleanField(default=False, verbose_name="每周一：已过复查日的内容"),
                ),
                (
                    "sent_on",
                    models.DateField(editable=False, null=True, verbose_name="上次发送"),
                ),
            ],
            options={
                "verbose_name": "提醒邮件",
                "verbose_name_plural": "提醒邮件",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Phone",
            fields=[
                (
                    "totpdevice_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="otp_totp.totpdevice",
                    ),
                ),
                (
                    "secret",
                    cases.encryption.SealedJSONField(
                        default=django_otp.plugins.otp_totp.models.default_key, editable=False
                    ),
                ),
            ],
            options={
                "verbose_name": "两步验证的手机",
                "verbose_name_plural": "两步验证的手机",
                "default_permissions": (),
            },
            bases=("otp_totp.totpdevice",),
        ),
    ]
