import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from core.schema import AtOnce


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('individuals', '0001_initial'),
        ('organisations', '0001_initial'),
        ('sip', '0001_initial'),
    ]

    operations = [
        AtOnce([
            migrations.CreateModel(
                name='Placement',
                fields=[
                    ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='placement', serialize=False, to='individuals.matter')),
                    ('state', models.TextField(choices=[('draft', 'Utkast'), ('planned', 'Förbereds tillsammans'), ('ongoing', 'Pågår'), ('ended', 'Boendet är avslutat, uppföljning återstår'), ('closed', 'Avslutad'), ('cancelled', 'Blev inte av')], default='draft')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('changed_at', models.DateTimeField()),
                    ('submission', models.UUIDField(help_text='Given by the form: a repeated POST finds the placement it already made.')),
                    ('housing', models.TextField(blank=True, choices=[('family_home', 'Familjehem'), ('emergency_home', 'Jourhem'), ('hvb', 'Hem för vård eller boende (HVB)'), ('sis', 'Särskilt ungdomshem eller LVM-hem (SiS)'), ('support_housing', 'Stödboende'), ('protected', 'Skyddat boende'), ('other', 'Annat boende än det egna')], verbose_name='boendeform')),
                    ('law', models.TextField(blank=True, choices=[('sol', 'Socialtjänstlagen (SoL)'), ('lvu', 'LVU'), ('lvm', 'LVM')], verbose_name='lagstöd')),
                    ('is_acute', models.BooleanField(default=False, verbose_name='akut')),
                    ('target_groups', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, help_text="Keys of the agreement's.", size=None)),
                    ('planned_start', models.DateField(null=True, verbose_name='planerad start')),
                    ('started_at', models.DateTimeField(null=True, verbose_name='började')),
                    ('planned_end', models.DateField(null=True, verbose_name='planerat slut')),
                    ('resources_exhausted', models.BooleanField(default=False, verbose_name='det som finns på hemmaplan räcker inte')),
                    ('least_intrusive', models.BooleanField(default=False, verbose_name='mindre ingripande former är prövade')),
                    ('outside_county', models.BooleanField(default=False, verbose_name='utanför länet')),
                    ('registration', models.TextField(choices=[('none', 'Folkbokföringen ändras inte'), ('changes', 'Folkbokförs i en annan region, vården ska lämnas över'), ('handed_over', 'Vården är överlämnad till den nya regionen')], default='none', verbose_name='folkbokföring')),
                    ('same_home_since', models.DateField(help_text='In the same family home since then (PLC-10).', null=True)),
                    ('hidden_on', models.DateField(help_text='Decision under LVU 14 §.', null=True, verbose_name='hemlig vistelseort sedan')),
                    ('agreement_needed', models.TextField(choices=[('unknown', 'Inte bedömt ännu'), ('yes', 'Ja'), ('no', 'Nej')], default='unknown', verbose_name='ansvarsförbindelse behövs')),
                    ('guide_answer', models.TextField(blank=True, help_text="What the agreement's guide answered, and its section.")),
                    ('referred_at', models.DateTimeField(null=True, verbose_name='remissen skickades')),
                    ('assessed_at', models.DateTimeField(null=True, verbose_name='läkarens bedömning')),
                    ('assessor_role', models.TextField(blank=True)),
                    ('without_agreement_reason', models.TextField(blank=True, max_length=2000, verbose_name='varför starten inte väntade')),
                    ('next_follow_up_on', models.DateField(null=True, verbose_name='nästa gemensamma uppföljning')),
                    ('aftercare_on', models.DateField(null=True, verbose_name='planen för eftervård')),
                    ('aftercare_note', models.TextField(blank=True, max_length=2000)),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='slut')),
                    ('end_kind', models.TextField(blank=True, choices=[('planned', 'Som planerat'), ('unplanned', 'Oplanerat')], verbose_name='hur den slutade')),
                    ('end_note', models.TextField(blank=True, max_length=2000)),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('close_reason', models.TextField(blank=True, choices=[('aftercare', 'Fortsätter med planerad eftervård'), ('no_need', 'Behovet av samordning finns inte längre'), ('new_placement', 'Fortsätter i en ny placering'), ('moved', 'Personen har flyttat till en annan region'), ('deceased', 'Personen har avlidit')])),
                    ('assessed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('medical_unit', models.ForeignKey(help_text='The medical party.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('sip', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sip.sipcase')),
                ],
                options={
                    'verbose_name': 'placering',
                    'verbose_name_plural': 'placeringar',
                    'constraints': [models.UniqueConstraint(fields=('submission',), name='placement_submission_once'), models.CheckConstraint(condition=models.Q(('planned_end', None), ('planned_start', None), ('planned_end__gte', models.F('planned_start')), _connector='OR'), name='placement_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['ongoing', 'ended']), _negated=True), models.Q(('started_at__isnull', False), models.Q(('housing', ''), _negated=True)), _connector='OR'), name='placement_going_on_has_started'), models.CheckConstraint(condition=models.Q(models.Q(('end_kind', ''), ('ended_at', None)), models.Q(('ended_at__gte', models.F('started_at')), models.Q(('end_kind', ''), _negated=True)), _connector='OR'), name='placement_ended_says_how'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at__isnull', False), _connector='OR'), name='placement_ended_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state__in', ('closed', 'cancelled'))), models.Q(models.Q(('state__in', ('closed', 'cancelled')), _negated=True), ('closed_at', None)), _connector='OR'), name='placement_closed_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('close_reason', ''), _negated=True), _connector='OR'), name='placement_closed_has_reason'), models.CheckConstraint(condition=models.Q(('hidden_on', None), ('law', 'lvu'), _connector='OR'), name='placement_hidden_is_lvu'), models.CheckConstraint(condition=models.Q(('assessed_at', None), models.Q(('assessed_by__isnull', False), models.Q(('assessor_role', ''), _negated=True)), _connector='OR'), name='placement_assessed_by_somebody')],
                },
            ),
            migrations.CreateModel(
                name='Review',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('kind', models.TextField(choices=[('care', 'Vården enligt SoL eller LVU'), ('whereabouts', 'Att vistelseorten hålls hemlig'), ('custody', 'Frågan om vårdnaden')])),
                    ('on', models.DateField(verbose_name='dag')),
                    ('outcome', models.TextField(choices=[('continues', 'Fortsätter'), ('changes', 'Ändras'), ('ends', 'Ska upphöra')])),
                    ('recorded_at', models.DateTimeField()),
                    ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='placements.placement')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'omprövning',
                    'verbose_name_plural': 'omprövningar',
                    'ordering': ['on', 'recorded_at'],
                },
            ),
            migrations.CreateModel(
                name='StayReader',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stay_readers', to='placements.placement')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'namngiven läsare av vistelseort',
                    'constraints': [models.UniqueConstraint(fields=('placement', 'user'), name='stay_reader_once')],
                },
            ),
            migrations.CreateModel(
                name='Ansvarsforbindelse',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('number', models.PositiveSmallIntegerField(help_text='Given when it is proposed.', null=True)),
                    ('state', models.TextField(choices=[('draft', 'Utkast'), ('proposed', 'Förslag'), ('countered', 'Ersatt av ett motförslag'), ('declined', 'Avvisat'), ('withdrawn', 'Tillbakadraget'), ('signed_by_one', 'Undertecknat av den ena parten'), ('in_force', 'Gäller'), ('replaced', 'Ersatt av en ny version'), ('expired', 'Har gått ut'), ('ended', 'Upphörde med placeringen')], default='draft')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('changed_at', models.DateTimeField()),
                    ('valid_from', models.DateField(null=True, verbose_name='gäller från och med')),
                    ('valid_to', models.DateField(null=True, verbose_name='gäller till och med')),
                    ('renegotiate_on', models.DateField(null=True, verbose_name='omförhandlas senast')),
                    ('terms', models.TextField(blank=True, max_length=4000, verbose_name='övriga villkor')),
                    ('proposed_at', models.DateTimeField(null=True)),
                    ('content_hash', models.CharField(blank=True, help_text='Of the whole content, when proposed.', max_length=64)),
                    ('decline_reason', models.TextField(blank=True, choices=[('need', 'Behovet behöver bedömas på nytt'), ('content', 'Innehållet i en insats'), ('extent', 'Omfattningen'), ('performer', 'Vem som utför'), ('price', 'Priset'), ('share', 'Hur kostnaden delas'), ('period', 'Tiden')])),
                    ('decline_note', models.TextField(blank=True, max_length=2000)),
                    ('in_force_at', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('answers', models.ForeignKey(help_text='What it changes.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.ansvarsforbindelse')),
                    ('declined_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('drafted_by_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('medical_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('placing_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='placements.placement')),
                ],
                options={
                    'verbose_name': 'ansvarsförbindelse',
                    'verbose_name_plural': 'ansvarsförbindelser',
                    'ordering': ['number'],
                    'constraints': [models.UniqueConstraint(fields=('placement', 'number'), name='agreement_number_once'), models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('placement',), name='agreement_one_in_force'), models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'signed_by_one'))), fields=('placement',), name='agreement_one_on_the_table'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('placement', 'drafted_by_unit'), name='agreement_one_draft'), models.CheckConstraint(condition=models.Q(('placing_unit', models.F('medical_unit')), _negated=True), name='agreement_of_two'), models.CheckConstraint(condition=models.Q(('drafted_by_unit', models.F('placing_unit')), ('drafted_by_unit', models.F('medical_unit')), _connector='OR'), name='agreement_drafted_by_a_party'), models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='version_ends_after_start'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'withdrawn']), models.Q(('number__isnull', False), ('proposed_at__isnull', False), ('proposed_by__isnull', False), ('valid_from__isnull', False), ('valid_to__isnull', False), ('content_hash__regex', '^[0-9a-f]{64}$')), _connector='OR'), name='agreement_proposed_is_complete'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('decline_reason', ''), _negated=True), _connector='OR'), name='agreement_declined_says_why'), models.CheckConstraint(condition=models.Q(('decline_reason', ''), ('decline_reason__in', ['need', 'content', 'extent', 'performer', 'price', 'share', 'period']), _connector='OR'), name='agreement_decline_reason_known')],
                },
            ),
            migrations.CreateModel(
                name='Remark',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('text', models.TextField(max_length=2000, verbose_name='kommentar')),
                    ('at', models.DateTimeField()),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='placements.ansvarsforbindelse')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'kommentar',
                    'verbose_name_plural': 'kommentarer',
                    'ordering': ['at'],
                },
            ),
            migrations.CreateModel(
                name='Signature',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('side', models.TextField(choices=[('municipality', 'Kommunen'), ('region', 'Regionen')])),
                    ('mandate', models.CharField(help_text='The mandate in words, as it stood that day.', max_length=300)),
                    ('at', models.DateTimeField()),
                    ('document_hash', models.CharField(max_length=64)),
                    ('service', models.CharField(help_text='Which signature service vouches for it.', max_length=60)),
                    ('evidence', models.TextField(blank=True, help_text="The service's own receipt.")),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='placements.ansvarsforbindelse')),
                    ('assignment', models.ForeignKey(help_text='The mandate.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.assignment')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'underskrift',
                    'verbose_name_plural': 'underskrifter',
                    'ordering': ['at'],
                    'constraints': [models.UniqueConstraint(fields=('agreement', 'side'), name='signature_once_per_side'), models.UniqueConstraint(fields=('agreement', 'user'), name='signature_never_for_both')],
                },
            ),
            migrations.CreateModel(
                name='Measure',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('title', models.CharField(max_length=150, verbose_name='insats')),
                    ('content', models.TextField(max_length=2000, verbose_name='innehåll')),
                    ('extent', models.CharField(max_length=300, verbose_name='omfattning')),
                    ('performer', models.TextField(choices=[('housing', 'Boendet'), ('hired', 'Vårdpersonal som boendet köper in'), ('region', 'Regionens hälso- och sjukvård'), ('municipality', 'Kommunens hälso- och sjukvård')], verbose_name='utförs av')),
                    ('starts_on', models.DateField(verbose_name='från och med')),
                    ('ends_on', models.DateField(verbose_name='till och med')),
                    ('price', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='pris i kronor')),
                    ('per', models.TextField(choices=[('day', 'per dygn'), ('month', 'per månad')], verbose_name='räknas')),
                    ('split_by', models.TextField(choices=[('percent', 'I procent'), ('amount', 'I kronor')], verbose_name='kostnaden delas')),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='placements.ansvarsforbindelse')),
                ],
                options={
                    'verbose_name': 'medicinsk insats',
                    'verbose_name_plural': 'medicinska insatser',
                    'ordering': ['position'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='measure_ends_after_start'), models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='measure_price_not_negative'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agreement', '='), (django.db.models.functions.text.Lower('title'), '='), (models.Func(models.F('starts_on'), models.F('ends_on'), models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='measure_once_at_a_time')],
                },
            ),
            migrations.CreateModel(
                name='CostShare',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('side', models.TextField(choices=[('municipality', 'Kommunen'), ('region', 'Regionen')])),
                    ('percent', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.ansvarsforbindelse')),
                    ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='placements.measure')),
                ],
                options={
                    'verbose_name': 'kostnadsandel',
                    'verbose_name_plural': 'kostnadsandelar',
                    'ordering': ['side'],
                    'constraints': [models.UniqueConstraint(fields=('measure', 'side'), name='share_once_per_side'), models.CheckConstraint(condition=models.Q(models.Q(('amount', None), ('percent__isnull', False)), models.Q(('amount__isnull', False), ('percent', None)), _connector='OR'), name='share_in_one_way'), models.CheckConstraint(condition=models.Q(('percent', None), models.Q(('percent__gte', 0), ('percent__lte', 100)), _connector='OR'), name='share_percent_possible'), models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), name='share_amount_possible')],
                },
            ),
            migrations.CreateModel(
                name='FollowUp',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('kind', models.TextField(choices=[('during', 'Under placeringen'), ('after_unplanned', 'Efter oplanerat slut')])),
                    ('on', models.DateField(verbose_name='dag')),
                    ('came_to', models.TextField(max_length=2000, verbose_name='vad ni kom fram till')),
                    ('with_medical_party', models.BooleanField(help_text='The other party took part: only then was it joint.')),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='placements.placement')),
                ],
                options={
                    'verbose_name': 'gemensam uppföljning',
                    'verbose_name_plural': 'gemensamma uppföljningar',
                    'ordering': ['on', 'recorded_at'],
                },
            ),
            migrations.CreateModel(
                name='Examination',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('kind', models.TextField(choices=[('health', 'Hälsoundersökning'), ('dental', 'Tandhälsoundersökning'), ('before_application', 'Läkarundersökning inför ansökan')])),
                    ('state', models.TextField(choices=[('asked', 'Ska erbjudas'), ('offered', 'Erbjuden'), ('declined', 'Personen tackade nej'), ('done', 'Genomförd')], default='asked')),
                    ('on', models.DateField(null=True, verbose_name='dag')),
                    ('recorded_at', models.DateTimeField()),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='examinations', to='placements.placement')),
                ],
                options={
                    'verbose_name': 'undersökning',
                    'verbose_name_plural': 'undersökningar',
                    'ordering': ['kind'],
                    'constraints': [models.UniqueConstraint(fields=('placement', 'kind'), name='examination_once'), models.CheckConstraint(condition=models.Q(('state', 'asked'), ('on__isnull', False), _connector='OR'), name='examination_has_day')],
                },
            ),
            migrations.CreateModel(
                name='Provider',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=150, verbose_name='namn')),
                    ('housing', models.TextField(choices=[('family_home', 'Familjehem'), ('emergency_home', 'Jourhem'), ('hvb', 'Hem för vård eller boende (HVB)'), ('sis', 'Särskilt ungdomshem eller LVM-hem (SiS)'), ('support_housing', 'Stödboende'), ('protected', 'Skyddat boende'), ('other', 'Annat boende än det egna')], verbose_name='boendeform')),
                    ('organisation_number', models.CharField(blank=True, max_length=11, verbose_name='organisationsnummer')),
                    ('permit', models.CharField(blank=True, help_text='Diarienummer. Tomt om tillstånd saknas.', max_length=60, verbose_name='tillstånd från IVO')),
                    ('permit_until', models.DateField(blank=True, null=True, verbose_name='tillståndet gäller till och med')),
                    ('own_health_care', models.BooleanField(default=False, verbose_name='bedriver egen hälso- och sjukvård')),
                    ('health_care', models.CharField(blank=True, max_length=300, verbose_name='vilken vård')),
                    ('takes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None, verbose_name='målgrupper')),
                    ('municipality', models.CharField(max_length=60, verbose_name='kommun')),
                    ('county', models.CharField(max_length=60, verbose_name='län')),
                    ('contact', models.CharField(blank=True, max_length=200, verbose_name='kontakt')),
                    ('closed_on', models.DateField(blank=True, null=True, verbose_name='avvecklat')),
                ],
                options={
                    'verbose_name': 'utförare av boende',
                    'verbose_name_plural': 'utförare av boende',
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('name', 'municipality'), name='provider_once'), models.CheckConstraint(condition=models.Q(('housing__in', ('family_home', 'emergency_home')), _negated=True), name='provider_is_no_private_home'), models.CheckConstraint(condition=models.Q(('own_health_care', True), ('health_care', ''), _connector='OR'), name='provider_names_its_health_care')],
                },
            ),
            migrations.CreateModel(
                name='Stay',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('housing', models.TextField(choices=[('family_home', 'Familjehem'), ('emergency_home', 'Jourhem'), ('hvb', 'Hem för vård eller boende (HVB)'), ('sis', 'Särskilt ungdomshem eller LVM-hem (SiS)'), ('support_housing', 'Stödboende'), ('protected', 'Skyddat boende'), ('other', 'Annat boende än det egna')], verbose_name='boendeform')),
                    ('home', models.CharField(blank=True, help_text='A private home, or one not registered.', max_length=200, verbose_name='hemmet')),
                    ('municipality', models.CharField(blank=True, max_length=60, verbose_name='kommun')),
                    ('starts_on', models.DateField(verbose_name='från och med')),
                    ('ends_on', models.DateField(help_text='The day of leaving.', null=True, verbose_name='till')),
                    ('why_moved', models.TextField(blank=True, max_length=2000, verbose_name='varför flytten gjordes')),
                    ('is_restricted', models.BooleanField(default=False, help_text='Named staff only: hidden or protected (IND-3).')),
                    ('placement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stays', to='placements.placement')),
                    ('provider', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='placements.provider')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'vistelse',
                    'verbose_name_plural': 'vistelser',
                    'ordering': ['starts_on'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('home', ''), ('provider__isnull', False)), models.Q(('provider', None), models.Q(('home', ''), _negated=True)), _connector='OR'), name='stay_is_somewhere'), models.CheckConstraint(condition=models.Q(models.Q(('housing__in', ('family_home', 'emergency_home')), _negated=True), ('provider', None), _connector='OR'), name='stay_private_home_has_no_provider'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='stay_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('placement', '='), (models.Func(models.F('starts_on'), models.F('ends_on'), models.Value('[)'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='stay_one_at_a_time')],
                },
            ),
        ]),
        AtOnce([
            pgtrigger.migrations.AddTrigger(
                model_name='placement',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('state', OLD.state, 'housing', OLD.housing, 'law', OLD.law, 'is_acute', OLD.is_acute, 'target_groups', OLD.target_groups, 'planned_start', OLD.planned_start, 'started_at', OLD.started_at, 'planned_end', OLD.planned_end, 'outside_county', OLD.outside_county, 'registration', OLD.registration, 'hidden_on', OLD.hidden_on, 'agreement_needed', OLD.agreement_needed, 'medical_unit_id', OLD.medical_unit_id, 'referred_at', OLD.referred_at, 'assessed_at', OLD.assessed_at, 'assessed_by_id', OLD.assessed_by_id, 'sip_id', OLD.sip_id, 'aftercare_on', OLD.aftercare_on, 'ended_at', OLD.ended_at, 'end_kind', OLD.end_kind, 'closed_at', OLD.closed_at, 'close_reason', OLD.close_reason); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('state', NEW.state, 'housing', NEW.housing, 'law', NEW.law, 'is_acute', NEW.is_acute, 'target_groups', NEW.target_groups, 'planned_start', NEW.planned_start, 'started_at', NEW.started_at, 'planned_end', NEW.planned_end, 'outside_county', NEW.outside_county, 'registration', NEW.registration, 'hidden_on', NEW.hidden_on, 'agreement_needed', NEW.agreement_needed, 'medical_unit_id', NEW.medical_unit_id, 'referred_at', NEW.referred_at, 'assessed_at', NEW.assessed_at, 'assessed_by_id', NEW.assessed_by_id, 'sip_id', NEW.sip_id, 'aftercare_on', NEW.aftercare_on, 'ended_at', NEW.ended_at, 'end_kind', NEW.end_kind, 'closed_at', NEW.closed_at, 'close_reason', NEW.close_reason); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.matter_id, OLD.matter_id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='b9d06de01d14b2b489d8bcf18b298595ad2270b2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_85f6d', table='placements_placement', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='review',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('kind', OLD.kind, 'on', OLD.on, 'outcome', OLD.outcome); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('kind', NEW.kind, 'on', NEW.on, 'outcome', NEW.outcome); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.placement_id, OLD.placement_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='430fbd81b13944f081018bccc34d51612e9ddd64', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_974cb', table='placements_review', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='review',
                trigger=pgtrigger.compiler.Trigger(name='review_stays_as_made', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ce0a6ce5a30affb7e226835f8f15f6fc8ff49006', operation='UPDATE', pgid='pgtrigger_review_stays_as_made_00f0b', table='placements_review', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='stayreader',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('placement_id', OLD.placement_id, 'user_id', OLD.user_id); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('placement_id', NEW.placement_id, 'user_id', NEW.user_id); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.placement_id, OLD.placement_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='1aadefba064cd03af415fffd1f7d679854191f16', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_c30d0', table='placements_stayreader', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='ansvarsforbindelse',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('number', OLD.number, 'state', OLD.state, 'placing_unit_id', OLD.placing_unit_id, 'medical_unit_id', OLD.medical_unit_id, 'drafted_by_unit_id', OLD.drafted_by_unit_id, 'valid_from', OLD.valid_from, 'valid_to', OLD.valid_to, 'proposed_at', OLD.proposed_at, 'proposed_by_id', OLD.proposed_by_id, 'content_hash', OLD.content_hash, 'decline_reason', OLD.decline_reason, 'in_force_at', OLD.in_force_at, 'ended_at', OLD.ended_at); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('number', NEW.number, 'state', NEW.state, 'placing_unit_id', NEW.placing_unit_id, 'medical_unit_id', NEW.medical_unit_id, 'drafted_by_unit_id', NEW.drafted_by_unit_id, 'valid_from', NEW.valid_from, 'valid_to', NEW.valid_to, 'proposed_at', NEW.proposed_at, 'proposed_by_id', NEW.proposed_by_id, 'content_hash', NEW.content_hash, 'decline_reason', NEW.decline_reason, 'in_force_at', NEW.in_force_at, 'ended_at', NEW.ended_at); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.placement_id, OLD.placement_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='07d0bb96e8fdba5cc6aaf99efab02a1d54edebed', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_27371', table='placements_ansvarsforbindelse', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='ansvarsforbindelse',
                trigger=pgtrigger.compiler.Trigger(name='agreement_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='78fffa7aef598e7519289b50d4a91ca17eb65fd0', operation='DELETE', pgid='pgtrigger_agreement_never_deleted_ea594', table='placements_ansvarsforbindelse', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='ansvarsforbindelse',
                trigger=pgtrigger.compiler.Trigger(name='content_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF OLD.state <> 'draft' AND\n                       (NEW.placement_id, NEW.number, NEW.placing_unit_id, NEW.medical_unit_id, NEW.drafted_by_unit_id,\n                        NEW.valid_from, NEW.valid_to, NEW.renegotiate_on, NEW.terms, NEW.proposed_at,\n                        NEW.proposed_by_id, NEW.content_hash)\n                       IS DISTINCT FROM\n                       (OLD.placement_id, OLD.number, OLD.placing_unit_id, OLD.medical_unit_id, OLD.drafted_by_unit_id,\n                        OLD.valid_from, OLD.valid_to, OLD.renegotiate_on, OLD.terms, OLD.proposed_at,\n                        OLD.proposed_by_id, OLD.content_hash) THEN\n                        RAISE EXCEPTION 'a proposed agreement is never altered' USING ERRCODE = 'check_violation';\n                    END IF;\n                    IF NEW.state = 'in_force' AND OLD.state <> 'in_force' AND\n                       (SELECT count(*) FROM placements_signature s WHERE s.agreement_id = NEW.id\n                        AND s.document_hash = NEW.content_hash) <> 2 THEN\n                        RAISE EXCEPTION 'both parties have not signed' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='0a53e8b6a773f519b4de27baacf8852f7df3147c', operation='UPDATE', pgid='pgtrigger_content_stays_264f1', table='placements_ansvarsforbindelse', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='remark',
                trigger=pgtrigger.compiler.Trigger(name='remark_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e77f6e66a6a62b32902e8806f84989c54b94100f', operation='UPDATE', pgid='pgtrigger_remark_stays_b5688', table='placements_remark', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='signature',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('agreement_id', OLD.agreement_id, 'side', OLD.side, 'user_id', OLD.user_id, 'assignment_id', OLD.assignment_id, 'document_hash', OLD.document_hash, 'service', OLD.service); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('agreement_id', NEW.agreement_id, 'side', NEW.side, 'user_id', NEW.user_id, 'assignment_id', NEW.assignment_id, 'document_hash', NEW.document_hash, 'service', NEW.service); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='a581c6ddb066ba93203ba92be32739bfc74d1a31', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_2068c', table='placements_signature', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='signature',
                trigger=pgtrigger.compiler.Trigger(name='signature_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1d4513765e3c98889bb6afb3e9200bb02fa051ac', operation='UPDATE OR DELETE', pgid='pgtrigger_signature_never_changes_f82ac', table='placements_signature', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='signature',
                trigger=pgtrigger.compiler.Trigger(name='signed_with_mandate', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT portal_may_sign(NEW.agreement_id, NEW.side, NEW.user_id, NEW.assignment_id,\n                                           NEW.document_hash, NEW.at) THEN\n                        RAISE EXCEPTION 'no mandate to sign' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='ffcc9ed3563848fbdba63307e09bf305884cd97f', operation='INSERT', pgid='pgtrigger_signed_with_mandate_e31a2', table='placements_signature', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='measure',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('title', OLD.title, 'performer', OLD.performer, 'starts_on', OLD.starts_on, 'ends_on', OLD.ends_on, 'price', OLD.price, 'per', OLD.per, 'split_by', OLD.split_by); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('title', NEW.title, 'performer', NEW.performer, 'starts_on', NEW.starts_on, 'ends_on', NEW.ends_on, 'price', NEW.price, 'per', NEW.per, 'split_by', NEW.split_by); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='bb6999e465bd1c71629541e21359325648e1e735', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_faa0e', table='placements_measure', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='measure',
                trigger=pgtrigger.compiler.Trigger(name='only_while_draft', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF NOT portal_is_draft(coalesce(NEW.agreement_id, OLD.agreement_id)) THEN\n            RAISE EXCEPTION 'a proposed agreement is never altered' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;\n    ", hash='f88e76317c2c42d087979af7ae9183541315fc71', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_only_while_draft_339f2', table='placements_measure', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='measure',
                trigger=pgtrigger.compiler.Trigger(name='whole_price_is_shared', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n    IF NOT portal_measure_is_whole(NEW.id) THEN\n        RAISE EXCEPTION 'the shares do not cover the whole cost' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n", hash='9e02b3de9c9537fcc9c97ec5689aff7d23741146', operation='INSERT OR UPDATE', pgid='pgtrigger_whole_price_is_shared_d8f41', table='placements_measure', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='costshare',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('measure_id', OLD.measure_id, 'side', OLD.side, 'percent', OLD.percent, 'amount', OLD.amount); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('measure_id', NEW.measure_id, 'side', NEW.side, 'percent', NEW.percent, 'amount', NEW.amount); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='1006f8b4c6844f52821e53f11a95ae9995ecfb34', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_3aa3e', table='placements_costshare', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='costshare',
                trigger=pgtrigger.compiler.Trigger(name='only_while_draft', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF NOT portal_is_draft(coalesce(NEW.agreement_id, OLD.agreement_id)) THEN\n            RAISE EXCEPTION 'a proposed agreement is never altered' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;\n    ", hash='db31c7456dd937372cce2960d4d302b1d2160725', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_only_while_draft_7a6ee', table='placements_costshare', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='costshare',
                trigger=pgtrigger.compiler.Trigger(name='shares_cover_the_whole', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n    IF NOT portal_measure_is_whole(coalesce(NEW.measure_id, OLD.measure_id)) THEN\n        RAISE EXCEPTION 'the shares do not cover the whole cost' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n", hash='2c80594d45f6b6d3a6b002aeaa372d6b25f1d58c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_shares_cover_the_whole_95cee', table='placements_costshare', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='followup',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('kind', OLD.kind, 'on', OLD.on, 'with_medical_party', OLD.with_medical_party); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('kind', NEW.kind, 'on', NEW.on, 'with_medical_party', NEW.with_medical_party); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.placement_id, OLD.placement_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='a0edcb803aa729b85ac9db035ca0347a6d75dbc7', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_92449', table='placements_followup', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='followup',
                trigger=pgtrigger.compiler.Trigger(name='follow_up_stays_as_made', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='00e493ebc1b53a9d945371e7aa60bc0553e8792c', operation='UPDATE', pgid='pgtrigger_follow_up_stays_as_made_89834', table='placements_followup', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='examination',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('kind', OLD.kind, 'state', OLD.state, 'on', OLD.on); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('kind', NEW.kind, 'state', NEW.state, 'on', NEW.on); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.placement_id, OLD.placement_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='8d3c2e77a82e75df7ec1e6e640b05051c2753a76', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_421f0', table='placements_examination', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='provider',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('name', OLD.name, 'housing', OLD.housing, 'permit', OLD.permit, 'permit_until', OLD.permit_until, 'own_health_care', OLD.own_health_care, 'municipality', OLD.municipality, 'closed_on', OLD.closed_on); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('name', NEW.name, 'housing', NEW.housing, 'permit', NEW.permit, 'permit_until', NEW.permit_until, 'own_health_care', NEW.own_health_care, 'municipality', NEW.municipality, 'closed_on', NEW.closed_on); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='7043ed40cd6b826cd985d9bbd16ad6a9ddcfee07', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_fe0f6', table='placements_provider', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='stay',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('housing', OLD.housing, 'starts_on', OLD.starts_on, 'ends_on', OLD.ends_on, 'is_restricted', OLD.is_restricted); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('housing', NEW.housing, 'starts_on', NEW.starts_on, 'ends_on', NEW.ends_on, 'is_restricted', NEW.is_restricted); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.placement_id, OLD.placement_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='660c179e4c737a1f7eeafa8ccff3ba7de4406e5d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_fbca5', table='placements_stay', when='AFTER')),
            ),
        ]),
    ]
