import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from core.schema import AtOnce


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agreements', '0001_initial'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        AtOnce([
            migrations.CreateModel(
                name='BoardTask',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('state', models.TextField(choices=[('given', 'Gruppen arbetar'), ('reported', 'Redovisat'), ('accepted', 'Godkänt')], default='given')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('changed_at', models.DateTimeField()),
                    ('name', models.CharField(max_length=200, verbose_name='uppdrag')),
                    ('text', models.TextField(max_length=5000, verbose_name='beskrivning')),
                    ('due_on', models.DateField(verbose_name='redovisas senast')),
                    ('given_at', models.DateTimeField()),
                    ('result', models.TextField(blank=True, max_length=10000, verbose_name='redovisning')),
                    ('reported_at', models.DateTimeField(null=True)),
                    ('answer', models.TextField(blank=True, max_length=5000, verbose_name='svar från den regionala gruppen')),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='board_tasks', to='agreements.agreement')),
                    ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='board_tasks', to='organisations.coordinationgroup')),
                    ('reported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'uppdrag från den regionala gruppen',
                    'verbose_name_plural': 'uppdrag från den regionala gruppen',
                    'ordering': ['due_on', 'name'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('state', 'given'), models.Q(('reported_at__isnull', False), ('reported_by__isnull', False), models.Q(('result', ''), _negated=True)), _connector='OR'), name='task_reported_has_result'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('answered_at__isnull', False), _connector='OR'), name='task_accepted_is_answered')],
                },
            ),
            migrations.CreateModel(
                name='Campaign',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                    ('opened_at', models.DateTimeField()),
                    ('due_at', models.DateTimeField(verbose_name='lämnas senast')),
                    ('regional_due_at', models.DateTimeField(verbose_name='sammanställs senast')),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='agreements.agreement')),
                    ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'årlig uppföljning',
                    'verbose_name_plural': 'årliga uppföljningar',
                    'ordering': ['-year'],
                    'constraints': [models.UniqueConstraint(fields=('agreement', 'year'), name='campaign_once_a_year'), models.CheckConstraint(condition=models.Q(('regional_due_at__gt', models.F('due_at'))), name='campaign_regional_after')],
                },
            ),
            migrations.CreateModel(
                name='Cell',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('indicator', models.SlugField(max_length=80)),
                    ('coordination', models.TextField(choices=[('children', 'Barn och unga'), ('adults', 'Vuxna')])),
                    ('year', models.PositiveSmallIntegerField()),
                    ('split', models.TextField(blank=True)),
                    ('part', models.TextField(blank=True)),
                    ('value', models.FloatField(null=True)),
                    ('count', models.BigIntegerField(help_text='How many it is reckoned on.', null=True)),
                    ('is_hidden', models.BooleanField(default=False)),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agreements.agreement')),
                    ('municipality', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.huvudman')),
                ],
                options={
                    'verbose_name': 'redovisad siffra',
                    'verbose_name_plural': 'redovisade siffror',
                    'indexes': [models.Index(fields=['agreement', 'coordination', 'municipality'], name='cell_dashboard')],
                    'constraints': [models.UniqueConstraint(fields=('agreement', 'indicator', 'coordination', 'year', 'municipality', 'split', 'part'), name='cell_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('is_hidden', False), models.Q(('count', None), ('value', None)), _connector='OR'), name='cell_hidden_holds_nothing')],
                },
            ),
            migrations.CreateModel(
                name='CoOpted',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=150, verbose_name='vem som adjungeras')),
                    ('why', models.CharField(max_length=300, verbose_name='varför')),
                    ('starts_on', models.DateField(verbose_name='från och med')),
                    ('ends_on', models.DateField(blank=True, null=True, verbose_name='slutar gälla')),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='co_opted', to='organisations.coordinationgroup')),
                ],
                options={
                    'verbose_name': 'adjungerad',
                    'verbose_name_plural': 'adjungerade',
                    'ordering': ['name'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='co_opted_ends_after_start')],
                },
            ),
            migrations.CreateModel(
                name='Fact',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('measure', models.SlugField(max_length=80)),
                    ('coordination', models.TextField(choices=[('children', 'Barn och unga'), ('adults', 'Vuxna')])),
                    ('year', models.PositiveSmallIntegerField()),
                    ('split', models.TextField(blank=True, help_text='Empty, sex, age or target_group.')),
                    ('part', models.TextField(blank=True)),
                    ('count', models.BigIntegerField()),
                    ('amount', models.FloatField(default=0)),
                    ('municipality', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.huvudman')),
                ],
                options={
                    'verbose_name': 'delsumma',
                    'verbose_name_plural': 'delsummor',
                    'constraints': [models.UniqueConstraint(fields=('measure', 'municipality', 'coordination', 'year', 'split', 'part'), name='fact_once')],
                },
            ),
            migrations.CreateModel(
                name='FactRun',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField()),
                    ('checksums', models.JSONField(default=dict, help_text="Of the sums and definitions behind each year's figures.")),
                    ('seconds', models.FloatField()),
                    ('agreement', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agreements.agreement')),
                ],
                options={
                    'verbose_name': 'beräkning',
                    'verbose_name_plural': 'beräkningar',
                },
            ),
            migrations.CreateModel(
                name='GroupReport',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('state', models.TextField(choices=[('writing', 'Skrivs'), ('submitted', 'Inlämnad'), ('correcting', 'Rättas')], default='writing')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('changed_at', models.DateTimeField()),
                    ('reminded_at', models.DateTimeField(null=True)),
                    ('correction_reason', models.TextField(blank=True, max_length=1000, verbose_name='varför rapporten rättas')),
                    ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='followup.campaign')),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='organisations.coordinationgroup')),
                ],
                options={
                    'verbose_name': 'gruppens uppföljning',
                    'verbose_name_plural': 'gruppernas uppföljning',
                    'ordering': ['group__name'],
                    'constraints': [models.UniqueConstraint(fields=('campaign', 'group'), name='report_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'correcting'), _negated=True), models.Q(('correction_reason', ''), _negated=True), _connector='OR'), name='report_correction_has_reason')],
                },
            ),
            migrations.CreateModel(
                name='Feedback',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('text', models.TextField(max_length=10000, verbose_name='återkoppling')),
                    ('at', models.DateTimeField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='followup.groupreport')),
                ],
                options={
                    'verbose_name': 'återkoppling',
                    'verbose_name_plural': 'återkoppling',
                },
            ),
            migrations.CreateModel(
                name='Answer',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('indicator', models.SlugField(max_length=80)),
                    ('text', models.TextField(blank=True, max_length=10000)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='followup.groupreport')),
                ],
                options={
                    'verbose_name': 'svar',
                    'verbose_name_plural': 'svar',
                    'constraints': [models.UniqueConstraint(fields=('report', 'indicator'), name='answer_once')],
                },
            ),
            migrations.CreateModel(
                name='Meeting',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('series', models.UUIDField(null=True)),
                    ('state', models.TextField(choices=[('planned', 'Planerat'), ('called', 'Kallat'), ('held', 'Protokoll skrivs'), ('approved', 'Justerat'), ('cancelled', 'Inställt')], default='planned')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('changed_at', models.DateTimeField()),
                    ('starts_at', models.DateTimeField(verbose_name='tid')),
                    ('minutes_long', models.PositiveSmallIntegerField(default=120, verbose_name='längd i minuter')),
                    ('place', models.CharField(max_length=200, verbose_name='plats eller länk')),
                    ('called_at', models.DateTimeField(null=True)),
                    ('calls_sent', models.PositiveSmallIntegerField(default=0, help_text='How many times the call has gone out.')),
                    ('user_participation', models.TextField(blank=True, max_length=2000, verbose_name='hur brukare och närstående har deltagit')),
                    ('approved_at', models.DateTimeField(null=True)),
                    ('cancel_reason', models.CharField(blank=True, max_length=300, verbose_name='varför mötet ställs in')),
                    ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('called_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='organisations.coordinationgroup')),
                ],
                options={
                    'verbose_name': 'möte',
                    'verbose_name_plural': 'möten',
                    'ordering': ['starts_at'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('group', 'starts_at'), name='group_meeting_once'), models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'cancelled']), models.Q(('called_at__isnull', False), ('called_by__isnull', False)), _connector='OR'), name='group_meeting_called_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='group_meeting_approved_has_name'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), models.Q(('cancel_reason', ''), _negated=True), _connector='OR'), name='group_meeting_cancelled_has_reason'), models.CheckConstraint(condition=models.Q(('minutes_long__gte', 15), ('minutes_long__lte', 600)), name='group_meeting_length')],
                },
            ),
            migrations.CreateModel(
                name='AgendaItem',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('source', models.TextField(choices=[('proposed', 'Föreslagen punkt'), ('own', 'Egen punkt')])),
                    ('key', models.SlugField(blank=True, help_text="Of the agreement's proposed point, if it is one.")),
                    ('heading', models.CharField(max_length=200, verbose_name='punkt')),
                    ('text', models.TextField(blank=True, max_length=2000, verbose_name='underlag')),
                    ('note', models.TextField(blank=True, max_length=10000, verbose_name='protokoll')),
                    ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='followup.meeting')),
                ],
                options={
                    'verbose_name': 'punkt på dagordningen',
                    'verbose_name_plural': 'punkter på dagordningen',
                    'ordering': ['position', 'id'],
                },
            ),
            migrations.CreateModel(
                name='Decision',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('state', models.TextField(choices=[('open', 'Pågår'), ('done', 'Genomfört'), ('evaluated', 'Uppföljt'), ('dropped', 'Avskrivet')], default='open')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('changed_at', models.DateTimeField()),
                    ('text', models.TextField(max_length=2000, verbose_name='beslut')),
                    ('due_on', models.DateField(verbose_name='klart senast')),
                    ('done_at', models.DateTimeField(null=True)),
                    ('done_note', models.TextField(blank=True, max_length=2000, verbose_name='vad som gjordes')),
                    ('effect', models.TextField(blank=True, max_length=2000, verbose_name='vad det ledde till')),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='organisations.coordinationgroup')),
                    ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='followup.agendaitem')),
                    ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='organisations.groupmember')),
                    ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='followup.meeting')),
                ],
                options={
                    'verbose_name': 'beslut',
                    'verbose_name_plural': 'beslut',
                    'ordering': ['due_on', 'id'],
                    'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['group', 'due_on'], name='decision_open')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('done_at__isnull', False), models.Q(('done_note', ''), _negated=True)), _connector='OR'), name='decision_ended_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'evaluated'), _negated=True), models.Q(('effect', ''), _negated=True), _connector='OR'), name='decision_evaluated_has_effect')],
                },
            ),
            migrations.CreateModel(
                name='Attendance',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.groupmember')),
                    ('co_opted', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='followup.coopted')),
                    ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='followup.meeting')),
                ],
                options={
                    'verbose_name': 'närvaro',
                    'verbose_name_plural': 'närvaro',
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('co_opted', None), ('member__isnull', False)), models.Q(('co_opted__isnull', False), ('member', None)), _connector='OR'), name='attendance_is_somebody'), models.UniqueConstraint(fields=('meeting', 'member', 'co_opted'), name='attendance_once', nulls_distinct=False)],
                },
            ),
            migrations.CreateModel(
                name='Priority',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('year', models.PositiveSmallIntegerField(verbose_name='år')),
                    ('name', models.CharField(max_length=200, verbose_name='prioritering')),
                    ('text', models.TextField(max_length=2000, verbose_name='beskrivning')),
                    ('decided_at', models.DateTimeField()),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='priorities', to='agreements.agreement')),
                    ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'prioritering',
                    'verbose_name_plural': 'prioriteringar',
                    'ordering': ['-year', 'name'],
                    'constraints': [models.UniqueConstraint(fields=('agreement', 'year', 'name'), name='priority_once')],
                },
            ),
            migrations.CreateModel(
                name='RegionalReport',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('coordination', models.TextField(choices=[('children', 'Barn och unga'), ('adults', 'Vuxna')])),
                    ('state', models.TextField(choices=[('compiling', 'Sammanställs'), ('compiled', 'Sammanställd'), ('presented', 'Överlämnad')], default='compiling')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('changed_at', models.DateTimeField()),
                    ('correction_reason', models.TextField(blank=True, max_length=1000, verbose_name='varför rapporten rättas')),
                    ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regional_reports', to='followup.campaign')),
                ],
                options={
                    'verbose_name': 'regional uppföljning',
                    'verbose_name_plural': 'regional uppföljning',
                    'ordering': ['-coordination'],
                    'constraints': [models.UniqueConstraint(fields=('campaign', 'coordination'), name='regional_once')],
                },
            ),
            migrations.CreateModel(
                name='CompiledText',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('indicator', models.SlugField(max_length=80)),
                    ('text', models.TextField(max_length=20000)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('changed_at', models.DateTimeField()),
                    ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='followup.regionalreport')),
                ],
                options={
                    'verbose_name': 'sammanvägd text',
                    'verbose_name_plural': 'sammanvägda texter',
                    'constraints': [models.UniqueConstraint(fields=('report', 'indicator'), name='compiled_once')],
                },
            ),
            migrations.CreateModel(
                name='RegionalVersion',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('number', models.PositiveSmallIntegerField()),
                    ('at', models.DateTimeField()),
                    ('reason', models.TextField(blank=True, help_text='Why it replaces the one before; empty for the first.')),
                    ('content', models.JSONField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='followup.regionalreport')),
                ],
                options={
                    'verbose_name': 'överlämnad version',
                    'verbose_name_plural': 'överlämnade versioner',
                    'ordering': ['number'],
                    'constraints': [models.UniqueConstraint(fields=('report', 'number'), name='regional_version_once'), models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='regional_version_says_why')],
                },
            ),
            migrations.CreateModel(
                name='Comment',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('text', models.TextField(max_length=5000, verbose_name='synpunkt')),
                    ('at', models.DateTimeField()),
                    ('answer', models.TextField(blank=True, max_length=5000, verbose_name='svar')),
                    ('answered_at', models.DateTimeField(null=True)),
                    ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='followup.regionalversion')),
                ],
                options={
                    'verbose_name': 'synpunkt',
                    'verbose_name_plural': 'synpunkter',
                    'ordering': ['at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='comment_answered_has_time')],
                },
            ),
            migrations.CreateModel(
                name='ReportVersion',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('number', models.PositiveSmallIntegerField()),
                    ('at', models.DateTimeField()),
                    ('reason', models.TextField(blank=True, help_text='Why it replaces the one before; empty for the first.')),
                    ('content', models.JSONField()),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='followup.groupreport')),
                ],
                options={
                    'verbose_name': 'inlämnad version',
                    'verbose_name_plural': 'inlämnade versioner',
                    'ordering': ['number'],
                    'constraints': [models.UniqueConstraint(fields=('report', 'number'), name='report_version_once'), models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='report_version_says_why')],
                },
            ),
            migrations.CreateModel(
                name='UnitFact',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('measure', models.SlugField(max_length=80)),
                    ('year', models.PositiveSmallIntegerField()),
                    ('count', models.BigIntegerField()),
                    ('amount', models.FloatField(default=0)),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'verksamhetens delsumma',
                    'verbose_name_plural': 'verksamhetens delsummor',
                    'constraints': [models.UniqueConstraint(fields=('measure', 'unit', 'year'), name='unit_fact_once')],
                },
            ),
            migrations.CreateModel(
                name='BoardIndicator',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('key', models.SlugField()),
                    ('from_year', models.PositiveSmallIntegerField(verbose_name='från och med år')),
                    ('is_ended', models.BooleanField(default=False)),
                    ('name', models.CharField(max_length=200, verbose_name='namn')),
                    ('kind', models.TextField(choices=[('text', 'Text'), ('count_and_text', 'Antal och analys'), ('figure', 'Mått')], verbose_name='typ')),
                    ('prompt', models.TextField(blank=True, max_length=500, verbose_name='stöd för analysen')),
                    ('definition', models.TextField(blank=True, max_length=1000, verbose_name='definition')),
                    ('unit', models.TextField(blank=True, choices=[('count', 'antal'), ('percent', 'procent'), ('days', 'dagar i medeltal'), ('score', 'medelbetyg'), ('per_10000', 'per 10 000 invånare')], verbose_name='enhet')),
                    ('numerator', models.SlugField(blank=True, max_length=80, verbose_name='räknar')),
                    ('denominator', models.SlugField(blank=True, max_length=80, verbose_name='av')),
                    ('breakdowns', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(choices=[('sex', 'Kön'), ('age', 'Ålder'), ('target_group', 'Målgrupp'), ('provision', 'Avsnitt'), ('level', 'Nivå')]), blank=True, default=list, size=None)),
                    ('coordination', models.TextField(blank=True, choices=[('children', 'Barn och unga'), ('adults', 'Vuxna')], verbose_name='samordningsgrupp')),
                    ('aim', models.TextField(choices=[('higher', 'Högre är bättre'), ('lower', 'Lägre är bättre'), ('none', 'Varken högre eller lägre är bättre')], default='none', verbose_name='riktning')),
                    ('target', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='mål')),
                    ('counts_persons', models.BooleanField(default=True, verbose_name='räknar personer')),
                    ('reason', models.TextField(max_length=1000, verbose_name='skäl')),
                    ('decided_at', models.DateTimeField(verbose_name='beslutat')),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='board_indicators', to='agreements.agreement')),
                    ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'indikator från den regionala gruppen',
                    'verbose_name_plural': 'indikatorer från gruppen',
                    'ordering': ['from_year', 'name'],
                    'constraints': [models.UniqueConstraint(fields=('agreement', 'key', 'from_year'), name='board_indicator_once_a_year'), models.CheckConstraint(condition=models.Q(('kind', 'text'), ('is_ended', True), models.Q(models.Q(('unit', ''), _negated=True), models.Q(('numerator', ''), _negated=True), models.Q(('definition', ''), _negated=True)), _connector='OR'), name='board_figure_is_defined')],
                },
            ),
        ]),
        AtOnce([
            pgtrigger.migrations.AddTrigger(
                model_name='boardtask',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('group_id', OLD.group_id, 'state', OLD.state, 'name', OLD.name, 'text', OLD.text, 'due_on', OLD.due_on, 'result', OLD.result, 'answer', OLD.answer); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('group_id', NEW.group_id, 'state', NEW.state, 'name', NEW.name, 'text', NEW.text, 'due_on', NEW.due_on, 'result', NEW.result, 'answer', NEW.answer); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='1b855f8ca79792171864419e70c448b7bf2e08d5', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_56a92', table='followup_boardtask', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='campaign',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('agreement_id', OLD.agreement_id, 'year', OLD.year, 'opened_by_id', OLD.opened_by_id, 'due_at', OLD.due_at, 'regional_due_at', OLD.regional_due_at); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('agreement_id', NEW.agreement_id, 'year', NEW.year, 'opened_by_id', NEW.opened_by_id, 'due_at', NEW.due_at, 'regional_due_at', NEW.regional_due_at); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='607604c6be4136565f62cd1f69d8dc5bc2fbdad6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_cc075', table='followup_campaign', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='coopted',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('group_id', OLD.group_id, 'name', OLD.name, 'why', OLD.why, 'starts_on', OLD.starts_on, 'ends_on', OLD.ends_on); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('group_id', NEW.group_id, 'name', NEW.name, 'why', NEW.why, 'starts_on', NEW.starts_on, 'ends_on', NEW.ends_on); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='ee02008c57c412d03f1e5fa0478b8fde87715bb6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_aedca', table='followup_coopted', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='groupreport',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('state', OLD.state, 'reminded_at', OLD.reminded_at, 'correction_reason', OLD.correction_reason); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('state', NEW.state, 'reminded_at', NEW.reminded_at, 'correction_reason', NEW.correction_reason); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='b48aa30a475f9916469afcf2f158c4e733123b08', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_b81f0', table='followup_groupreport', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='feedback',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('report_id', OLD.report_id, 'text', OLD.text, 'by_id', OLD.by_id); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('report_id', NEW.report_id, 'text', NEW.text, 'by_id', NEW.by_id); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='a495ef9ca3c8647dfc240aa8b543b640ed985693', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_b5837', table='followup_feedback', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='answer',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('report_id', OLD.report_id, 'indicator', OLD.indicator, 'text', OLD.text); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('report_id', NEW.report_id, 'indicator', NEW.indicator, 'text', NEW.text); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='195fe727071930ac13064b0df037cd8a74c2aa3e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_0841a', table='followup_answer', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='meeting',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('state', OLD.state, 'starts_at', OLD.starts_at, 'place', OLD.place, 'called_at', OLD.called_at, 'approved_at', OLD.approved_at, 'approved_by_id', OLD.approved_by_id, 'cancel_reason', OLD.cancel_reason); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('state', NEW.state, 'starts_at', NEW.starts_at, 'place', NEW.place, 'called_at', NEW.called_at, 'approved_at', NEW.approved_at, 'approved_by_id', NEW.approved_by_id, 'cancel_reason', NEW.cancel_reason); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='bf7e160b8cefed4144497a3fb5ff272a612f931c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_c5dad', table='followup_meeting', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='meeting',
                trigger=pgtrigger.compiler.Trigger(name='approved_minutes_stand', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'approved\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3627a5b37666bdefb8896edc834e23af7906ccd1', operation='UPDATE OR DELETE', pgid='pgtrigger_approved_minutes_stand_7ce81', table='followup_meeting', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='agendaitem',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('meeting_id', OLD.meeting_id, 'position', OLD.position, 'heading', OLD.heading, 'note', OLD.note); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('meeting_id', NEW.meeting_id, 'position', NEW.position, 'heading', NEW.heading, 'note', NEW.note); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='82ad6f26518a0d51ff410d40db38b19617850391', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_47ac3', table='followup_agendaitem', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='agendaitem',
                trigger=pgtrigger.compiler.Trigger(name='item_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM followup_meeting m WHERE m.id = coalesce(NEW.meeting_id, OLD.meeting_id) AND m.state = 'approved') THEN\n        RAISE EXCEPTION 'approved minutes are never altered' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;\n", hash='7a21e7fbd9eeb53c894d7095fb3c6040d96a8a27', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_item_stands_0d985', table='followup_agendaitem', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='decision',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('state', OLD.state, 'text', OLD.text, 'owner_id', OLD.owner_id, 'due_on', OLD.due_on, 'done_at', OLD.done_at, 'done_note', OLD.done_note, 'effect', OLD.effect); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('state', NEW.state, 'text', NEW.text, 'owner_id', NEW.owner_id, 'due_on', NEW.due_on, 'done_at', NEW.done_at, 'done_note', NEW.done_note, 'effect', NEW.effect); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='7ab57f8bdcaa6bb6883168da9081ad7eeca589e5', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_79a54', table='followup_decision', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='attendance',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('meeting_id', OLD.meeting_id, 'member_id', OLD.member_id, 'co_opted_id', OLD.co_opted_id); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('meeting_id', NEW.meeting_id, 'member_id', NEW.member_id, 'co_opted_id', NEW.co_opted_id); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='033ecf1ce49ac86b71431aaa20865b0e6a821774', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_05c5d', table='followup_attendance', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='attendance',
                trigger=pgtrigger.compiler.Trigger(name='attendance_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM followup_meeting m WHERE m.id = coalesce(NEW.meeting_id, OLD.meeting_id) AND m.state = 'approved') THEN\n        RAISE EXCEPTION 'approved minutes are never altered' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;\n", hash='e8f274d57ab4fa1b0f573c274680c5f50f91e59a', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_attendance_stands_59c34', table='followup_attendance', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='priority',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('agreement_id', OLD.agreement_id, 'year', OLD.year, 'name', OLD.name, 'text', OLD.text); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('agreement_id', NEW.agreement_id, 'year', NEW.year, 'name', NEW.name, 'text', NEW.text); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='c3861d3fd71c51324ebe2e4d6e3375384cf06c06', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_b1bf2', table='followup_priority', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='regionalreport',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('state', OLD.state, 'correction_reason', OLD.correction_reason); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('state', NEW.state, 'correction_reason', NEW.correction_reason); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='90930c6dcb775eb5d632b4e067dd47ec23f8d344', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_a397d', table='followup_regionalreport', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='compiledtext',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('report_id', OLD.report_id, 'indicator', OLD.indicator, 'text', OLD.text, 'changed_by_id', OLD.changed_by_id); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('report_id', NEW.report_id, 'indicator', NEW.indicator, 'text', NEW.text, 'changed_by_id', NEW.changed_by_id); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='4b9366680bffe3a96dc391b9564aaa7838e3e3a1', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_268c4', table='followup_compiledtext', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='regionalversion',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('report_id', OLD.report_id, 'number', OLD.number, 'by_id', OLD.by_id, 'reason', OLD.reason); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('report_id', NEW.report_id, 'number', NEW.number, 'by_id', NEW.by_id, 'reason', NEW.reason); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='73d8e4499f6d91eca66492d949dee01d7a90bc09', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_845e1', table='followup_regionalversion', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='regionalversion',
                trigger=pgtrigger.compiler.Trigger(name='presented_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5706226f722882c1c574036c403ee44f7a0ac7d2', operation='UPDATE OR DELETE', pgid='pgtrigger_presented_is_frozen_6649a', table='followup_regionalversion', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='comment',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('version_id', OLD.version_id, 'text', OLD.text, 'by_id', OLD.by_id, 'answer', OLD.answer); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('version_id', NEW.version_id, 'text', NEW.text, 'by_id', NEW.by_id, 'answer', NEW.answer); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='cb5668a9605e7773a227a905faedb6fe0770858e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_3a209', table='followup_comment', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='comment',
                trigger=pgtrigger.compiler.Trigger(name='comment_stands', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."version_id" IS DISTINCT FROM (NEW."version_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d504b4b3d0c49263a4f6623a43d3f6b58d1ee28a', operation='UPDATE', pgid='pgtrigger_comment_stands_60ccf', table='followup_comment', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='reportversion',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('report_id', OLD.report_id, 'number', OLD.number, 'by_id', OLD.by_id, 'reason', OLD.reason); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('report_id', NEW.report_id, 'number', NEW.number, 'by_id', NEW.by_id, 'reason', NEW.reason); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='eaf76590d5b9b2568329307989f1222e0d67258c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_3962c', table='followup_reportversion', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='reportversion',
                trigger=pgtrigger.compiler.Trigger(name='submitted_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='34544e8dcd33aad3e6633f7ea5e3f9dc8493720a', operation='UPDATE OR DELETE', pgid='pgtrigger_submitted_is_frozen_df653', table='followup_reportversion', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='boardindicator',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('agreement_id', OLD.agreement_id, 'key', OLD.key, 'from_year', OLD.from_year, 'is_ended', OLD.is_ended, 'name', OLD.name, 'numerator', OLD.numerator, 'denominator', OLD.denominator); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('agreement_id', NEW.agreement_id, 'key', NEW.key, 'from_year', NEW.from_year, 'is_ended', NEW.is_ended, 'name', NEW.name, 'numerator', NEW.numerator, 'denominator', NEW.denominator); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='a4432e484d54ab97d81be67010d2bff65396727e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_be6bb', table='followup_boardindicator', when='AFTER')),
            ),
        ]),
    ]
