import core.models
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

from core.rowsecurity import ACTING_FUNCTIONS, DROP_ACTING_FUNCTIONS
from core.schema import AtOnce


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        # Roles belong to the whole database server, so they may already be there.
        migrations.RunSQL(
            """
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN
                    CREATE ROLE portal_app NOLOGIN;
                END IF;
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_jobs') THEN
                    CREATE ROLE portal_jobs NOLOGIN;
                END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END $$;
            -- Making a role is no membership of it, so an owner that is no superuser asks for the right to work as it.
            -- The exceptions are another database of the server being migrated at the same moment, with the same grant.
            DO $$ BEGIN
                GRANT portal_app, portal_jobs TO CURRENT_USER;
            EXCEPTION WHEN unique_violation OR internal_error THEN NULL;
            END $$
            """,
            migrations.RunSQL.noop,
        ),
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(ACTING_FUNCTIONS, DROP_ACTING_FUNCTIONS),
        AtOnce([
            migrations.CreateModel(
                name='Heartbeat',
                fields=[
                    ('job', models.TextField(primary_key=True, serialize=False)),
                    ('beat_at', models.DateTimeField()),
                    ('detail', models.JSONField(default=dict)),
                ],
                options={
                    'verbose_name': 'livstecken',
                },
            ),
            migrations.CreateModel(
                name='Message',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('kind', models.TextField()),
                    ('dedupe_key', models.TextField(unique=True)),
                    ('to_unit_id', models.UUIDField()),
                    ('to_level', models.TextField(blank=True, help_text="Empty: the unit's caseworkers; else a level of management.")),
                    ('matter_id', models.UUIDField(null=True)),
                    ('facts', models.JSONField(default=dict, help_text='No personal data: deadlines, names of units, references.')),
                    ('planned_at', models.DateTimeField()),
                    ('seen_at', models.DateTimeField(null=True)),
                    ('seen_by', models.UUIDField(null=True)),
                    ('next_try_at', models.DateTimeField(null=True)),
                    ('claimed_until', models.DateTimeField(null=True)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('delivered_at', models.DateTimeField(null=True)),
                    ('dead_at', models.DateTimeField(null=True)),
                    ('last_error', models.TextField(blank=True)),
                ],
                options={
                    'verbose_name': 'meddelande',
                    'indexes': [models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at'], name='message_waiting'), models.Index(fields=['to_unit_id', '-planned_at'], name='message_inbox'), models.Index(condition=models.Q(('dead_at__isnull', False)), fields=['dead_at'], name='message_dead')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('dead_at__isnull', False), ('delivered_at__isnull', False), _negated=True), name='message_one_fate'), models.CheckConstraint(condition=models.Q(('next_try_at__isnull', False), ('delivered_at__isnull', False), ('dead_at__isnull', False), _connector='OR'), name='message_waits_or_ended')],
                },
            ),
            migrations.CreateModel(
                name='ReadLog',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField()),
                    ('written_in', models.BigIntegerField(db_default=core.models.CurrentTransaction())),
                    ('user_id', models.UUIDField()),
                    ('assignment_id', models.UUIDField()),
                    ('unit_id', models.UUIDField()),
                    ('authority_id', models.UUIDField()),
                    ('huvudman_id', models.UUIDField()),
                    ('action', models.TextField(choices=[('view', 'Öppnade'), ('list', 'Såg i lista'), ('search', 'Sökte fram'), ('print', 'Skrev ut'), ('export', 'Exporterade'), ('api', 'Läste genom API'), ('denied', 'Nekades')])),
                    ('what', models.TextField()),
                    ('person_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                    ('matter_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ],
                options={
                    'verbose_name': 'läsning',
                    'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['person_ids'], name='read_persons'), models.Index(fields=['authority_id', 'at'], name='read_authority'), django.contrib.postgres.indexes.BrinIndex(fields=['written_in'], name='read_written')],
                },
            ),
            migrations.CreateModel(
                name='Seal',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('log', models.TextField(choices=[('change', 'Ändringar'), ('read', 'Läsningar')])),
                    ('first', models.BigIntegerField()),
                    ('last', models.BigIntegerField()),
                    ('rows', models.PositiveIntegerField()),
                    ('digest', models.TextField()),
                    ('previous', models.TextField()),
                    ('mac', models.TextField()),
                    ('sealed_at', models.DateTimeField()),
                    ('after_id', models.BigIntegerField(default=0)),
                ],
                options={
                    'verbose_name': 'försegling',
                    'constraints': [models.CheckConstraint(condition=models.Q(('last__gt', models.F('first'))), name='seal_forward'), models.UniqueConstraint(fields=('log', 'after_id', 'first'), name='seal_no_fork')],
                },
            ),
            migrations.CreateModel(
                name='ChangeLog',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ('written_in', models.BigIntegerField(db_default=core.models.CurrentTransaction())),
                    ('table_name', models.TextField()),
                    ('row_id', models.TextField()),
                    ('operation', models.TextField()),
                    ('old', models.JSONField(null=True)),
                    ('new', models.JSONField(null=True)),
                    ('matter_id', models.UUIDField(null=True)),
                    ('user_id', models.UUIDField(null=True)),
                    ('assignment_id', models.UUIDField(null=True)),
                    ('unit_id', models.UUIDField(null=True)),
                ],
                options={
                    'verbose_name': 'ändring',
                    'indexes': [models.Index(condition=models.Q(('matter_id__isnull', False)), fields=['matter_id', 'at'], name='change_matter'), django.contrib.postgres.indexes.BrinIndex(fields=['written_in'], name='change_written')],
                },
            ),
        ]),
        AtOnce([
            pgtrigger.migrations.AddTrigger(
                model_name='readlog',
                trigger=pgtrigger.compiler.Trigger(name='never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7d22d05314e601c36eeae8d6a324d4c0a8b3098f', operation='UPDATE OR DELETE', pgid='pgtrigger_never_changed_efabd', table='core_readlog', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='readlog',
                trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'this record is never emptied' USING ERRCODE = 'insufficient_privilege';", hash='d92b49836fdac2c7fd0753448a7b5d030d424532', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_cfb44', table='core_readlog', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='seal',
                trigger=pgtrigger.compiler.Trigger(name='never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8599ab4ac7ad578284442d2c9c45e178da237134', operation='UPDATE OR DELETE', pgid='pgtrigger_never_changed_41b35', table='core_seal', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='seal',
                trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'this record is never emptied' USING ERRCODE = 'insufficient_privilege';", hash='0a3487f55151df069af7cb04ab2dff80c7a598b1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_a2e9e', table='core_seal', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='changelog',
                trigger=pgtrigger.compiler.Trigger(name='never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ccadb846df4e794442b16a640b44f8082ed4b4b8', operation='UPDATE OR DELETE', pgid='pgtrigger_never_changed_864fc', table='core_changelog', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='changelog',
                trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'this record is never emptied' USING ERRCODE = 'insufficient_privilege';", hash='1ba37a6b670540ac2599c09ce63d817cf6666fa7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_93386', table='core_changelog', when='BEFORE')),
            ),
        ]),
    ]
