import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from core.rowsecurity import RowPolicy
from core.schema import AtOnce
from individuals.rowconditions import reaches

# Of those who take part; one about a person's case, only of those who reach the case (wall 1).
READ = f"portal_in_dispute(dispute_id) AND (matter_id IS NULL OR {reaches('matter_id')})"

class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0002_row_security'),
        ('individuals', '0005_open_matters'),
        ('organisations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce([
            migrations.CreateModel(
                name='Enclosure',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('name', models.CharField(max_length=150, verbose_name='filnamn')),
                    ('media_type', models.CharField(max_length=60)),
                    ('size', models.PositiveIntegerField()),
                    ('digest', models.CharField(max_length=64)),
                    ('content', models.BinaryField()),
                    ('added_at', models.DateTimeField()),
                    ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enclosures', to='disputes.dispute')),
                    ('huvudman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.huvudman')),
                    ('matter', models.ForeignKey(help_text='The case it is about.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='individuals.matter')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'handling i tvisten',
                    'verbose_name_plural': 'handlingar i tvisten',
                    'ordering': ['added_at', 'id'],
                    'constraints': [models.UniqueConstraint(fields=('dispute', 'huvudman', 'digest'), name='enclosure_once'), models.CheckConstraint(condition=models.Q(('media_type__in', ['application/pdf', 'image/png', 'image/jpeg', 'text/plain'])), name='enclosure_of_a_safe_type'), models.CheckConstraint(condition=models.Q(('size__lte', 5000000)), name='enclosure_not_too_big')],
                },
            ),
        ]),
        AtOnce([
            pgtrigger.migrations.AddTrigger(
                model_name='enclosure',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('dispute_id', OLD.dispute_id, 'matter_id', OLD.matter_id, 'huvudman_id', OLD.huvudman_id, 'media_type', OLD.media_type, 'size', OLD.size, 'digest', OLD.digest); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('dispute_id', NEW.dispute_id, 'matter_id', NEW.matter_id, 'huvudman_id', NEW.huvudman_id, 'media_type', NEW.media_type, 'size', NEW.size, 'digest', NEW.digest); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='b94c511adf36b5ee7d91376df3132b1218b69671', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_7d3d4', table='disputes_enclosure', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='enclosure',
                trigger=pgtrigger.compiler.Trigger(name='belongs_to_the_dispute', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.id = NEW.dispute_id AND d.state = 'open'\n                            AND NEW.huvudman_id IN (d.opening_huvudman_id, d.answering_huvudman_id))\n                       OR (NEW.matter_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM disputes_caselink l\n                            WHERE l.dispute_id = NEW.dispute_id AND l.matter_id = NEW.matter_id)) THEN\n                        RAISE EXCEPTION 'an enclosure is a side''s, in an open dispute, about its own case'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='c42c01b26d4e829d1e5d284b49caf27e83f45e7a', operation='INSERT', pgid='pgtrigger_belongs_to_the_dispute_2e3ca', table='disputes_enclosure', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='enclosure',
                trigger=pgtrigger.compiler.Trigger(name='stays_when_the_dispute_has_ended', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.id = OLD.dispute_id AND d.state <> 'open') THEN\n                        RAISE EXCEPTION 'the dispute has ended' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN OLD;\n                ", hash='e58ddc307877604fd247b9253f757953e18b3db2', operation='DELETE', pgid='pgtrigger_stays_when_the_dispute_has_ended_e321a', table='disputes_enclosure', when='BEFORE')),
            ),
        ]),
        # Each side adds and takes away its own.
        RowPolicy("disputes_enclosure", read=READ, write=f"{READ} AND huvudman_id = portal_uuid('huvudman')"),
    ]
