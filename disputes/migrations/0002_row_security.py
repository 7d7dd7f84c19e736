from django.db import migrations

from core.rowsecurity import RowPolicy
from disputes.rowconditions import DROP_FUNCTIONS, FUNCTIONS
from individuals.rowconditions import reaches

TAKES_PART = "portal_in_dispute(dispute_id)"
HEARS = "portal_hears_of_dispute(dispute_id)"
# The clock of a dispute is started for the side that opened it, and lifted or stopped by either.
CLOCKS = "kind = 'dispute.level' AND portal_in_dispute(subject)"


class Migration(migrations.Migration):
    dependencies = [
        ("disputes", "0001_initial"),
        ("deadlines", "0005_for_a_unit"),
        ("individuals", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        RowPolicy(
            "disputes_dispute",
            read="portal_in_dispute(id) OR portal_hears_of_dispute(id)",
            write="opening_unit_id = portal_unit() OR portal_in_dispute(id)",
            jobs=True,
        ),
        RowPolicy(
            "disputes_interim",
            read="portal_in_dispute_of_interim(id)",
            write="agreed_by_unit_id = portal_unit() OR portal_in_dispute_of_interim(id)",
        ),
        RowPolicy("disputes_rung", read=f"{TAKES_PART} OR {HEARS}", write=TAKES_PART, jobs=True),
        # The way to a person's case: for those of the dispute who reach the case themselves.
        RowPolicy(
            "disputes_caselink",
            read=f"{TAKES_PART} AND {reaches('matter_id')}",
            write=f"{TAKES_PART} AND portal_reaches(matter_id) AND written_by_id = portal_unit()",
        ),
        # Each side speaks for itself only.
        RowPolicy(
            "disputes_position", read=TAKES_PART, write=f"{TAKES_PART} AND huvudman_id = portal_uuid('huvudman')"
        ),
        RowPolicy(
            "disputes_proposal",
            read=f"{TAKES_PART} OR (portal_settles_dispute(id) AND {HEARS})",
            write=f"{TAKES_PART} AND huvudman_id = portal_uuid('huvudman')",
        ),
        RowPolicy(
            "disputes_confirmation", read=TAKES_PART, write=f"{TAKES_PART} AND huvudman_id = portal_uuid('huvudman')"
        ),
        RowPolicy(
            "disputes_guidance",
            read="true",
            write=f"{TAKES_PART} OR (portal_role() = 'board_member' AND {HEARS})",
        ),
        RowPolicy("disputes_disputeevent", read=TAKES_PART, write=TAKES_PART, jobs=True),
        migrations.RunSQL(
            [
                f"CREATE POLICY deadlines_clock_disputes ON deadlines_clock FOR SELECT TO portal_app USING ({CLOCKS})",
                "CREATE POLICY deadlines_clock_disputes_stop ON deadlines_clock FOR UPDATE TO portal_app"
                f" USING ({CLOCKS}) WITH CHECK ({CLOCKS})",
            ],
            [
                "DROP POLICY deadlines_clock_disputes_stop ON deadlines_clock",
                "DROP POLICY deadlines_clock_disputes ON deadlines_clock",
            ],
        ),
    ]
