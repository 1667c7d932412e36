"""Give the monitoring page indexes that hold all it asks, who may see it included."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("people", "0001_initial"),
        ("petitions", "0002_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="petition",
            name="monitoring_received",
        ),
        migrations.RemoveIndex(
            model_name="petition",
            name="monitoring_answered",
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                models.F("received_on"),
                models.F("channel"),
                models.F("category"),
                models.F("lead_agency"),
                models.F("purpose"),
                models.F("accused"),
                models.F("office"),
                models.F("id"),
                name="monitoring_received",
            ),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                models.F("answered_on"),
                models.F("days_to_answer"),
                models.F("lead_agency"),
                models.F("purpose"),
                models.F("accused"),
                models.F("office"),
                models.F("id"),
                condition=models.Q(("answered_on__isnull", False)),
                name="monitoring_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                models.F("state"),
                models.F("lead_agency"),
                models.F("next_due_at"),
                models.F("urgent"),
                models.F("merged_into"),
                models.F("purpose"),
                models.F("accused"),
                models.F("office"),
                models.F("closed_at"),
                models.F("id"),
                condition=models.Q(("closed_at__isnull", True)),
                name="monitoring_open",
            ),
        ),
    ]
