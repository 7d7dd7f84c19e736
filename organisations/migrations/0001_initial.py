import datetime
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

from core.schema import AtOnce


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        AtOnce([
            migrations.CreateModel(
                name='Huvudman',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('key', models.SlugField(unique=True)),
                    ('kind', models.TextField(choices=[('region', 'Region'), ('municipality', 'Kommun')], verbose_name='typ')),
                    ('name', models.CharField(max_length=100, unique=True, verbose_name='namn')),
                    ('organisation_number', models.CharField(max_length=11, unique=True, validators=[django.core.validators.RegexValidator('^\\d{6}-\\d{4}$')], verbose_name='organisationsnummer')),
                    ('municipality_code', models.CharField(blank=True, max_length=4, verbose_name='kommunkod')),
                ],
                options={
                    'verbose_name': 'huvudman',
                    'verbose_name_plural': 'huvudmän',
                    'ordering': ['kind', 'name'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'region'), ('municipality_code', '')), models.Q(('kind', 'municipality'), ('municipality_code__regex', '^\\d{4}$')), _connector='OR'), name='huvudman_municipality_has_code')],
                },
            ),
            migrations.CreateModel(
                name='CoordinationGroup',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('key', models.SlugField(unique=True)),
                    ('kind', models.TextField(choices=[('ssgb', 'Lokal samordningsgrupp, barn och unga'), ('ssgv', 'Lokal samordningsgrupp, vuxna'), ('rug', 'Regional grupp'), ('education', 'Regional grupp för utbildning'), ('county_children', 'Länsövergripande grupp barn och unga'), ('county_adults', 'Länsövergripande grupp vuxna')], verbose_name='typ')),
                    ('name', models.CharField(max_length=150, verbose_name='namn')),
                    ('municipality', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='coordination_groups', to='organisations.huvudman')),
                ],
                options={
                    'verbose_name': 'samordningsgrupp',
                    'verbose_name_plural': 'samordningsgrupper',
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'municipality'), name='group_once_per_municipality'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('ssgb', 'ssgv')), ('municipality__isnull', False)), models.Q(models.Q(('kind__in', ('ssgb', 'ssgv')), _negated=True), ('municipality', None)), _connector='OR'), name='group_local_has_municipality')],
                },
            ),
            migrations.CreateModel(
                name='Authority',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('key', models.SlugField(unique=True)),
                    ('kind', models.TextField(choices=[('social', 'Socialtjänst'), ('education', 'Utbildning'), ('care', 'Vård och omsorg'), ('health', 'Hälso- och sjukvård'), ('other', 'Annan myndighet')], verbose_name='typ')),
                    ('name', models.CharField(max_length=150, verbose_name='namn')),
                    ('huvudman', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorities', to='organisations.huvudman')),
                ],
                options={
                    'verbose_name': 'myndighet',
                    'verbose_name_plural': 'myndigheter',
                    'ordering': ['huvudman__kind', 'name'],
                    'constraints': [models.UniqueConstraint(fields=('huvudman', 'name'), name='authority_once')],
                },
            ),
            migrations.CreateModel(
                name='User',
                fields=[
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                    ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                    ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                    ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                    ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                    ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                    ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('demonstration', models.BooleanField(default=False, help_text='A fictional account; may skip the second factor.')),
                    ('wants_mail', models.BooleanField(default=True, verbose_name='få e-post när något väntar')),
                    ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                    ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ('huvudman', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='users', to='organisations.huvudman')),
                    ('password_is_temporary', models.BooleanField(default=False, help_text='Given by an administrator; the user must choose one of their own first of all.')),
                    ('second_factor_reset_at', models.DateTimeField(editable=False, help_text='When an administrator last made the user set up a new app for codes.', null=True)),
                ],
                options={
                    'verbose_name': 'användare',
                    'verbose_name_plural': 'användare',
                    'constraints': [models.CheckConstraint(condition=models.Q(('is_superuser', False)), name='user_no_superuser')],
                },
                managers=[
                    ('objects', django.contrib.auth.models.UserManager()),
                ],
            ),
            migrations.CreateModel(
                name='Unit',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('key', models.SlugField(max_length=80, unique=True)),
                    ('kind', models.TextField(choices=[('social_children', 'Socialtjänst barn och unga'), ('social_adults', 'Socialtjänst vuxna'), ('disability', 'Funktionshinderomsorg'), ('home_care', 'Hemsjukvård och omsorg'), ('preschool', 'Förskola'), ('school', 'Grundskola'), ('upper_secondary', 'Gymnasieskola'), ('pupil_health', 'Elevhälsa'), ('emi', 'Elevhälsans medicinska insats'), ('contact_centre', 'Kontaktcenter En väg in'), ('primary_care', 'Vårdcentral'), ('child_psychiatry', 'Barn- och ungdomspsykiatri'), ('adult_psychiatry', 'Vuxenpsykiatri'), ('addiction', 'Beroendevård'), ('habilitation', 'Habilitering'), ('youth_clinic', 'Ungdomsmottagning'), ('dental', 'Tandvård'), ('hospital_ward', 'Vårdavdelning'), ('hvb', 'Hem för vård eller boende'), ('administration', 'Förvaltning'), ('other', 'Annan verksamhet')], verbose_name='typ av verksamhet')),
                    ('name', models.CharField(max_length=150, verbose_name='namn')),
                    ('provider', models.CharField(blank=True, max_length=150, verbose_name='privat utförare')),
                    ('phone', models.CharField(blank=True, max_length=30, verbose_name='telefon')),
                    ('opened_on', models.DateField(default=datetime.date(2020, 1, 1), verbose_name='öppnad')),
                    ('closed_on', models.DateField(blank=True, null=True, verbose_name='stängd')),
                    ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='organisations.authority', verbose_name='myndighet')),
                    ('group', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='unit', to='auth.group')),
                    ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='organisations.unit', verbose_name='överordnad verksamhet')),
                    ('serves', models.ManyToManyField(blank=True, related_name='served_by', to='organisations.huvudman', verbose_name='tar emot invånare från')),
                ],
                options={
                    'verbose_name': 'verksamhet',
                    'verbose_name_plural': 'verksamheter',
                    'ordering': ['name'],
                    'constraints': [models.UniqueConstraint(fields=('authority', 'name'), name='unit_once'), models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gte', models.F('opened_on')), _connector='OR'), name='unit_closes_after_opening'), models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='unit_not_its_own_parent')],
                },
            ),
            migrations.CreateModel(
                name='GroupMember',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('is_coordinator', models.BooleanField(default=False, verbose_name='samordnare')),
                    ('mandate', models.CharField(blank=True, max_length=200, verbose_name='mandat')),
                    ('starts_on', models.DateField(verbose_name='från och med')),
                    ('ends_on', models.DateField(blank=True, null=True, verbose_name='slutar gälla')),
                    ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='organisations.coordinationgroup')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='group_memberships', to=settings.AUTH_USER_MODEL)),
                    ('represents', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representatives', to='organisations.unit')),
                ],
                options={
                    'verbose_name': 'gruppmedlem',
                    'verbose_name_plural': 'gruppmedlemmar',
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='member_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('group', '='), ('user', '='), (models.Func(models.F('starts_on'), models.F('ends_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='member_once'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_coordinator', True)), expressions=[('group', '='), (models.Func(models.F('starts_on'), models.F('ends_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='member_one_coordinator')],
                },
            ),
            migrations.CreateModel(
                name='Assignment',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                    ('role', models.TextField(choices=[('caseworker', 'Handläggare'), ('nearest_manager', 'Närmaste chef'), ('head_of_operations', 'Verksamhetschef'), ('head_of_administration', 'Förvaltningschef'), ('signatory', 'Undertecknare av ansvarsförbindelse'), ('physician', 'Medicinskt ansvarig läkare'), ('chief_physician', 'Chefsöverläkare'), ('group_coordinator', 'Samordnare i samordningsgrupp'), ('group_representative', 'Representant i samordningsgrupp'), ('board_member', 'Ledamot i den regionala gruppen'), ('education_group', 'Ledamot i den regionala gruppen för utbildning'), ('local_administrator', 'Lokal administratör'), ('log_reviewer', 'Logggranskare'), ('user_representative', 'Företrädare för brukarorganisation'), ('system_administrator', 'Systemadministratör')], verbose_name='roll')),
                    ('starts_on', models.DateField(verbose_name='från och med')),
                    ('ends_on', models.DateField(blank=True, null=True, verbose_name='slutar gälla')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL, verbose_name='användare')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='organisations.unit', verbose_name='verksamhet')),
                ],
                options={
                    'verbose_name': 'uppdrag',
                    'verbose_name_plural': 'uppdrag',
                    'ordering': ['unit__name', 'role'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='assignment_ends_after_start'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('unit', '='), ('role', '='), (models.Func(models.F('starts_on'), models.F('ends_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='assignment_once'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('role__in', ('nearest_manager', 'head_of_operations', 'head_of_administration'))), expressions=[('unit', '='), ('role', '='), (models.Func(models.F('starts_on'), models.F('ends_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='assignment_one_manager_per_level')],
                },
            ),
        ]),
        AtOnce([
            pgtrigger.migrations.AddTrigger(
                model_name='user',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('username', OLD.username, 'first_name', OLD.first_name, 'last_name', OLD.last_name, 'email', OLD.email, 'is_active', OLD.is_active, 'huvudman_id', OLD.huvudman_id, 'password_is_temporary', OLD.password_is_temporary, 'second_factor_reset_at', OLD.second_factor_reset_at); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('username', NEW.username, 'first_name', NEW.first_name, 'last_name', NEW.last_name, 'email', NEW.email, 'is_active', NEW.is_active, 'huvudman_id', NEW.huvudman_id, 'password_is_temporary', NEW.password_is_temporary, 'second_factor_reset_at', NEW.second_factor_reset_at); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='143c2983f0e2b282265218cbe7937b9e3485c649', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_d968d', table='organisations_user', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='unit',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('authority_id', OLD.authority_id, 'parent_id', OLD.parent_id, 'kind', OLD.kind, 'name', OLD.name, 'provider', OLD.provider, 'opened_on', OLD.opened_on, 'closed_on', OLD.closed_on); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('authority_id', NEW.authority_id, 'parent_id', NEW.parent_id, 'kind', NEW.kind, 'name', NEW.name, 'provider', NEW.provider, 'opened_on', NEW.opened_on, 'closed_on', NEW.closed_on); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='e7abd7131a867fda62ab9e1bb4e6628aaf9d567d', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_6c513', table='organisations_unit', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='groupmember',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('group_id', OLD.group_id, 'user_id', OLD.user_id, 'represents_id', OLD.represents_id, 'is_coordinator', OLD.is_coordinator, 'starts_on', OLD.starts_on, 'ends_on', OLD.ends_on); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('group_id', NEW.group_id, 'user_id', NEW.user_id, 'represents_id', NEW.represents_id, 'is_coordinator', NEW.is_coordinator, 'starts_on', NEW.starts_on, 'ends_on', NEW.ends_on); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='aaea17c0073118448236200611466bf50902faa6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_f7b5a', table='organisations_groupmember', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='assignment',
                trigger=pgtrigger.compiler.Trigger(name='log_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            DECLARE was jsonb; becomes jsonb;\n            BEGIN\n                IF TG_OP <> 'INSERT' THEN was := jsonb_build_object('user_id', OLD.user_id, 'unit_id', OLD.unit_id, 'role', OLD.role, 'starts_on', OLD.starts_on, 'ends_on', OLD.ends_on); END IF;\n                IF TG_OP <> 'DELETE' THEN becomes := jsonb_build_object('user_id', NEW.user_id, 'unit_id', NEW.unit_id, 'role', NEW.role, 'starts_on', NEW.starts_on, 'ends_on', NEW.ends_on); END IF;\n                IF was IS DISTINCT FROM becomes THEN\n                    INSERT INTO core_changelog\n                        (at, table_name, row_id, operation, old, new, matter_id, user_id, assignment_id, unit_id)\n                    VALUES (portal_now(), TG_TABLE_NAME, coalesce(NEW.id, OLD.id)::text, TG_OP, was, becomes,\n                        NULL, portal_uuid('user'), portal_uuid('assignment'), portal_uuid('unit'));\n                END IF;\n                RETURN NULL;\n            END;\n        ", hash='3ac0bd7875238307e0c2fa213bc5f543b8647431', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_log_change_d3dcf', table='organisations_assignment', when='AFTER')),
            ),
        ]),
    ]
