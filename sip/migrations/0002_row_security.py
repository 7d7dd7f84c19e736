from django.db import migrations

from core.rowsecurity import RowPolicy
from individuals.rowconditions import reaches


class Migration(migrations.Migration):
    dependencies = [("sip", "0001_initial"), ("individuals", "0002_row_security")]

    operations = [
        RowPolicy("sip_sipcase", read=reaches("sip_sipcase.matter_id")),
        RowPolicy("sip_call", read=reaches("case_id")),
    ]
