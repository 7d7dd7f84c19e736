from django.db import migrations

# A log reviewer reaches no person. To find what was read about one, the number is matched here, against the log of the
# reviewer's own huvudman only: for a number that nobody there has read about the answer is empty.
LOGGED_PERSONS = """
CREATE FUNCTION portal_logged_persons(number text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id FROM individuals_person p
    WHERE portal_role() = 'log_reviewer' AND number <> '' AND p.identity_number = number
    AND EXISTS (SELECT 1 FROM core_readlog r
                WHERE r.huvudman_id = portal_uuid('huvudman') AND r.person_ids @> ARRAY[p.id])
$$;
REVOKE ALL ON FUNCTION portal_logged_persons(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_logged_persons(text) TO portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("individuals", "0002_row_security"), ("core", "0001_initial")]

    operations = [migrations.RunSQL(LOGGED_PERSONS, "DROP FUNCTION portal_logged_persons(text)")]
