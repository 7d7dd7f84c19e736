from django.db import migrations

from core.rowsecurity import RowPolicy
from individuals.rowconditions import reaches

IN_CASE = reaches("case_id")
# What a draft says is its unit's own until it is finished.
OWN_OR_FINISHED = "(finished_at IS NOT NULL OR written_by_unit_id = portal_unit())"
# That such a plan exists tells of the person's health: others see it while the basis covers that.
OWN_OR_OF_HEALTH = """(noted_by_unit_id = portal_unit() OR EXISTS (SELECT 1 FROM individuals_basis b
    WHERE b.matter_id = case_id AND b.withdrawn_at IS NULL AND b.replaced_at IS NULL
    AND b.expires_at > portal_now() AND 'health' = ANY (b.categories)))"""


class Migration(migrations.Migration):
    dependencies = [("sip", "0003_plan_row_security"), ("individuals", "0002_row_security")]

    operations = [
        RowPolicy("sip_meeting", read=IN_CASE),
        RowPolicy("sip_meetingtime", read=IN_CASE),
        RowPolicy("sip_meetingcall", read=IN_CASE),
        RowPolicy("sip_meetingguest", read=IN_CASE),
        RowPolicy("sip_attendee", read=IN_CASE),
        RowPolicy(
            "sip_meetingnotes",
            read=f"{IN_CASE} AND {OWN_OR_FINISHED}",
            write=f"{IN_CASE} AND written_by_unit_id = portal_unit()",
        ),
        RowPolicy(
            "sip_otherplan",
            read=f"{IN_CASE} AND {OWN_OR_OF_HEALTH}",
            write=f"{IN_CASE} AND noted_by_unit_id = portal_unit()",
        ),
    ]
