from django.db import migrations

from followup.measures import DEVIATION_FACTS, DROP_DEVIATION_FACTS


class Migration(migrations.Migration):
    dependencies = [("followup", "0002_figures_and_clocks"), ("deviations", "0001_initial")]

    operations = [migrations.RunSQL(DEVIATION_FACTS, DROP_DEVIATION_FACTS)]
