from django.db import migrations

from core.rowsecurity import RowPolicy
from individuals.rowconditions import reaches
from sip.ratingsql import PARTY_FUNCTION, RATE_FUNCTION, SUMMARY_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("sip", "0004_meeting_row_security")]

    operations = [
        RowPolicy("sip_ratingcode", read=reaches("case_id")),
        # Answers are written and read by the functions alone.
        RowPolicy("sip_rating", read="false"),
        migrations.RunSQL(PARTY_FUNCTION, "DROP FUNCTION portal_party_of(uuid, text)"),
        migrations.RunSQL(RATE_FUNCTION, "DROP FUNCTION portal_rate(text, integer, integer, integer)"),
        migrations.RunSQL(SUMMARY_FUNCTION, "DROP FUNCTION portal_ratings()"),
    ]
