from django.db import migrations

from core.rowsecurity import RowPolicy
from individuals.rowconditions import reaches


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0001_initial"), ("individuals", "0002_row_security")]

    operations = [
        RowPolicy("deadlines_clock", read=reaches("matter_id"), write="portal_reaches(matter_id)", jobs=True),
    ]
