from django.db import migrations

from core.rowsecurity import RowPolicy

OWN_ADMINISTRATOR = """
    portal_role() = 'local_administrator' AND huvudman_id = portal_uuid('huvudman')
    AND EXISTS (SELECT FROM agreements_agreementparty party
                 WHERE party.agreement_id = agreements_localdocument.agreement_id
                   AND party.huvudman_id = portal_uuid('huvudman'))
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0002_only_the_board_adds_terms"), ("core", "0001_initial")]

    operations = [
        RowPolicy("agreements_localdocument", read="true", write=OWN_ADMINISTRATOR),
        # All may read every row; that must not let one party take over a row of another.
        migrations.RunSQL(
            f"ALTER POLICY agreements_localdocument_update ON agreements_localdocument USING ({OWN_ADMINISTRATOR})",
            migrations.RunSQL.noop,
        ),
    ]
