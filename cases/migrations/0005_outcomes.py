"""What a person tells of the end, its numbers, and the submissions by channel to hold them against."""

import uuid
from collections import Counter

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

import cases.encryption


def count_channels(apps, schema_editor):
    """Cases that are deleted already were never counted by channel, and stay uncounted."""
    using = schema_editor.connection.alias
    submitted = apps.get_model("cases", "Case").objects.using(using)
    rows = submitted.filter(submitted_at__isnull=False).values_list("submitted_at", "channel")
    numbers = Counter((timezone.localdate(at), channel) for at, channel in rows.iterator())
    count = apps.get_model("cases", "CaseCount")
    count.objects.using(using).bulk_create(
        (
            count(kind="channel", on=on, key=channel, number=number)
            for (on, channel), number in numbers.items()
        ),
        batch_size=500,
    )


def forget_channels(apps, schema_editor):
    """Nothing may be counted twice when this migration is run again."""
    counts = apps.get_model("cases", "CaseCount").objects.using(schema_editor.connection.alias)
    counts.filter(kind__in=("channel", "outcome", "helped")).delete()


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_roles")]

    operations = [
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcome",
                        to="cases.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.plan",
                        verbose_name="方案",
                    ),
                ),
                (
                    "knowledge_version",
                    models.CharField(
                        blank=True, editable=False, max_length=12, verbose_name="知识版本"
                    ),
                ),
                (
                    "money",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("all", "全部退了"),
                            ("part", "退了一部分"),
                            ("none", "没有退"),
                            ("no_money", "没有涉及钱"),
                        ],
                        editable=False,
                        max_length=8,
                        verbose_name="钱退了吗",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        max_digits=12,
                        null=True,
                        verbose_name="退了多少（元）",
                    ),
                ),
                ("refunded_on", models.DateField(editable=False, null=True, verbose_name="到账日")),
                (
                    "helped",
                    models.CharField(
                        blank=True, editable=False, max_length=40, verbose_name="起作用的一步"
                    ),
                ),
                (
                    "told_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="反馈时间"),
                ),
                ("half", cases.encryption.SealedJSONField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name": "本人反馈的结果",
                "verbose_name_plural": "本人反馈的结果",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__isnull", True), ("amount__gt", 0), _connector="OR"),
                name="outcome_amount_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("told_at__isnull", True),
                    models.Q(("money", ""), _negated=True),
                    _connector="XOR",
                ),
                name="outcome_told_or_not",
            ),
        ),
        migrations.AlterField(
            model_name="casecount",
            name="kind",
            field=models.CharField(
                choices=[
                    ("open", "未结，按提交日和阶段"),
                    ("due", "未结，按下一个日期"),
                    ("load", "未结，按经办人"),
                    ("submitted", "提交，按阶段"),
                    ("closed", "结案，按原因"),
                    ("refund_days", "退款所用天数"),
                    ("carrier", "提交，按运营商"),
                    ("carrier_days", "运营商和退款所用天数"),
                    ("seller", "提交，按商家"),
                    ("seller_days", "商家和退款所用天数"),
                    ("channel", "提交，按先走的渠道"),
                    ("outcome", "本人反馈的结果，按先走的渠道"),
                    ("helped", "本人反馈，按起作用的一步"),
                ],
                editable=False,
                max_length=16,
                verbose_name="类别",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed_in", "登录"),
                    ("signed_out", "退出"),
                    ("viewed", "查看"),
                    ("revealed", "查看被遮盖的内容"),
                    ("downloaded", "下载"),
                    ("exported", "导出"),
                    ("claimed", "认领"),
                    ("released", "释放"),
                    ("moved", "改变状态"),
                    ("noted", "写备注"),
                    ("asked", "请本人补充"),
                    ("answered", "答复本人"),
                    ("withdrew", "撤回消息"),
                    ("replied", "本人回复"),
                    ("told", "本人反馈结果"),
                    ("changed", "修改"),
                    ("held", "暂缓清理"),
                    ("proposed", "提出清理"),
                    ("approved", "批准清理"),
                    ("refused", "否决清理"),
                    ("erased", "删除案件"),
                ],
                editable=False,
                max_length=12,
                verbose_name="动作",
            ),
        ),
        migrations.RunPython(count_channels, forget_channels),
    ]
