import django.contrib.postgres.fields
import django.db.models.deletion
import individuals.models.matter
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
        ('auth', '0012_alter_user_first_name_max_length'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        AtOnce([
            migrations.CreateModel(
                name='Person',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('identity_kind', models.TextField(choices=[('personnummer', 'Personnummer'), ('samordningsnummer', 'Samordningsnummer'), ('reserve', 'Reservnummer'), ('unidentified', 'Okänd identitet')], verbose_name='typ av identitet')),
                    ('identity_number', models.CharField(blank=True, max_length=20, verbose_name='personnummer')),
                    ('born_on', models.DateField(blank=True, null=True, verbose_name='född')),
                    ('sex', models.TextField(choices=[('female', 'Kvinna eller flicka'), ('male', 'Man eller pojke'), ('unknown', 'Uppgift saknas')], default='unknown', verbose_name='kön')),
                    ('first_name', models.CharField(blank=True, max_length=100, verbose_name='förnamn')),
                    ('last_name', models.CharField(blank=True, max_length=100, verbose_name='efternamn')),
                    ('protection', models.TextField(choices=[('none', 'Nej'), ('marked', 'Sekretessmarkering'), ('protected', 'Skyddad folkbokföring')], default='none', verbose_name='skyddade personuppgifter')),
                    ('interpreter', models.CharField(blank=True, max_length=200, verbose_name='tolk eller annat stöd för samtal')),
                    ('created_at', models.DateTimeField()),
                    ('unit', models.ForeignKey(help_text='The unit whose record this is.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'person',
                    'verbose_name_plural': 'personer',
                    'constraints': [models.UniqueConstraint(condition=models.Q(('identity_number', ''), _negated=True), fields=('unit', 'identity_number'), name='person_once_per_unit'), models.CheckConstraint(condition=models.Q(models.Q(('identity_kind', 'unidentified'), ('identity_number', '')), models.Q(models.Q(('identity_kind', 'unidentified'), _negated=True), models.Q(('identity_number', ''), _negated=True)), _connector='OR'), name='person_number_unless_unidentified')],
                },
            ),
            migrations.CreateModel(
                name='Matter',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('reference', models.CharField(default=individuals.models.matter.new_reference, max_length=8, unique=True, verbose_name='ärendenummer')),
                    ('kind', models.TextField(choices=[('sip', 'SIP'), ('placement', 'Placering')])),
                    ('opened_at', models.DateTimeField()),
                    ('closed_at', models.DateTimeField(null=True)),
                    ('next_due_at', models.DateTimeField(help_text='Earliest running clock; kept by deadlines.', null=True)),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.agreement')),
                    ('initiator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matters', to='individuals.person')),
                ],
                options={
                    'verbose_name': 'ärende',
                    'verbose_name_plural': 'ärenden',
                    'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['next_due_at', 'id'], name='matter_open_by_due')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('closed_at', None), ('closed_at__gte', models.F('opened_at')), _connector='OR'), name='matter_closes_after_opening')],
                },
            ),
            migrations.CreateModel(
                name='Basis',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('kind', models.TextField(choices=[('consent', 'Samtycke'), ('child_at_risk', 'Barn eller ung som riskerar att fara illa'), ('addiction', 'Skadligt bruk eller beroende'), ('lpt', 'Vård enligt LPT'), ('lrv', 'Vård enligt LRV')])),
                    ('purpose', models.TextField(help_text='Why the information is handed over.', max_length=2000, verbose_name='ändamål')),
                    ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(choices=[('need', 'Varför samordning behövs'), ('own_view', 'Personens egen åsikt'), ('health', 'Hälsa och vård'), ('social', 'Social situation och stöd'), ('school', 'Förskola och skola'), ('contact', 'Kontaktuppgifter')]), size=None)),
                    ('withheld', models.TextField(blank=True, max_length=2000, verbose_name='det som inte får lämnas')),
                    ('decided_by', models.CharField(blank=True, max_length=200, verbose_name='vem som beslutade')),
                    ('child_alone_reason', models.TextField(blank=True, max_length=2000, verbose_name='varför barnets samtycke räcker')),
                    ('valid_from', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('recorded_at', models.DateTimeField()),
                    ('withdrawn_at', models.DateTimeField(null=True)),
                    ('withdrawn_note', models.TextField(blank=True, max_length=2000)),
                    ('replaced_at', models.DateTimeField(null=True)),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bases', to='individuals.matter')),
                ],
                options={
                    'verbose_name': 'stöd för utlämnande',
                    'verbose_name_plural': 'stöd för utlämnande',
                    'ordering': ['-recorded_at'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('valid_from'))), name='basis_ends_after_start'), models.CheckConstraint(condition=models.Q(('categories__len__gt', 0)), name='basis_names_categories'), models.CheckConstraint(condition=models.Q(('kind', 'consent'), models.Q(('decided_by', ''), _negated=True), _connector='OR'), name='basis_ground_has_decision'), models.UniqueConstraint(condition=models.Q(('replaced_at', None), ('withdrawn_at', None)), fields=('matter',), name='basis_one_in_force')],
                },
            ),
            migrations.CreateModel(
                name='BasisScope',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('is_excluded', models.BooleanField(default=False)),
                    ('authority', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.authority')),
                    ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scopes', to='individuals.basis')),
                    ('huvudman', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.huvudman')),
                    ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='individuals.matter')),
                ],
                options={
                    'verbose_name': 'mottagare i stöd',
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('huvudman__isnull', False), ('unit', None)), models.Q(('authority__isnull', False), ('huvudman', None), ('unit', None)), models.Q(('authority', None), ('huvudman', None), ('unit__isnull', False)), _connector='OR'), name='scope_names_one'), models.UniqueConstraint(fields=('basis', 'huvudman', 'authority', 'unit'), name='scope_once', nulls_distinct=False)],
                },
            ),
            migrations.CreateModel(
                name='MatterGroupObjectPermission',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('until', models.DateTimeField(null=True)),
                    ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='individuals.matter')),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.group')),
                    ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                    ('closed_at', models.DateTimeField(editable=False, null=True)),
                    ('next_due_at', models.DateTimeField(editable=False, null=True)),
                    ('opened_at', models.DateTimeField(editable=False, null=True)),
                    ('kind', models.TextField(choices=[('sip', 'SIP'), ('placement', 'Placering')], default='', editable=False)),
                ],
                options={
                    'verbose_name': 'åtkomst till ärende',
                    'abstract': False,
                    'indexes': [models.Index(models.F('group'), models.F('kind'), models.OrderBy(models.F('next_due_at'), nulls_last=True), models.OrderBy(models.F('opened_at'), descending=True), models.F('content_object'), condition=models.Q(('closed_at', None)), include=['until'], name='matter_access_desk')],
                    'constraints': [models.UniqueConstraint(fields=('group', 'content_object'), name='matter_access_once')],
                    'unique_together': {('group', 'permission', 'content_object')},
                },
            ),
            migrations.CreateModel(
                name='Participant',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('role', models.TextField(choices=[('initiator', 'Har tagit initiativet'), ('called', 'Kallad')])),
                    ('since', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('end_reason', models.TextField(blank=True, choices=[('redirected', 'Lämnade över till en annan verksamhet'), ('withdrawn', 'Samtycket återkallades'), ('closed', 'Ärendet avslutades')])),
                    ('basis', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='individuals.basis')),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='individuals.matter')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'deltagande verksamhet',
                    'verbose_name_plural': 'deltagande verksamheter',
                    'ordering': ['since'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('matter', 'unit'), name='participant_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None), ('role', 'initiator')), fields=('matter',), name='participant_one_initiator'), models.CheckConstraint(condition=models.Q(models.Q(('basis', None), ('role', 'initiator')), models.Q(models.Q(('role', 'initiator'), _negated=True), ('basis__isnull', False)), _connector='OR'), name='participant_has_basis'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at', None)), models.Q(('ended_at__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='participant_end_has_reason')],
                },
            ),
            migrations.CreateModel(
                name='Guardian',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=150, verbose_name='namn')),
                    ('is_called', models.BooleanField(default=True, verbose_name='kallas')),
                    ('not_called_reason', models.TextField(blank=True, max_length=2000, verbose_name='varför vårdnadshavaren inte kallas')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guardians', to='individuals.person')),
                ],
                options={
                    'verbose_name': 'vårdnadshavare',
                    'verbose_name_plural': 'vårdnadshavare',
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('person', 'name'), name='guardian_once'), models.CheckConstraint(condition=models.Q(models.Q(('is_called', True), ('not_called_reason', '')), models.Q(('is_called', False), models.Q(('not_called_reason', ''), _negated=True)), _connector='OR'), name='guardian_reason_when_not_called')],
                },
            ),
            migrations.CreateModel(
                name='Piece',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('category', models.TextField(choices=[('need', 'Varför samordning behövs'), ('own_view', 'Personens egen åsikt'), ('health', 'Hälsa och vård'), ('social', 'Social situation och stöd'), ('school', 'Förskola och skola'), ('contact', 'Kontaktuppgifter')])),
                    ('text', models.TextField(max_length=10000)),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('is_restricted', models.BooleanField(default=False, help_text='Named staff only: protected identity (IND-3).')),
                    ('changed_at', models.DateTimeField()),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pieces', to='individuals.matter')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'uppgift',
                    'verbose_name_plural': 'uppgifter',
                    'constraints': [models.UniqueConstraint(fields=('matter', 'category', 'written_by', 'version'), name='piece_version_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='piece_not_empty')],
                },
            ),
            migrations.CreateModel(
                name='Disclosure',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('piece_version', models.PositiveIntegerField()),
                    ('category', models.TextField(choices=[('need', 'Varför samordning behövs'), ('own_view', 'Personens egen åsikt'), ('health', 'Hälsa och vård'), ('social', 'Social situation och stöd'), ('school', 'Förskola och skola'), ('contact', 'Kontaktuppgifter')])),
                    ('at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='individuals.basis')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('from_authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.authority')),
                    ('from_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('to_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='individuals.matter')),
                    ('piece', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disclosures', to='individuals.piece')),
                ],
                options={
                    'verbose_name': 'utlämnande',
                    'verbose_name_plural': 'utlämnanden',
                    'ordering': ['at'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('piece', 'to_unit'), name='disclosed_once'), models.CheckConstraint(condition=models.Q(('from_unit', models.F('to_unit')), _negated=True), name='disclosed_to_another')],
                },
            ),
            migrations.CreateModel(
                name='PieceReader',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='individuals.matter')),
                    ('piece', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readers', to='individuals.piece')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'namngiven läsare',
                    'constraints': [models.UniqueConstraint(fields=('piece', 'user'), name='piece_reader_once')],
                },
            ),
            migrations.CreateModel(
                name='Event',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField()),
                    ('what', models.TextField()),
                    ('text', models.TextField()),
                    ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='individuals.matter')),
                ],
                options={
                    'verbose_name': 'händelse',
                    'verbose_name_plural': 'händelser',
                    'ordering': ['at', 'id'],
                    'indexes': [models.Index(fields=['matter', 'at'], name='event_matter')],
                },
            ),
            migrations.CreateModel(
                name='ConsentGiver',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('giver', models.TextField(choices=[('self', 'Personen själv'), ('guardian', 'Vårdnadshavare'), ('representative', 'God man eller förvaltare')], verbose_name='vem')),
                    ('name', models.CharField(blank=True, max_length=150, verbose_name='namn')),
                    ('manner', models.TextField(choices=[('written', 'Skriftligt'), ('oral', 'Muntligt'), ('other', 'På annat sätt')], verbose_name='hur')),
                    ('given_on', models.DateField(verbose_name='när')),
                    ('basis', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='givers', to='individuals.basis')),
                    ('guardian', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='individuals.guardian')),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='individuals.matter')),
                ],
                options={
                    'verbose_name': 'den som samtycker',
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('giver', 'guardian'), ('guardian__isnull', False)), models.Q(models.Q(('giver', 'guardian'), _negated=True), ('guardian', None)), _connector='OR'), name='giver_guardian_named'), models.UniqueConstraint(fields=('basis', 'giver', 'guardian'), name='giver_once', nulls_distinct=False)],
                },
            ),
            migrations.CreateModel(
                name='DocumentCopy',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('kind', models.TextField(help_text="The document's name in code; each chapter has its own.")),
                    ('version', models.PositiveIntegerField(null=True)),
                    ('for_filing', models.BooleanField(default=False)),
                    ('fingerprint', models.CharField(max_length=64)),
                    ('made_at', models.DateTimeField()),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='document_copies', to='individuals.matter')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'gjort dokument',
                    'verbose_name_plural': 'gjorda dokument',
                    'indexes': [models.Index(fields=['matter', 'unit', 'kind', 'version'], name='copy_of_unit')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('fingerprint__regex', '^[0-9a-f]{64}$')), name='copy_fingerprint')],
                },
            ),
            migrations.CreateModel(
                name='FiledCopy',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('kind', models.TextField()),
                    ('version', models.PositiveIntegerField()),
                    ('filed_at', models.DateTimeField()),
                    ('copy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='individuals.documentcopy')),
                    ('filed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filed_copies', to='individuals.matter')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'kvitto på förd till akt',
                    'verbose_name_plural': 'kvitton på förd till akt',
                    'ordering': ['filed_at'],
                    'constraints': [models.UniqueConstraint(fields=('matter', 'unit', 'kind', 'version'), name='filed_once')],
                },
            ),
        ]),
        AtOnce([
            pgtrigger.migrations.AddTrigger(
                model_name='person',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('identity_kind', OLD.identity_kind, 'identity_number', OLD.identity_number, 'born_on', OLD.born_on, 'sex', OLD.sex, 'first_name', OLD.first_name, 'last_name', OLD.last_name, 'protection', OLD.protection, 'interpreter', OLD.interpreter); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('identity_kind', NEW.identity_kind, 'identity_number', NEW.identity_number, 'born_on', NEW.born_on, 'sex', NEW.sex, 'first_name', NEW.first_name, 'last_name', NEW.last_name, 'protection', NEW.protection, 'interpreter', NEW.interpreter); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='30fe68bcf97ba701cdc575ded11bcb6a71381d72', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_6f10c', table='individuals_person', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='matter',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('kind', OLD.kind, 'person_id', OLD.person_id, 'initiator_id', OLD.initiator_id, 'opened_at', OLD.opened_at, 'closed_at', OLD.closed_at); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('kind', NEW.kind, 'person_id', NEW.person_id, 'initiator_id', NEW.initiator_id, 'opened_at', NEW.opened_at, 'closed_at', NEW.closed_at); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.id, OLD.id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='935a2ade756c357d96845d52a2b790124d3b67de', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_4656e', table='individuals_matter', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='matter',
                trigger=pgtrigger.compiler.Trigger(name='stays_whose_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."initiator_id" IS DISTINCT FROM (NEW."initiator_id") OR OLD."agreement_id" IS DISTINCT FROM (NEW."agreement_id") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='69b8ff4da4dd504763e4675cbdd54bf3d0a53946', operation='UPDATE', pgid='pgtrigger_stays_whose_it_is_78b24', table='individuals_matter', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='matter',
                trigger=pgtrigger.compiler.Trigger(name='copied_to_rights', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                    UPDATE individuals_mattergroupobjectpermission\n                    SET closed_at = NEW.closed_at, next_due_at = NEW.next_due_at\n                    WHERE content_object_id = NEW.id\n                    AND (closed_at, next_due_at) IS DISTINCT FROM (NEW.closed_at, NEW.next_due_at);\n                    RETURN NULL;\n                ', hash='daa61394bcbf8eac24cee8003a7d43afa154a76d', operation='UPDATE OF "closed_at", "next_due_at"', pgid='pgtrigger_copied_to_rights_9b892', table='individuals_matter', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='basis',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('kind', OLD.kind, 'purpose', OLD.purpose, 'categories', OLD.categories, 'withheld', OLD.withheld, 'valid_from', OLD.valid_from, 'expires_at', OLD.expires_at, 'withdrawn_at', OLD.withdrawn_at); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('kind', NEW.kind, 'purpose', NEW.purpose, 'categories', NEW.categories, 'withheld', NEW.withheld, 'valid_from', NEW.valid_from, 'expires_at', NEW.expires_at, 'withdrawn_at', NEW.withdrawn_at); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='393abb821cf769460faeca31d3c42949d4817d25', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_7dec3', table='individuals_basis', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='basisscope',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('basis_id', OLD.basis_id, 'huvudman_id', OLD.huvudman_id, 'authority_id', OLD.authority_id, 'unit_id', OLD.unit_id, 'is_excluded', OLD.is_excluded); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('basis_id', NEW.basis_id, 'huvudman_id', NEW.huvudman_id, 'authority_id', NEW.authority_id, 'unit_id', NEW.unit_id, 'is_excluded', NEW.is_excluded); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='b789350f7b25e25ce729c47e4a7aec8242b2eae6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_38493', table='individuals_basisscope', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='mattergroupobjectpermission',
                trigger=pgtrigger.compiler.Trigger(name='right_has_reason', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM individuals_matter m JOIN organisations_unit u ON u.id = m.initiator_id\n                        WHERE m.id = NEW.content_object_id AND u.group_id = NEW.group_id\n                    ) AND NOT EXISTS (\n                        SELECT 1 FROM individuals_participant p\n                        JOIN organisations_unit u ON u.id = p.unit_id\n                        JOIN individuals_basis b ON b.id = p.basis_id\n                        WHERE p.matter_id = NEW.content_object_id AND u.group_id = NEW.group_id\n                        AND p.ended_at IS NULL AND NEW.until <= b.expires_at\n                        AND portal_basis_covers(b.id, p.matter_id, p.unit_id)\n                    ) THEN\n                        RAISE EXCEPTION 'no basis gives this right' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='d891d21cf68bfa2f8d92b583768ceb72fc557fa7', operation='INSERT OR UPDATE OF "group_id", "content_object_id", "until"', pgid='pgtrigger_right_has_reason_9e44b', table='individuals_mattergroupobjectpermission', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='mattergroupobjectpermission',
                trigger=pgtrigger.compiler.Trigger(name='copies_its_matter', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                    SELECT kind, opened_at, closed_at, next_due_at\n                    INTO NEW.kind, NEW.opened_at, NEW.closed_at, NEW.next_due_at\n                    FROM individuals_matter WHERE id = NEW.content_object_id;\n                    RETURN NEW;\n                ', hash='2cacb7a1a57ca0f5526fbb45af221d4dd23a724a', operation='INSERT', pgid='pgtrigger_copies_its_matter_e98fb', table='individuals_mattergroupobjectpermission', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='participant',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('unit_id', OLD.unit_id, 'role', OLD.role, 'basis_id', OLD.basis_id, 'since', OLD.since, 'ended_at', OLD.ended_at, 'end_reason', OLD.end_reason); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('unit_id', NEW.unit_id, 'role', NEW.role, 'basis_id', NEW.basis_id, 'since', NEW.since, 'ended_at', NEW.ended_at, 'end_reason', NEW.end_reason); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='b2755d82a8dd40b15818b7d829b5edb624d62279', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_a0979', table='individuals_participant', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='participant',
                trigger=pgtrigger.compiler.Trigger(name='covered_by_basis', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NEW.basis_id IS NOT NULL AND NEW.ended_at IS NULL\n                       AND NOT portal_basis_covers(NEW.basis_id, NEW.matter_id, NEW.unit_id) THEN\n                        RAISE EXCEPTION 'the basis does not cover the unit' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='859bcfccc0b1e59926cd344c2349a8ba80795339', operation='INSERT OR UPDATE OF "basis_id"', pgid='pgtrigger_covered_by_basis_3e616', table='individuals_participant', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='guardian',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('person_id', OLD.person_id, 'name', OLD.name, 'is_called', OLD.is_called, 'not_called_reason', OLD.not_called_reason); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('person_id', NEW.person_id, 'name', NEW.name, 'is_called', NEW.is_called, 'not_called_reason', NEW.not_called_reason); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='e54d42732baf18271a3cafd0eb39915cf63d1f69', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_0f7cf', table='individuals_guardian', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='piece',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('category', OLD.category, 'version', OLD.version, 'is_restricted', OLD.is_restricted); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('category', NEW.category, 'version', NEW.version, 'is_restricted', NEW.is_restricted); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='536a966531b5822277dcf64fbeba358067547411', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_28c87', table='individuals_piece', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='piece',
                trigger=pgtrigger.compiler.Trigger(name='unchanged_once_disclosed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n        IF EXISTS (SELECT 1 FROM individuals_disclosure d WHERE d.piece_id = OLD.id) THEN\n            RAISE EXCEPTION 'a disclosed piece is never altered' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;\n    ", hash='b99364908aae9a2987f11a613677f0e181576bd7', operation='UPDATE OR DELETE', pgid='pgtrigger_unchanged_once_disclosed_e432d', table='individuals_piece', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='disclosure',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('piece_id', OLD.piece_id, 'piece_version', OLD.piece_version, 'category', OLD.category, 'from_unit_id', OLD.from_unit_id, 'to_unit_id', OLD.to_unit_id, 'basis_id', OLD.basis_id, 'by_id', OLD.by_id, 'ended_at', OLD.ended_at); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('piece_id', NEW.piece_id, 'piece_version', NEW.piece_version, 'category', NEW.category, 'from_unit_id', NEW.from_unit_id, 'to_unit_id', NEW.to_unit_id, 'basis_id', NEW.basis_id, 'by_id', NEW.by_id, 'ended_at', NEW.ended_at); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='0087b2e92faca341fbf19c7588226668b7a46eea', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_35f8b', table='individuals_disclosure', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='disclosure',
                trigger=pgtrigger.compiler.Trigger(name='ledger_only_ends', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."matter_id" IS DISTINCT FROM (NEW."matter_id") OR OLD."piece_id" IS DISTINCT FROM (NEW."piece_id") OR OLD."piece_version" IS DISTINCT FROM (NEW."piece_version") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."from_authority_id" IS DISTINCT FROM (NEW."from_authority_id") OR OLD."from_unit_id" IS DISTINCT FROM (NEW."from_unit_id") OR OLD."to_unit_id" IS DISTINCT FROM (NEW."to_unit_id") OR OLD."basis_id" IS DISTINCT FROM (NEW."basis_id") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."at" IS DISTINCT FROM (NEW."at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b7b13c2b6d7231b07979e2baeadcf6a1bc3ba51f', operation='UPDATE', pgid='pgtrigger_ledger_only_ends_5b9ea', table='individuals_disclosure', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='disclosure',
                trigger=pgtrigger.compiler.Trigger(name='ledger_never_shrinks', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='e390b88b20ed933de6fa92735803580247694292', operation='DELETE', pgid='pgtrigger_ledger_never_shrinks_bb85e', table='individuals_disclosure', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='disclosure',
                trigger=pgtrigger.compiler.Trigger(name='within_categories', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (SELECT 1 FROM individuals_basis b\n                                   WHERE b.id = NEW.basis_id AND NEW.category = ANY (b.categories))\n                       OR NOT EXISTS (SELECT 1 FROM individuals_piece p\n                                      WHERE p.id = NEW.piece_id AND p.matter_id = NEW.matter_id\n                                      AND p.category = NEW.category AND p.version = NEW.piece_version\n                                      AND NOT p.is_restricted)\n                       OR NOT portal_basis_covers(NEW.basis_id, NEW.matter_id, NEW.to_unit_id) THEN\n                        RAISE EXCEPTION 'the basis does not cover this disclosure' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='062b52b20768cf67606618ec86ab99b52811c154', operation='INSERT', pgid='pgtrigger_within_categories_16aa5', table='individuals_disclosure', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='piecereader',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('piece_id', OLD.piece_id, 'user_id', OLD.user_id); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('piece_id', NEW.piece_id, 'user_id', NEW.user_id); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='753f4b31fcb94f915e55a918ac96d00826a95fa8', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_61ea7', table='individuals_piecereader', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='consentgiver',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('basis_id', OLD.basis_id, 'giver', OLD.giver, 'guardian_id', OLD.guardian_id, 'manner', OLD.manner, 'given_on', OLD.given_on); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('basis_id', NEW.basis_id, 'giver', NEW.giver, 'guardian_id', NEW.guardian_id, 'manner', NEW.manner, 'given_on', NEW.given_on); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='07e714105cb7d2fd0943df05742aa9b52a62086b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_7f596', table='individuals_consentgiver', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='documentcopy',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('unit_id', OLD.unit_id, 'kind', OLD.kind, 'version', OLD.version, 'for_filing', OLD.for_filing, 'fingerprint', OLD.fingerprint); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('unit_id', NEW.unit_id, 'kind', NEW.kind, 'version', NEW.version, 'for_filing', NEW.for_filing, 'fingerprint', NEW.fingerprint); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='bf00d203622ef006944a0fc347916c3f415f21ac', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_f1a47', table='individuals_documentcopy', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='filedcopy',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('unit_id', OLD.unit_id, 'kind', OLD.kind, 'version', OLD.version, 'filed_at', OLD.filed_at); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('unit_id', NEW.unit_id, 'kind', NEW.kind, 'version', NEW.version, 'filed_at', NEW.filed_at); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='a09b33cf0980ded2c28f87f49bfa21e8f080998d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_2b57c', table='individuals_filedcopy', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='filedcopy',
                trigger=pgtrigger.compiler.Trigger(name='of_a_copy_for_filing', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM individuals_documentcopy c WHERE c.id = NEW.copy_id AND c.for_filing\n                        AND c.matter_id = NEW.matter_id AND c.unit_id = NEW.unit_id\n                        AND c.kind = NEW.kind AND c.version = NEW.version\n                    ) THEN\n                        RAISE EXCEPTION 'no copy of this was made for filing' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='01a2f54776d8a52e88c428813d8200cd185ac2a8', operation='INSERT', pgid='pgtrigger_of_a_copy_for_filing_374ea', table='individuals_filedcopy', when='BEFORE')),
            ),
        ]),
    ]
