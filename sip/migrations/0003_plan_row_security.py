from django.db import migrations

from core.rowsecurity import RowPolicy
from individuals.rowconditions import reaches
from sip.rowconditions import (
    CARRY_FUNCTION,
    COMMIT_FUNCTION,
    COMMITMENT,
    MEASURE,
    OF_GOAL,
    OF_MEASURE,
    OF_PLAN,
    PLAN,
    REPORTS,
    WRITES_MEASURE,
)


class Migration(migrations.Migration):
    dependencies = [("sip", "0002_row_security"), ("individuals", "0002_row_security")]

    operations = [
        RowPolicy("sip_plan", read=PLAN),
        RowPolicy("sip_plandisclosure", read=reaches("case_id")),
        RowPolicy("sip_plantext", read=OF_PLAN),
        RowPolicy("sip_plancontact", read=OF_PLAN, write=f"{OF_PLAN} AND unit_id = portal_unit()"),
        RowPolicy("sip_goal", read=OF_PLAN),
        RowPolicy("sip_measure", read=MEASURE, write=WRITES_MEASURE),
        RowPolicy("sip_commitment", read=COMMITMENT),
        RowPolicy("sip_leadoffer", read=reaches("case_id")),
        RowPolicy("sip_followup", read=OF_PLAN),
        RowPolicy("sip_goaloutcome", read=OF_GOAL),
        RowPolicy("sip_measureoutcome", read=OF_MEASURE, write=REPORTS),
        migrations.RunSQL(CARRY_FUNCTION, "DROP FUNCTION portal_carry_plan(uuid, uuid)"),
        migrations.RunSQL(COMMIT_FUNCTION, "DROP FUNCTION portal_commit_units(uuid, timestamptz)"),
    ]
