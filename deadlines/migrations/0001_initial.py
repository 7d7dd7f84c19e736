import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('individuals', '0001_initial'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('kind', models.TextField(help_text='Key of the term in the agreement.')),
                ('label', models.TextField(help_text="What must be done, in the agreement's words.")),
                ('subject', models.UUIDField(help_text='Id of what the clock is about: the case, the call, the basis.')),
                ('term_value', models.IntegerField()),
                ('term_unit', models.TextField()),
                ('term_source', models.TextField(blank=True, help_text="Section of the agreement, empty for the portal's default.")),
                ('started_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('stage_names', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('stage_times', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=None)),
                ('stage', models.PositiveSmallIntegerField(default=0, help_text='How many stages have passed.')),
                ('next_at', models.DateTimeField(help_text='When the next stage comes; empty when none is left.', null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('pause_reason', models.TextField(blank=True, max_length=500)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stop_reason', models.TextField(blank=True)),
                ('parked_at', models.DateTimeField(help_text='The sweep could not handle it; staff must look.', null=True)),
                ('parked_reason', models.TextField(blank=True)),
                ('matter', models.ForeignKey(help_text='Empty when the clock concerns no person.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='individuals.matter')),
                ('unit', models.ForeignKey(help_text='Who must act.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
            ],
            options={
                'verbose_name': 'frist',
                'verbose_name_plural': 'frister',
                'indexes': [models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='clock_next'), models.Index(condition=models.Q(('stopped_at', None)), fields=['unit', 'due_at'], name='clock_unit_running'), models.Index(condition=models.Q(('stopped_at', None)), fields=['matter', 'due_at'], name='clock_matter_running')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('stopped_at', None)), fields=('kind', 'subject', 'unit'), name='clock_runs_once'), models.CheckConstraint(condition=models.Q(('next_at', None), models.Q(('parked_at', None), ('paused_at', None), ('stopped_at', None)), _connector='OR'), name='clock_still_when_not_running'), models.CheckConstraint(condition=models.Q(('paused_at', None), models.Q(('pause_reason', ''), _negated=True), _connector='OR'), name='clock_pause_has_reason'), models.CheckConstraint(condition=models.Q(('stage_names__len', models.F('stage_times__len'))), name='clock_as_many_times_as_stages')],
            },
        ),
    ]
