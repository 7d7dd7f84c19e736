from django.db import migrations

from core.rowsecurity import RowPolicy

OWN_UNIT = "to_unit_id = portal_unit()"
DEAD_TO_STAFF = "(dead_at IS NOT NULL AND portal_role() = 'system_administrator')"


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        # Changes are written by triggers and read by nobody through the application yet.
        RowPolicy("core_changelog", read="false", write="true", jobs=True),
        RowPolicy(
            "core_readlog",
            read="portal_role() = 'log_reviewer' AND huvudman_id = portal_uuid('huvudman')",
            write="user_id = portal_uuid('user')",
            jobs=True,
        ),
        # A unit plans messages to other units, and reads its own. Dead letters hold no personal data.
        RowPolicy("core_message", read=f"{OWN_UNIT} OR {DEAD_TO_STAFF}", write="true", jobs=True),
    ]
