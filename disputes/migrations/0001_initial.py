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
        ('individuals', '0001_initial'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        AtOnce([
            migrations.CreateModel(
                name='Interim',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('text', models.TextField(max_length=2000, verbose_name='vem som gör vad')),
                    ('started_at', models.DateTimeField()),
                    ('changed_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(editable=False, help_text="Written by the database with the dispute's.", null=True)),
                    ('agreed_by_unit', models.ForeignKey(help_text='Who wrote it down.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit', verbose_name='ansvarig under tiden')),
                ],
                options={
                    'verbose_name': 'tillfälligt ansvar',
                    'verbose_name_plural': 'tillfälliga ansvar',
                    'constraints': [models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='interim_says_something')],
                },
            ),
            migrations.CreateModel(
                name='Dispute',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('reference', models.CharField(default=individuals.models.matter.new_reference, max_length=8, unique=True, verbose_name='tvistens nummer')),
                    ('coordination', models.TextField(choices=[('children', 'Barn och unga'), ('adults', 'Vuxna')], verbose_name='gäller')),
                    ('question', models.TextField(help_text='De-identified: groups and the board read it.', max_length=2000, verbose_name='frågan')),
                    ('arose_from', models.TextField(choices=[('sip', 'En SIP'), ('placement', 'En placering'), ('cost', 'En fördelning av kostnader'), ('deviation', 'En avvikelse'), ('other', 'Något annat')], verbose_name='uppstod ur')),
                    ('deviation_reference', models.CharField(blank=True, max_length=40, verbose_name='avvikelsens nummer')),
                    ('line_rank', models.PositiveSmallIntegerField(help_text='How high in the lines of management it has come.')),
                    ('state', models.TextField(choices=[('open', 'Pågår'), ('settled', 'Löst'), ('withdrawn', 'Återkallad')], default='open')),
                    ('version', models.PositiveIntegerField(default=1)),
                    ('changed_at', models.DateTimeField()),
                    ('submission', models.UUIDField(help_text='Given by the form: a repeated POST finds the dispute it already made.')),
                    ('opened_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('withdraw_reason', models.TextField(blank=True, max_length=2000)),
                    ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agreements.agreement')),
                    ('answering_huvudman', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.huvudman')),
                    ('answering_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('level', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='agreements.disputelevel')),
                    ('municipality', models.ForeignKey(help_text='Whose local groups follow the dispute.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.huvudman')),
                    ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('opening_huvudman', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.huvudman')),
                    ('opening_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('provision', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='agreements.provision', verbose_name='avsnitt')),
                    ('interim', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='dispute', to='disputes.interim')),
                ],
                options={
                    'verbose_name': 'tvist',
                    'verbose_name_plural': 'tvister',
                    'indexes': [models.Index(fields=['opening_unit', '-opened_at'], name='dispute_opening'), models.Index(fields=['answering_unit', '-opened_at'], name='dispute_answering'), models.Index(fields=['municipality', '-opened_at'], name='dispute_municipality')],
                    'constraints': [models.UniqueConstraint(fields=('submission',), name='dispute_submission_once'), models.CheckConstraint(condition=models.Q(('opening_huvudman', models.F('answering_huvudman')), _negated=True), name='dispute_between_two_huvudman'), models.CheckConstraint(condition=models.Q(('question__regex', '\\S')), name='dispute_has_question'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='dispute_ended_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), models.Q(('withdraw_reason', ''), _negated=True), _connector='OR'), name='dispute_withdrawn_has_reason')],
                },
            ),
            migrations.CreateModel(
                name='Position',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('number', models.PositiveSmallIntegerField()),
                    ('text', models.TextField(max_length=4000, verbose_name='ståndpunkt')),
                    ('written_at', models.DateTimeField()),
                    ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='disputes.dispute')),
                    ('huvudman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.huvudman')),
                    ('level', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='agreements.disputelevel')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'ståndpunkt',
                    'verbose_name_plural': 'ståndpunkter',
                    'ordering': ['written_at', 'number'],
                    'constraints': [models.UniqueConstraint(fields=('dispute', 'huvudman', 'number'), name='position_once'), models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='position_says_something')],
                },
            ),
            migrations.CreateModel(
                name='Proposal',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('number', models.PositiveSmallIntegerField()),
                    ('text', models.TextField(max_length=4000, verbose_name='lösning')),
                    ('as_guidance', models.BooleanField(default=False, verbose_name='blir vägledning')),
                    ('digest', models.CharField(max_length=64)),
                    ('proposed_at', models.DateTimeField()),
                    ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='disputes.dispute')),
                    ('huvudman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.huvudman')),
                    ('level', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='agreements.disputelevel')),
                    ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'förslag till lösning',
                    'verbose_name_plural': 'förslag till lösning',
                    'ordering': ['number'],
                    'constraints': [models.UniqueConstraint(fields=('dispute', 'number'), name='proposal_once'), models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='proposal_says_something')],
                },
            ),
            migrations.CreateModel(
                name='Confirmation',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('digest', models.CharField(max_length=64)),
                    ('confirmed_at', models.DateTimeField()),
                    ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='disputes.dispute')),
                    ('huvudman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.huvudman')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='disputes.proposal')),
                ],
                options={
                    'verbose_name': 'bekräftelse',
                    'verbose_name_plural': 'bekräftelser',
                    'ordering': ['confirmed_at'],
                    'constraints': [models.UniqueConstraint(fields=('proposal', 'huvudman'), name='confirmation_once_per_side')],
                },
            ),
            migrations.CreateModel(
                name='Rung',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('reached_at', models.DateTimeField()),
                    ('reached_by', models.TextField(choices=[('opened', 'Tvisten öppnades här'), ('no_agreement', 'En part lyfte frågan'), ('time_out', 'Tiden på nivån före gick ut'), ('nobody', 'Ingen kunde hantera frågan på nivån')])),
                    ('is_passed_by', models.BooleanField(default=False, help_text='Nobody could handle the dispute here.')),
                    ('left_at', models.DateTimeField(null=True)),
                    ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rungs', to='disputes.dispute')),
                    ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.coordinationgroup')),
                    ('level', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='agreements.disputelevel')),
                ],
                options={
                    'verbose_name': 'tvistens nivå',
                    'verbose_name_plural': 'tvistens nivåer',
                    'ordering': ['level__position'],
                    'indexes': [models.Index(condition=models.Q(('group__isnull', False)), fields=['group'], name='rung_group')],
                    'constraints': [models.UniqueConstraint(fields=('dispute', 'level'), name='rung_once'), models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('dispute',), name='rung_one_at_a_time'), models.CheckConstraint(condition=models.Q(('left_at', None), ('left_at__gte', models.F('reached_at')), _connector='OR'), name='rung_left_after_reached'), models.CheckConstraint(condition=models.Q(('is_passed_by', False), ('left_at__isnull', False), _connector='OR'), name='rung_passed_by_is_left')],
                },
            ),
            migrations.CreateModel(
                name='CaseLink',
                fields=[
                    ('dispute', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='case_link', serialize=False, to='disputes.dispute')),
                    ('text', models.TextField(blank=True, max_length=4000, verbose_name='uppgifter om ärendet')),
                    ('written_at', models.DateTimeField()),
                    ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='individuals.matter')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'tvistens ärende',
                    'verbose_name_plural': 'tvisternas ärenden',
                    'indexes': [models.Index(fields=['matter'], name='case_link_matter')],
                },
            ),
            migrations.CreateModel(
                name='DisputeEvent',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('at', models.DateTimeField()),
                    ('what', models.TextField()),
                    ('text', models.TextField()),
                    ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='disputes.dispute')),
                    ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.unit')),
                    ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'händelse i tvisten',
                    'verbose_name_plural': 'händelser i tvisten',
                    'ordering': ['at', 'id'],
                    'indexes': [models.Index(fields=['dispute', 'at'], name='dispute_event')],
                },
            ),
            migrations.CreateModel(
                name='Guidance',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('question', models.TextField(max_length=2000, verbose_name='frågan')),
                    ('text', models.TextField(max_length=4000, verbose_name='vägledningen')),
                    ('by_board', models.BooleanField(default=False, help_text='Else chosen by both sides with the settlement.')),
                    ('published_at', models.DateTimeField()),
                    ('dispute', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='guidance', to='disputes.dispute')),
                    ('provision', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='agreements.provision')),
                    ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'vägledning',
                    'verbose_name_plural': 'vägledningar',
                    'ordering': ['-published_at'],
                    'indexes': [models.Index(fields=['provision', '-published_at'], name='guidance_provision')],
                },
            ),
        ]),
        migrations.AddField(
            model_name='dispute',
            name='settlement',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settles', to='disputes.proposal'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settlement__isnull', False), ('state', 'settled')), models.Q(models.Q(('state', 'settled'), _negated=True), ('settlement', None)), _connector='OR'), name='dispute_settled_has_settlement'),
        ),
        AtOnce([
            pgtrigger.migrations.AddTrigger(
                model_name='interim',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('unit_id', OLD.unit_id, 'text', OLD.text, 'started_at', OLD.started_at, 'ended_at', OLD.ended_at); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('unit_id', NEW.unit_id, 'text', NEW.text, 'started_at', NEW.started_at, 'ended_at', NEW.ended_at); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='9e204c320acd0b1ee4c914f7bea230e4f3324251', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_b565b', table='disputes_interim', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='interim',
                trigger=pgtrigger.compiler.Trigger(name='lasts_as_long_as_the_dispute', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NEW.ended_at IS DISTINCT FROM\n                       (SELECT d.ended_at FROM disputes_dispute d WHERE d.interim_id = NEW.id) THEN\n                        RAISE EXCEPTION 'interim responsibility ends with its dispute'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='a664221d05f1b137f752ae9d47675af765e90421', operation='UPDATE OF "ended_at"', pgid='pgtrigger_lasts_as_long_as_the_dispute_a0b9d', table='disputes_interim', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='proposal',
                trigger=pgtrigger.compiler.Trigger(name='digest_is_of_the_text', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NEW.digest <> encode(sha256(convert_to(\n                        (CASE WHEN NEW.as_guidance THEN '1' ELSE '0' END) || E'\\n' || NEW.text, 'UTF8')), 'hex') THEN\n                        RAISE EXCEPTION 'the digest is of another text' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='bc36095f6746db2a818c2c705d9afcb57986862a', operation='INSERT OR UPDATE', pgid='pgtrigger_digest_is_of_the_text_fdb70', table='disputes_proposal', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='dispute',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('provision_id', OLD.provision_id, 'opening_unit_id', OLD.opening_unit_id, 'answering_unit_id', OLD.answering_unit_id, 'level_id', OLD.level_id, 'state', OLD.state, 'ended_at', OLD.ended_at, 'settlement_id', OLD.settlement_id); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('provision_id', NEW.provision_id, 'opening_unit_id', NEW.opening_unit_id, 'answering_unit_id', NEW.answering_unit_id, 'level_id', NEW.level_id, 'state', NEW.state, 'ended_at', NEW.ended_at, 'settlement_id', NEW.settlement_id); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='cb8337284bbe55c7da523cb728d2525ed5939440', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_d0e27', table='disputes_dispute', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='dispute',
                trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."agreement_id" IS DISTINCT FROM (NEW."agreement_id") OR OLD."provision_id" IS DISTINCT FROM (NEW."provision_id") OR OLD."coordination" IS DISTINCT FROM (NEW."coordination") OR OLD."municipality_id" IS DISTINCT FROM (NEW."municipality_id") OR OLD."opening_unit_id" IS DISTINCT FROM (NEW."opening_unit_id") OR OLD."answering_unit_id" IS DISTINCT FROM (NEW."answering_unit_id") OR OLD."opening_huvudman_id" IS DISTINCT FROM (NEW."opening_huvudman_id") OR OLD."answering_huvudman_id" IS DISTINCT FROM (NEW."answering_huvudman_id") OR OLD."question" IS DISTINCT FROM (NEW."question") OR OLD."arose_from" IS DISTINCT FROM (NEW."arose_from") OR OLD."interim_id" IS DISTINCT FROM (NEW."interim_id") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1d158dd9554875d4ca93e89761f2062fc374dd1e', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_5c364', table='disputes_dispute', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='dispute',
                trigger=pgtrigger.compiler.Trigger(name='knows_its_huvudman', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                    SELECT a.huvudman_id INTO NEW.opening_huvudman_id FROM organisations_unit u\n                    JOIN organisations_authority a ON a.id = u.authority_id WHERE u.id = NEW.opening_unit_id;\n                    SELECT a.huvudman_id INTO NEW.answering_huvudman_id FROM organisations_unit u\n                    JOIN organisations_authority a ON a.id = u.authority_id WHERE u.id = NEW.answering_unit_id;\n                    RETURN NEW;\n                ', hash='a1c35ffe5021ecf0581c1b3d65fb2d4b52435f88', operation='INSERT', pgid='pgtrigger_knows_its_huvudman_08d96', table='disputes_dispute', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='dispute',
                trigger=pgtrigger.compiler.Trigger(name='climbs_its_own_ladder', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM agreements_disputelevel l\n                        WHERE l.id = NEW.level_id AND l.agreement_id = NEW.agreement_id AND (TG_OP = 'INSERT' OR\n                            l.position > (SELECT o.position FROM agreements_disputelevel o WHERE o.id = OLD.level_id))\n                    ) THEN\n                        RAISE EXCEPTION 'a dispute climbs the ladder of its agreement'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='9ff03c63bee79b8a6619331b955626f3b2f916a1', operation='INSERT OR UPDATE OF "level_id"', pgid='pgtrigger_climbs_its_own_ladder_54eab', table='disputes_dispute', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='dispute',
                trigger=pgtrigger.compiler.Trigger(name='jobs_only_lift', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF current_user = 'portal_jobs' AND\n                       to_jsonb(NEW) - '{level_id,line_rank,version,changed_at}'::text[] IS DISTINCT FROM\n                       to_jsonb(OLD) - '{level_id,line_rank,version,changed_at}'::text[] THEN\n                        RAISE EXCEPTION 'the background jobs only lift a dispute'\n                            USING ERRCODE = 'insufficient_privilege';\n                    END IF;\n                    RETURN NEW;\n                ", hash='486400d78a6ab81099fdbed98b06ed325b6645be', operation='UPDATE', pgid='pgtrigger_jobs_only_lift_239d7', table='disputes_dispute', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='dispute',
                trigger=pgtrigger.compiler.Trigger(name='settled_by_both', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."state" = \'settled\')', func="\n                    IF (SELECT count(DISTINCT c.huvudman_id) FROM disputes_confirmation c\n                        JOIN disputes_proposal p ON p.id = c.proposal_id\n                        WHERE p.id = NEW.settlement_id AND p.dispute_id = NEW.id AND c.digest = p.digest\n                        AND c.huvudman_id IN (NEW.opening_huvudman_id, NEW.answering_huvudman_id)) <> 2\n                       OR EXISTS (SELECT 1 FROM disputes_proposal later JOIN disputes_proposal p\n                                  ON p.id = NEW.settlement_id WHERE later.dispute_id = NEW.id\n                                  AND later.number > p.number) THEN\n                        RAISE EXCEPTION 'both sides have not confirmed this text' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='557654d61e6b6a8fe110206a9218f2ead13a1b55', operation='UPDATE OF "state", "settlement_id"', pgid='pgtrigger_settled_by_both_f542d', table='disputes_dispute', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='dispute',
                trigger=pgtrigger.compiler.Trigger(name='ends_the_interim', sql=pgtrigger.compiler.UpsertTriggerSql(func='UPDATE disputes_interim SET ended_at = NEW.ended_at WHERE id = NEW.interim_id; RETURN NULL;', hash='4fa5a409a1eef614d135abcd3148de3d7c06c890', operation='UPDATE OF "ended_at"', pgid='pgtrigger_ends_the_interim_527c0', table='disputes_dispute', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='confirmation',
                trigger=pgtrigger.compiler.Trigger(name='confirms_the_text_that_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM disputes_proposal p JOIN disputes_dispute d ON d.id = p.dispute_id\n                        WHERE p.id = NEW.proposal_id AND p.dispute_id = NEW.dispute_id AND p.digest = NEW.digest\n                        AND d.state = 'open' AND NEW.huvudman_id IN (d.opening_huvudman_id, d.answering_huvudman_id)\n                        AND p.number = (SELECT max(number) FROM disputes_proposal WHERE dispute_id = d.id)\n                    ) THEN\n                        RAISE EXCEPTION 'this is not the text that stands' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='91b497ccfacd7c5cf6daefe9e0594629dea1b39b', operation='INSERT', pgid='pgtrigger_confirms_the_text_that_stands_c5c58', table='disputes_confirmation', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='caselink',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('matter_id', OLD.matter_id, 'written_by_id', OLD.written_by_id); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('matter_id', NEW.matter_id, 'written_by_id', NEW.written_by_id); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.dispute_id, OLD.dispute_id)::text, TG_OP, was, becomes,\n                        coalesce(NEW.matter_id, OLD.matter_id), portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='da04fe2b0cabfc6d5bb2f5c6b872965c660715a5', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_ddaea', table='disputes_caselink', when='AFTER')),
            ),
        ]),
    ]
