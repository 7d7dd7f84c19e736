from django.db import migrations

from core.rowsecurity import RowPolicy
from individuals.rowconditions import COVERS_FUNCTION, DRIFT_FUNCTION, REACHES_FUNCTION, reaches

IN_MATTER = reaches("matter_id")
WROTE = "written_by_id = portal_unit()"
WAS_GIVEN = """EXISTS (SELECT 1 FROM individuals_disclosure d WHERE d.piece_id = individuals_piece.id
    AND d.to_unit_id = portal_unit() AND d.ended_at IS NULL)"""
MAY_READ_RESTRICTED = """(NOT is_restricted OR EXISTS (SELECT 1 FROM individuals_piecereader r
    WHERE r.piece_id = individuals_piece.id AND r.user_id = portal_uuid('user')))"""
PERSON = """(unit_id = portal_unit()
    OR EXISTS (SELECT 1 FROM individuals_matter m WHERE m.person_id = individuals_person.id))"""
# Basis, scopes and givers belong to the matter; guardians to the person.
OF_VISIBLE_PERSON = "EXISTS (SELECT 1 FROM individuals_person p WHERE p.id = person_id)"
OF_OWN_PERSON = "EXISTS (SELECT 1 FROM individuals_person p WHERE p.id = person_id AND p.unit_id = portal_unit())"


class Migration(migrations.Migration):
    dependencies = [("individuals", "0001_initial"), ("core", "0002_row_security")]

    operations = [
        migrations.RunSQL(REACHES_FUNCTION, "DROP FUNCTION portal_reaches(uuid)"),
        migrations.RunSQL(COVERS_FUNCTION, "DROP FUNCTION portal_basis_covers(uuid, uuid, uuid)"),
        migrations.RunSQL(DRIFT_FUNCTION, "DROP FUNCTION portal_rights_drift()"),
        RowPolicy(
            "individuals_mattergroupobjectpermission",
            read="group_id = portal_group() OR portal_reaches(content_object_id)",
            write="portal_reaches(content_object_id)",
        ),
        RowPolicy(
            "individuals_matter",
            read=f"{reaches('individuals_matter.id')} OR initiator_id = portal_unit()",
        ),
        RowPolicy("individuals_person", read=PERSON, write="unit_id = portal_unit()"),
        RowPolicy("individuals_guardian", read=OF_VISIBLE_PERSON, write=OF_OWN_PERSON),
        RowPolicy("individuals_participant", read=IN_MATTER, write="portal_reaches(matter_id)"),
        RowPolicy("individuals_basis", read=IN_MATTER),
        RowPolicy("individuals_basisscope", read=IN_MATTER),
        RowPolicy("individuals_consentgiver", read=IN_MATTER),
        RowPolicy(
            "individuals_piece",
            read=f"({WROTE} OR {WAS_GIVEN}) AND {IN_MATTER} AND {MAY_READ_RESTRICTED}",
            write=f"{WROTE} AND {IN_MATTER}",
        ),
        RowPolicy("individuals_piecereader", read=IN_MATTER),
        RowPolicy("individuals_disclosure", read=IN_MATTER, write=f"{IN_MATTER}"),
        RowPolicy("individuals_event", read=IN_MATTER, write="portal_reaches(matter_id)"),
    ]
