from django.db import migrations

from core.rowsecurity import RowPolicy
from individuals.rowconditions import reaches

# Run as their owner: a check at the end of a transaction must see the rows whoever acts then.
IS_DRAFT = """
CREATE FUNCTION portal_is_draft(agreement uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM placements_ansvarsforbindelse a WHERE a.id = agreement AND a.state = 'draft') $$;
"""
# Shares in percent sum to exactly 100, shares in kronor to exactly the price; both parties have one (PLC-7).
MEASURE_IS_WHOLE = """
CREATE FUNCTION portal_measure_is_whole(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((
        SELECT count(s.id) = 2 AND CASE m.split_by
            WHEN 'percent' THEN bool_and(s.percent IS NOT NULL) AND sum(s.percent) = 100
            ELSE bool_and(s.amount IS NOT NULL) AND sum(s.amount) = m.price END
        FROM placements_measure m LEFT JOIN placements_costshare s ON s.measure_id = m.id
        WHERE m.id = which GROUP BY m.id
    ), true)
$$;
"""
# A head of the party's own unit, or its appointed signatory, in office that day; never the one who proposed (PLC-4).
MAY_SIGN = """
CREATE FUNCTION portal_may_sign(agreement uuid, side text, signer uuid, mandate uuid, hash text, at timestamptz)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM placements_ansvarsforbindelse a
        JOIN organisations_assignment o ON o.id = mandate
        WHERE a.id = agreement AND a.state IN ('proposed', 'signed_by_one')
        AND a.content_hash = hash AND a.proposed_by_id <> signer
        AND o.user_id = signer AND o.role IN ('head_of_operations', 'signatory')
        AND o.unit_id = CASE side WHEN 'municipality' THEN a.placing_unit_id ELSE a.medical_unit_id END
        AND o.starts_on <= (at AT TIME ZONE 'Europe/Stockholm')::date
        AND (o.ends_on IS NULL OR o.ends_on > (at AT TIME ZONE 'Europe/Stockholm')::date)
    )
$$;
"""
# By the calendar, not by a party: for the background role alone. Answers whether the placement lacks, or will lack, an
# agreement: it ends before the placement, or the placement went on after both (PLC-7).
RUNS_OUT = """
CREATE FUNCTION portal_agreement_runs_out(placement uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today date := (at AT TIME ZONE 'Europe/Stockholm')::date;
BEGIN
    -- The sweep holds the clock: waiting for an action that waits for the clock would never end. What an action holds
    -- it lets run out itself.
    UPDATE placements_ansvarsforbindelse a
    SET state = 'expired', ended_at = at, changed_at = at, version = a.version + 1
    WHERE a.id IN (
        SELECT o.id FROM placements_ansvarsforbindelse o
        WHERE o.placement_id = placement AND o.state = 'in_force' AND o.valid_to < today
        FOR NO KEY UPDATE SKIP LOCKED
    );
    RETURN EXISTS (
        SELECT 1 FROM placements_placement p WHERE p.matter_id = placement AND p.state = 'ongoing'
        AND NOT EXISTS (
            SELECT 1 FROM placements_ansvarsforbindelse a
            WHERE a.placement_id = placement AND a.state = 'in_force' AND a.valid_to >= p.planned_end
        )
    );
END $$;
REVOKE ALL ON FUNCTION portal_agreement_runs_out(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_agreement_runs_out(uuid, timestamptz) TO portal_jobs;
"""
REACHED = reaches("placement_id")
READER = """EXISTS (SELECT 1 FROM placements_stayreader r
    WHERE r.placement_id = placements_stay.placement_id AND r.user_id = portal_uuid('user'))"""
# PLC-8: reaching the placement is not enough. Only the two parties, and of drafts only the one that writes.
PARTY = f"""portal_unit() IN (placing_unit_id, medical_unit_id)
    AND (state <> 'draft' OR drafted_by_unit_id = portal_unit()) AND {REACHED}"""
OF_PARTY = "EXISTS (SELECT 1 FROM placements_ansvarsforbindelse a WHERE a.id = agreement_id)"


class Migration(migrations.Migration):
    dependencies = [("placements", "0001_initial"), ("individuals", "0001_initial")]

    operations = [
        migrations.RunSQL(IS_DRAFT, "DROP FUNCTION portal_is_draft(uuid)"),
        migrations.RunSQL(MEASURE_IS_WHOLE, "DROP FUNCTION portal_measure_is_whole(uuid)"),
        migrations.RunSQL(MAY_SIGN, "DROP FUNCTION portal_may_sign(uuid, text, uuid, uuid, text, timestamptz)"),
        migrations.RunSQL(RUNS_OUT, "DROP FUNCTION portal_agreement_runs_out(uuid, timestamptz)"),
        RowPolicy("placements_placement", read=reaches("placements_placement.matter_id")),
        RowPolicy("placements_stay", read=f"(NOT is_restricted OR {READER}) AND {REACHED}"),
        RowPolicy("placements_stayreader", read=REACHED),
        RowPolicy("placements_examination", read=REACHED),
        RowPolicy("placements_review", read=REACHED),
        RowPolicy("placements_followup", read=REACHED),
        RowPolicy("placements_ansvarsforbindelse", read=PARTY),
        RowPolicy("placements_measure", read=OF_PARTY),
        RowPolicy("placements_costshare", read=OF_PARTY),
        RowPolicy("placements_signature", read=OF_PARTY),
        RowPolicy("placements_remark", read=OF_PARTY),
    ]
