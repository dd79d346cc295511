"""What staff have typed and not sent."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_assigned_and_lapsed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HalfWritten",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("act", models.CharField(editable=False, max_length=16, verbose_name="操作")),
                (
                    "typed",
                    cases.encryption.SealedJSONField(editable=False, verbose_name="写的内容"),
                ),
                ("at", models.DateTimeField(db_index=True, editable=False, verbose_name="时间")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作者",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="half_written",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "没有发出的草稿",
                "verbose_name_plural": "没有发出的草稿",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "author", "act"), name="one_half_written"
                    )
                ],
            },
        ),
    ]
