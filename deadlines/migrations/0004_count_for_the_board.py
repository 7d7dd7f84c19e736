from django.db import migrations

# The regional board sees no matters, so row security would count nothing. It may know one thing: how many clocks of a
# kind run under an agreement of its own region. Runs with the owner's rights and answers nobody else.
COUNT_FUNCTION = """
CREATE FUNCTION portal_running_clocks(of_agreement uuid, of_kind text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)
      FROM deadlines_clock clock JOIN individuals_matter matter ON matter.id = clock.matter_id
     WHERE matter.agreement_id = of_agreement AND clock.kind = of_kind AND clock.stopped_at IS NULL
       AND portal_role() = 'board_member'
       AND EXISTS (SELECT FROM agreements_agreementparty party
                    WHERE party.agreement_id = of_agreement AND party.huvudman_id = portal_uuid('huvudman'))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0003_lifted_messages"), ("agreements", "0001_initial")]

    operations = [
        migrations.RunSQL(COUNT_FUNCTION, "DROP FUNCTION portal_running_clocks(uuid, text)"),
    ]
