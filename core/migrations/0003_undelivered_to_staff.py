from django.db import migrations

OWN_UNIT = "to_unit_id = portal_unit()"
DEAD_TO_STAFF = "(dead_at IS NOT NULL AND portal_role() = 'system_administrator')"
# A dead letter that is tried again is no longer dead: the row it becomes must be one that staff may see too.
UNDELIVERED_TO_STAFF = "(delivered_at IS NULL AND portal_role() = 'system_administrator')"


def policies(staff: str) -> list[str]:
    return [
        f"ALTER POLICY core_message_{verb} ON core_message USING ({OWN_UNIT} OR {staff})"
        for verb in ("read", "update", "delete")
    ]


class Migration(migrations.Migration):
    dependencies = [("core", "0002_row_security")]

    operations = [migrations.RunSQL(policies(UNDELIVERED_TO_STAFF), policies(DEAD_TO_STAFF))]
