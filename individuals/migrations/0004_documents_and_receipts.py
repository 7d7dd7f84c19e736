from django.db import migrations

from core.rowsecurity import RowPolicy
from individuals.rowconditions import reaches

IN_MATTER = reaches("matter_id")


class Migration(migrations.Migration):
    dependencies = [("individuals", "0003_log_review")]

    operations = [
        # What a unit prints is its own affair; that it has filed its copy is told to all who take part (IND-10).
        RowPolicy("individuals_documentcopy", read=f"unit_id = portal_unit() AND {IN_MATTER}"),
        RowPolicy("individuals_filedcopy", read=IN_MATTER, write=f"unit_id = portal_unit() AND {IN_MATTER}"),
    ]
