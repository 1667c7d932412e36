"""What an agency was asked is read off one index, the state included."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("petitions", "0009_extension_asked")]

    operations = [
        migrations.RemoveIndex(model_name="referral", name="referrals_seen_by_agency"),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                models.F("agency"), models.F("petition"), models.F("state"), name="referrals_seen_by_agency"
            ),
        ),
    ]
