from django.db import migrations

# A local administrator reaches no matter. Before a unit of the own huvudman is closed the number of matters that would
# be left without it is told, and nothing about them. Runs with the owner's rights and answers nobody else.
OPEN_MATTERS = """
CREATE FUNCTION portal_open_matters(of_unit uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT matter.id)
      FROM individuals_participant part JOIN individuals_matter matter ON matter.id = part.matter_id
     WHERE part.unit_id = of_unit AND part.ended_at IS NULL AND matter.closed_at IS NULL
       AND portal_role() = 'local_administrator'
       AND EXISTS (SELECT FROM organisations_unit unit
                     JOIN organisations_authority authority ON authority.id = unit.authority_id
                    WHERE unit.id = of_unit AND authority.huvudman_id = portal_uuid('huvudman'))
$$;
REVOKE ALL ON FUNCTION portal_open_matters(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_open_matters(uuid) TO portal_app;
"""


class Migration(migrations.Migration):
    dependencies = [("individuals", "0004_documents_and_receipts"), ("organisations", "0001_initial")]

    operations = [migrations.RunSQL(OPEN_MATTERS, "DROP FUNCTION portal_open_matters(uuid)")]
