from django.db import migrations

# A manager of several units reads figures of all of them from the one assignment they act in: never who it concerns.
# `desk`: the placements going on that each of those units takes part in.
_DESK = """
    WITH held AS (
        SELECT DISTINCT o.unit_id FROM organisations_assignment o
        WHERE o.user_id = portal_uuid('user')
        AND o.role IN ('nearest_manager', 'head_of_operations', 'head_of_administration', 'signatory')
        AND portal_role() IN ('nearest_manager', 'head_of_operations', 'head_of_administration', 'signatory')
        AND o.starts_on <= (portal_now() AT TIME ZONE 'Europe/Stockholm')::date
        AND (o.ends_on IS NULL OR o.ends_on > (portal_now() AT TIME ZONE 'Europe/Stockholm')::date)
    ), desk AS (
        SELECT u.id AS unit, u.name::text AS called, p.matter_id, p.state, p.agreement_needed, p.is_acute,
               p.planned_end, u.id IN (m.initiator_id, p.medical_unit_id) AS is_party
        FROM held h
        JOIN organisations_unit u ON u.id = h.unit_id
        JOIN individuals_mattergroupobjectpermission a ON a.group_id = u.group_id AND a.kind = 'placement'
            AND a.closed_at IS NULL AND (a.until IS NULL OR a.until > portal_now())
        JOIN individuals_matter m ON m.id = a.content_object_id
        JOIN placements_placement p ON p.matter_id = m.id
    )
"""
_RIGHTS = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS"
COUNTS = f"""
CREATE FUNCTION portal_placements_of_my_units(ends_by date)
RETURNS TABLE (unit_id uuid, unit_name text, running bigint, unsigned bigint, ending bigint)
{_RIGHTS} $$ {_DESK}
    SELECT d.unit, d.called,
        count(*) FILTER (WHERE d.state = 'ongoing'),
        count(*) FILTER (WHERE d.state IN ('ongoing', 'ended') AND d.is_party
            AND (d.agreement_needed = 'yes' OR (d.agreement_needed = 'unknown' AND d.is_acute))
            AND NOT EXISTS (SELECT 1 FROM placements_ansvarsforbindelse v
                            WHERE v.placement_id = d.matter_id AND v.state IN ('in_force', 'ended'))),
        count(*) FILTER (WHERE d.state <> 'ended' AND d.planned_end <= ends_by)
    FROM desk d GROUP BY d.unit, d.called ORDER BY d.called
$$;
"""
COSTS = f"""
CREATE FUNCTION portal_measures_of_my_units()
RETURNS TABLE (unit_id uuid, starts_on date, ends_on date, price numeric, per text, percent numeric, amount numeric)
{_RIGHTS} $$ {_DESK}
    SELECT d.unit, s.starts_on, s.ends_on, s.price, s.per, c.percent, c.amount
    FROM desk d
    JOIN placements_ansvarsforbindelse v ON v.placement_id = d.matter_id AND v.state = 'in_force' AND d.is_party
    JOIN placements_measure s ON s.agreement_id = v.id
    JOIN placements_costshare c ON c.measure_id = s.id AND c.side = 'region'
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("placements", "0002_row_security")]

    operations = [
        migrations.RunSQL(COUNTS, "DROP FUNCTION portal_placements_of_my_units(date)"),
        migrations.RunSQL(COSTS, "DROP FUNCTION portal_measures_of_my_units()"),
    ]
