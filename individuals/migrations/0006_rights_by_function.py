from django.db import migrations

from individuals.rowconditions import HAS_RIGHT_FUNCTION, REACHES_FUNCTION, reaches

# A database that was made before the function has the question written out in each of its policies.
BY_FUNCTION = r"""
DO $$
DECLARE
    written_out CONSTANT text := 'EXISTS \( SELECT 1\s+FROM individuals_mattergroupobjectpermission access\s+'
        'WHERE \(\(access\.content_object_id = ([a-z_.]+)\) AND \(access\.group_id = portal_group\(\)\) AND '
        '\(\(access\.until IS NULL\) OR \(access\.until > portal_now\(\)\)\)\)\)';
    policy record;
BEGIN
    FOR policy IN
        SELECT tablename, policyname,
               regexp_replace(qual, written_out, 'portal_has_right(\1)', 'g') AS read,
               regexp_replace(with_check, written_out, 'portal_has_right(\1)', 'g') AS write
        FROM pg_policies
        WHERE schemaname = 'public' AND concat(qual, with_check) ~ written_out
    LOOP
        EXECUTE format('ALTER POLICY %I ON %I', policy.policyname, policy.tablename)
            || coalesce(' USING (' || policy.read || ')', '') || coalesce(' WITH CHECK (' || policy.write || ')', '');
    END LOOP;
END $$;
"""

# What is quickest to answer first.
MATTER = f"(initiator_id = portal_unit() OR {reaches('individuals_matter.id')})"
INITIATOR_FIRST = [
    f"ALTER POLICY individuals_matter_read ON individuals_matter USING ({MATTER})",
    f"ALTER POLICY individuals_matter_insert ON individuals_matter WITH CHECK ({MATTER})",
    f"ALTER POLICY individuals_matter_update ON individuals_matter USING ({MATTER}) WITH CHECK ({MATTER})",
    f"ALTER POLICY individuals_matter_delete ON individuals_matter USING ({MATTER} AND {MATTER})",
]


class Migration(migrations.Migration):
    dependencies = [("individuals", "0005_open_matters")]

    operations = [
        migrations.RunSQL([HAS_RIGHT_FUNCTION, REACHES_FUNCTION, BY_FUNCTION, *INITIATOR_FIRST], migrations.RunSQL.noop),
    ]
