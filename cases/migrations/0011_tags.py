"""Tags on cases, and who may keep their directory."""

import django.db.models.deletion
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

KEEP = ("add_tag", "change_tag", "view_tag")
RIGHTS = {
    "reader": ("view_tag",),
    "reviewer": ("view_tag",),
    "senior": KEEP,
    "auditor": ("view_tag",),
    "administrator": KEEP,
}


def give_rights(apps, schema_editor):
    using = schema_editor.connection.alias
    # Django makes the rows of the rights only after the last migration.
    config = installed.get_app_config("cases")
    create_permissions(config, apps=apps, using=using, verbosity=0, interactive=False)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for name, codenames in RIGHTS.items():
        group, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
        group.permissions.add(
            *permissions.filter(content_type__app_label="cases", codename__in=codenames)
        )


def take_rights(apps, schema_editor):
    using = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    permissions.filter(content_type__app_label="cases", codename__in=KEEP).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("cases", "0010_half_written"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=12, verbose_name="名称")),
                ("key", models.CharField(editable=False, max_length=64, unique=True)),
                ("purpose", models.CharField(blank=True, max_length=100, verbose_name="用途")),
                ("retired", models.BooleanField(default=False, verbose_name="不再使用")),
            ],
            options={
                "verbose_name": "标签",
                "verbose_name_plural": "标签",
                "ordering": ["retired", "name"],
                "default_permissions": ("add", "change", "view"),
            },
        ),
        migrations.CreateModel(
            name="CaseTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.tag",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("tag", "case"), name="case_tag_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="tag",
            name="cases",
            field=models.ManyToManyField(
                related_name="tags", through="cases.CaseTag", to="cases.case"
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed_in", "登录"),
                    ("signed_out", "退出"),
                    ("searched", "查找"),
                    ("viewed", "查看"),
                    ("revealed", "查看被遮盖的内容"),
                    ("downloaded", "下载"),
                    ("exported", "导出"),
                    ("claimed", "认领"),
                    ("assigned", "交给同事"),
                    ("released", "释放"),
                    ("moved", "改变状态"),
                    ("noted", "写备注"),
                    ("tagged", "贴标签"),
                    ("untagged", "取下标签"),
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
        migrations.RunPython(give_rights, take_rights),
    ]
