"""Second wall of a revision: the board asks, answers and writes amendments; commenters and parties speak for themselves.

A term is changed by an amendment only once that amendment is adopted, and the database adopts none that a party has not
agreed to (trigger `all_have_agreed`).
"""

from django.db import migrations

from core.rowsecurity import RowPolicy

SIGNED_IN = "portal_uuid('user') IS NOT NULL"


def with_a_party(agreement: str) -> str:
    return f"""EXISTS (SELECT FROM agreements_agreementparty party
                        WHERE party.agreement_id = {agreement} AND party.huvudman_id = portal_uuid('huvudman'))"""


def board(agreement: str) -> str:
    return f"portal_role() = 'board_member' AND {with_a_party(agreement)}"


def administrator(agreement: str) -> str:
    return f"portal_role() = 'local_administrator' AND {with_a_party(agreement)}"


def of(parent: str, table: str, key: str) -> str:
    return f"(SELECT parent.agreement_id FROM {parent} parent WHERE parent.id = {table}.{key})"


ROUND, COMMENT = "agreements_revisionround", "agreements_roundcomment"
AMENDMENT, DECISION = "agreements_amendment", "agreements_amendmentdecision"
TERM, PROVISION = "agreements_amendedterm", "agreements_amendedprovision"

ROUND_OF_COMMENT = of(ROUND, COMMENT, "round_id")
OWN_COMMENT = f"""
    author_id = portal_uuid('user') AND unit_id = portal_uuid('unit') AND outcome = ''
    AND {with_a_party(ROUND_OF_COMMENT)}
    AND EXISTS (SELECT FROM {ROUND} asked WHERE asked.id = {COMMENT}.round_id AND asked.state = 'open')
    AND (portal_role() = 'user_representative' AND huvudman_id IS NULL
         OR portal_role() IN ('nearest_manager', 'head_of_operations', 'head_of_administration', 'group_coordinator',
                              'group_representative') AND huvudman_id = portal_uuid('huvudman'))
"""
OWN_DECISION = f"""
    huvudman_id = portal_uuid('huvudman') AND recorded_by_id = portal_uuid('user')
    AND {administrator(of(AMENDMENT, DECISION, "amendment_id"))}
    AND EXISTS (SELECT FROM {AMENDMENT} a WHERE a.id = {DECISION}.amendment_id AND a.state = 'proposed')
"""
BY_THE_BOARD = """
    origin = 'board' AND is_default AND reason <> '' AND decided_by_id = portal_uuid('user') AND decided_at IS NOT NULL
    AND portal_role() = 'board_member'
    AND EXISTS (SELECT FROM agreements_agreementparty party
                 WHERE party.agreement_id = agreements_termversion.agreement_id
                   AND party.huvudman_id = portal_uuid('huvudman'))
"""
BY_ALL_PARTIES = f"""
    origin = 'amendment' AND NOT is_default AND decided_by_id = portal_uuid('user') AND decided_at IS NOT NULL
    AND EXISTS (SELECT FROM {AMENDMENT} a JOIN {TERM} changed ON changed.amendment_id = a.id
                 WHERE a.agreement_id = agreements_termversion.agreement_id AND a.state = 'adopted'
                   AND a.in_force_from <= agreements_termversion.valid_from
                   AND changed.key = agreements_termversion.key AND changed.value = agreements_termversion.value)
"""


class Migration(migrations.Migration):
    dependencies = [("agreements", "0004_each_party_decides_for_itself"), ("core", "0001_initial")]

    operations = [
        RowPolicy(ROUND, read=SIGNED_IN, write=board(f"{ROUND}.agreement_id"), jobs=True),
        RowPolicy(COMMENT, read=SIGNED_IN, write=OWN_COMMENT),
        RowPolicy(AMENDMENT, read=SIGNED_IN, write=board(f"{AMENDMENT}.agreement_id"), jobs=True),
        RowPolicy(TERM, read=SIGNED_IN, write=board(of(AMENDMENT, TERM, "amendment_id"))),
        RowPolicy(PROVISION, read=SIGNED_IN, write=board(of(AMENDMENT, PROVISION, "amendment_id"))),
        RowPolicy(DECISION, read=SIGNED_IN, write=OWN_DECISION),
        migrations.RunSQL(
            [
                f"ALTER POLICY {ROUND}_update ON {ROUND} USING ({board(f'{ROUND}.agreement_id')})",
                # What was written is never altered (a trigger says so); the board writes the answer beside it.
                f"ALTER POLICY {COMMENT}_update ON {COMMENT} USING ({board(ROUND_OF_COMMENT)})"
                f" WITH CHECK ({board(ROUND_OF_COMMENT)})",
                # The last party's decision settles an amendment, so its administrator writes the outcome.
                f"ALTER POLICY {AMENDMENT}_update ON {AMENDMENT} USING (({board(f'{AMENDMENT}.agreement_id')})"
                f" OR (state = 'proposed' AND {administrator(f'{AMENDMENT}.agreement_id')}))"
                f" WITH CHECK (({board(f'{AMENDMENT}.agreement_id')})"
                f" OR ({administrator(f'{AMENDMENT}.agreement_id')}))",
                "ALTER POLICY agreements_termversion_insert ON agreements_termversion"
                f" WITH CHECK (({BY_THE_BOARD}) OR ({BY_ALL_PARTIES}))",
            ],
            ["ALTER POLICY agreements_termversion_insert ON agreements_termversion" f" WITH CHECK ({BY_THE_BOARD})"],
        ),
    ]
