"""A manager reads what was lifted to managers in every unit that he or she leads, whichever of them is active.

A head leads many units but works in one assignment at a time (ORG-4). Messages hold no personal data; the case itself
is reached from its own unit only.
"""

from django.db import migrations

LEADS = """
    to_level <> '' AND EXISTS (
        SELECT 1 FROM organisations_assignment a
        WHERE a.unit_id = core_message.to_unit_id AND a.user_id = portal_uuid('user') AND a.role = portal_role()
        AND a.role IN ('nearest_manager', 'head_of_operations', 'head_of_administration')
        AND a.starts_on <= (portal_now() AT TIME ZONE 'Europe/Stockholm')::date
        AND (a.ends_on IS NULL OR a.ends_on > (portal_now() AT TIME ZONE 'Europe/Stockholm')::date))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deadlines", "0002_row_security"),
        ("core", "0003_undelivered_to_staff"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY core_message_lifted ON core_message FOR SELECT TO portal_app USING ({LEADS})",
            "DROP POLICY core_message_lifted ON core_message",
        )
    ]
