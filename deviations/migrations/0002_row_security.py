"""Who reaches which rows of chapter 3.5 (wall 1).

A deviation is the reporting unit's. What is shared lies apart: the group reaches its desk and has no way from there to a
deviation; the reporter reaches the record whose random id stands in its own row, to read but not to change.
"""

from django.db import migrations

from core.rowsecurity import RowPolicy

OWN = "unit_id = portal_unit()"
OF_OWN = "EXISTS (SELECT 1 FROM deviations_deviation d WHERE d.id = deviation_id)"
OF_OWN_TEXT = "EXISTS (SELECT 1 FROM deviations_deidentifiedtext t WHERE t.deviation_id = text_id)"
BETWEEN_US = "(from_unit_id = portal_unit() OR to_unit_id = portal_unit())"


def desk(table: str) -> str:
    """The actor sits in the group today, and acts for it."""
    return f"""(portal_role() IN ('group_coordinator', 'group_representative') AND EXISTS (
        SELECT 1 FROM organisations_groupmember m
        WHERE m.group_id = {table}.group_id AND m.user_id = portal_uuid('user')
        AND m.represents_id = portal_uuid('unit')
        AND m.starts_on <= (portal_now() AT TIME ZONE 'Europe/Stockholm')::date
        AND (m.ends_on IS NULL OR m.ends_on > (portal_now() AT TIME ZONE 'Europe/Stockholm')::date)))"""


GOT_FROM_HERE = "EXISTS (SELECT 1 FROM deviations_deviation d WHERE d.shared_id = deviations_shareddeviation.id)"
OF_A_RECORD = "EXISTS (SELECT 1 FROM deviations_shareddeviation s WHERE s.pattern_id = deviations_pattern.id)"
ABOUT_A_RECORD = """EXISTS (SELECT 1 FROM deviations_shareddeviation s
    WHERE s.id = deviations_improvement.record_id OR s.pattern_id = deviations_improvement.pattern_id)"""
OWNED = "owner_id = portal_unit()"
SHARED, PATTERN, IMPROVEMENT = (
    desk(f"deviations_{name}") for name in ("shareddeviation", "pattern", "improvement")
)


def only(table: str, verb: str, using: str, check: str) -> migrations.RunSQL:
    """Narrow one verb of a policy already made."""
    using = f" USING ({using})" if using else ""
    return migrations.RunSQL(
        f"ALTER POLICY {table}_{verb} ON {table}{using} WITH CHECK ({check})", migrations.RunSQL.noop
    )


class Migration(migrations.Migration):
    dependencies = [("deviations", "0001_initial"), ("individuals", "0002_row_security")]

    operations = [
        RowPolicy("deviations_deviation", read=OWN),
        RowPolicy("deviations_handlingstep", read=OF_OWN),
        RowPolicy("deviations_attachment", read=OF_OWN),
        RowPolicy("deviations_deviationevent", read=OF_OWN),
        RowPolicy("deviations_deidentifiedtext", read=OF_OWN),
        RowPolicy("deviations_checkhit", read=OF_OWN_TEXT),
        RowPolicy("deviations_jointhandling", read=BETWEEN_US),
        only("deviations_jointhandling", "insert", "", f"from_unit_id = portal_unit() AND {OF_OWN}"),
        RowPolicy("deviations_shareddeviation", read=f"{SHARED} OR {GOT_FROM_HERE}", write=SHARED),
        only("deviations_shareddeviation", "insert", "", GOT_FROM_HERE),
        only("deviations_shareddeviation", "update", SHARED, SHARED),
        RowPolicy("deviations_pattern", read=f"{PATTERN} OR {OF_A_RECORD}", write=PATTERN),
        only("deviations_pattern", "update", PATTERN, PATTERN),
        RowPolicy("deviations_improvement", read=f"{IMPROVEMENT} OR {OWNED} OR {ABOUT_A_RECORD}", write=IMPROVEMENT),
        only("deviations_improvement", "update", f"{IMPROVEMENT} OR {OWNED}", f"{IMPROVEMENT} OR {OWNED}"),
    ]
