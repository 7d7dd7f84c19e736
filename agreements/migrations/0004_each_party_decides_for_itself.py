from django.db import migrations

from core.rowsecurity import RowPolicy

OWN_ADMINISTRATOR = """
    origin = 'party' AND recorded_by_id IS NOT NULL
    AND portal_role() = 'local_administrator' AND huvudman_id = portal_uuid('huvudman')
    AND EXISTS (SELECT FROM agreements_agreementparty party
                 WHERE party.agreement_id = agreements_partydecision.agreement_id
                   AND party.huvudman_id = portal_uuid('huvudman'))
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_each_party_writes_its_own"), ("core", "0001_initial")]

    operations = [
        RowPolicy("agreements_partydecision", read="true", write=OWN_ADMINISTRATOR, jobs=True),
        # All may read every row; that must not let one party strike the decision of another.
        migrations.RunSQL(
            f"ALTER POLICY agreements_partydecision_update ON agreements_partydecision USING ({OWN_ADMINISTRATOR})",
            migrations.RunSQL.noop,
        ),
    ]
