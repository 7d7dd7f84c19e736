from django.db import migrations

# Those who follow a dispute (its groups and the board) see when its next step falls due: the clock holds a level's time
# and the opening unit, nothing of the parties' words and nothing of a person.
FOLLOWED = "kind = 'dispute.level' AND matter_id IS NULL AND portal_hears_of_dispute(subject)"


class Migration(migrations.Migration):
    dependencies = [("disputes", "0003_enclosures")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY deadlines_clock_disputes_followed ON deadlines_clock FOR SELECT TO portal_app USING ({FOLLOWED})",
            "DROP POLICY deadlines_clock_disputes_followed ON deadlines_clock",
        ),
    ]
