from django.db import migrations, models


def become_system_administrators(apps, schema_editor):
    """Let whoever administered everything keep the tables and accounts; security is given anew, from the machine."""
    apps.get_model("agencies", "Post").objects.filter(role="administrator").update(role="system_administrator")


def become_administrators(apps, schema_editor):
    apps.get_model("agencies", "Post").objects.filter(role="system_administrator").update(role="administrator")


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_staff_mail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="post",
            name="role",
            field=models.CharField(
                choices=[
                    ("intake_clerk", "登记员"),
                    ("office_handler", "信访经办人"),
                    ("agency_handler", "单位承办人"),
                    ("approver", "审核人"),
                    ("supervisor", "督查员"),
                    ("leader", "领导"),
                    ("system_administrator", "系统管理员"),
                    ("security_administrator", "安全保密管理员"),
                    ("auditor", "安全审计员"),
                ],
                max_length=24,
                verbose_name="角色",
            ),
        ),
        migrations.RunPython(become_system_administrators, become_administrators, elidable=True),
    ]
