"""A message to a role is read, and marked as read, by those who hold that role at the unit it was sent to.

Board members, coordinators and administrators take part in no matter, so `portal_unit()` says nothing of them. A
message that belongs to a matter stays with the units that take part in it.
"""

from django.db import migrations

TO_MY_ROLE = "to_level <> '' AND to_level = portal_role() AND to_unit_id = portal_uuid('unit') AND matter_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [("core", "0003_undelivered_to_staff")]

    operations = [
        migrations.RunSQL(
            [
                f"CREATE POLICY core_message_role_read ON core_message FOR SELECT TO portal_app USING ({TO_MY_ROLE})",
                f"CREATE POLICY core_message_role_seen ON core_message FOR UPDATE TO portal_app USING ({TO_MY_ROLE})",
            ],
            [
                "DROP POLICY core_message_role_read ON core_message",
                "DROP POLICY core_message_role_seen ON core_message",
            ],
        )
    ]
