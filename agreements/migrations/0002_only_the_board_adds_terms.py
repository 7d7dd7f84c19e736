from django.db import migrations

from core.rowsecurity import RowPolicy

BY_THE_BOARD = """
    origin = 'board' AND is_default AND reason <> '' AND decided_by_id = portal_uuid('user') AND decided_at IS NOT NULL
    AND portal_role() = 'board_member'
    AND EXISTS (SELECT FROM agreements_agreementparty party
                 WHERE party.agreement_id = agreements_termversion.agreement_id
                   AND party.huvudman_id = portal_uuid('huvudman'))
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial"), ("core", "0001_initial")]

    operations = [
        # Everyone reads the terms: they are public. The files are loaded by the owner, whom no policy binds.
        RowPolicy("agreements_termversion", read="true", write=BY_THE_BOARD, jobs=True),
    ]
