"""The limit on second factors, for an office that has the others already."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from yiwang.doors.rules import FIRST_LIMITS

NAMES = [
    ("login", "工作人员登录"), ("second", "第二验证方式"), ("filing", "提交信访"), ("lookup", "凭编号和查询码查询"),
    ("own", "评价、补充材料等"), ("upload", "上传文件"), ("verify", "核验文书和回执"), ("search", "搜索已公开的答复"),
    ("code", "发送一次性验证码"),
]  # fmt: skip


def enter(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    limits = apps.get_model("doors", "Limit")._default_manager
    rows = [row for row in FIRST_LIMITS if row[0] == "second"]
    limits.bulk_create(
        [limits.model(name=name, per=per, most=most, seconds=span, then=then) for name, per, most, span, then in rows],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("doors", "0002_first_limits")]

    operations = [
        migrations.AlterField("limit", "name", models.CharField(max_length=12, choices=NAMES)),
        migrations.RunPython(enter, migrations.RunPython.noop),
    ]
