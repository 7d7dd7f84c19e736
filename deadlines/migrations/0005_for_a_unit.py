import django.db.models.deletion
from django.db import migrations, models

from individuals.rowconditions import reaches

# Clocks of a duty that concerns no person: the unit that must act sees them, and whoever gives it the duty starts them.
FOR_A_UNIT = "(matter_id IS NULL AND unit_id = portal_unit())"
OLD_READ, OLD_WRITE = reaches("matter_id"), "portal_reaches(matter_id)"
READ, WRITE = f"({OLD_READ} OR {FOR_A_UNIT})", f"({OLD_WRITE} OR matter_id IS NULL)"


def policies(read: str, write: str) -> list[str]:
    return [
        f"ALTER POLICY deadlines_clock_read ON deadlines_clock USING ({read})",
        f"ALTER POLICY deadlines_clock_insert ON deadlines_clock WITH CHECK ({write})",
        f"ALTER POLICY deadlines_clock_update ON deadlines_clock USING ({read}) WITH CHECK ({write})",
        f"ALTER POLICY deadlines_clock_delete ON deadlines_clock USING (({read}) AND ({write}))",
    ]


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0004_count_for_the_board"), ("individuals", "0001_initial")]

    operations = [
        migrations.AlterField(
            "clock",
            "matter",
            models.ForeignKey(
                help_text="Empty when the clock concerns no person.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="clocks",
                to="individuals.matter",
            ),
        ),
        migrations.RunSQL(policies(READ, WRITE), policies(OLD_READ, OLD_WRITE)),
    ]
