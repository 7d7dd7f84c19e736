from django.db import migrations

from core.rowsecurity import RowPolicy
from followup.sources import SOURCES

# Clocks of a group's duties concern no person. Those who sit in groups take part in no matter, so `portal_unit()` is
# empty for them: they see and stop the clocks of groups, and no others.
OF_A_GROUP = (
    "matter_id IS NULL AND kind LIKE 'group.%' AND portal_role() IN"
    " ('group_coordinator', 'group_representative', 'board_member', 'education_group')"
)


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0001_initial"),
        ("sip", "0001_initial"),
        ("disputes", "0001_initial"),
        ("deviations", "0001_initial"),
        ("placements", "0001_initial"),
        ("deadlines", "0005_for_a_unit"),
        ("agreements", "0001_initial"),
        ("core", "0002_row_security"),
    ]

    operations = [
        *(migrations.RunSQL(source.create, source.drop) for source in SOURCES),
        RowPolicy("followup_unitfact", read="unit_id = portal_unit()", write="false", jobs=True),
        migrations.RunSQL(
            [
                f"CREATE POLICY deadlines_clock_group_read ON deadlines_clock FOR SELECT TO portal_app USING ({OF_A_GROUP})",
                f"CREATE POLICY deadlines_clock_group_stop ON deadlines_clock FOR UPDATE TO portal_app USING ({OF_A_GROUP})",
            ],
            [
                "DROP POLICY deadlines_clock_group_read ON deadlines_clock",
                "DROP POLICY deadlines_clock_group_stop ON deadlines_clock",
            ],
        ),
    ]
