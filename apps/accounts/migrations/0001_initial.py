import apps.core.clock
import apps.core.fields
import apps.core.ids
import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('is_deleted', models.BooleanField(default=False, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('email', models.EmailField(blank=True, max_length=254, null=True)),
                ('phone', models.CharField(blank=True, help_text='E.164, such as +2348012345678', max_length=16, null=True)),
                ('first_name', models.CharField(blank=True, max_length=80)),
                ('last_name', models.CharField(blank=True, max_length=80)),
                ('role', models.CharField(choices=[('CUSTOMER', 'customer'), ('STAFF', 'staff'), ('EMPLOYEE', 'employee'), ('CEO', 'CEO'), ('ADMIN', 'administrator'), ('OPS', 'operations'), ('VIEWER', 'viewer')], default='CUSTOMER', max_length=10)),
                ('token_version', models.PositiveIntegerField(default=1, help_text='Tokens of an earlier version have ended.')),
                ('email_verified_at', models.DateTimeField(blank=True, null=True)),
                ('phone_verified_at', models.DateTimeField(blank=True, null=True)),
                ('must_change_password', models.BooleanField(default=False)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('language', models.CharField(default='en', max_length=8)),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False, help_text='May open the back office.')),
                ('suspended_at', models.DateTimeField(blank=True, null=True)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
                ('is_guest', models.BooleanField(default=False, help_text='Booked without an account; cannot sign in.')),
                ('date_joined', models.DateTimeField(default=apps.core.clock.now)),
                ('taken_over_by', models.ForeignKey(blank=True, help_text='Who this guest became.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['role', '-created_at'], name='user_role_newest'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), 'gin_trgm_ops'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('phone'), 'gin_trgm_ops'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('first_name'), 'gin_trgm_ops'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('last_name'), 'gin_trgm_ops'), name='user_search')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('is_guest', False)), name='user_email_unique', violation_error_message='Known already.'), models.UniqueConstraint(condition=models.Q(('is_guest', False)), fields=('phone',), name='user_phone_unique'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), models.F('phone'), condition=models.Q(('is_deleted', False), ('is_guest', True)), name='user_guest_unique', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('is_guest', False), models.Q(('is_staff', False), ('role', 'CUSTOMER')), _connector='OR'), name='user_guest_is_customer'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), models.Q(('email__isnull', True), ('first_name', ''), ('is_active', False), ('is_deleted', True), ('last_name', ''), ('phone__isnull', True)), _connector='OR'), name='user_erased_is_nameless'), models.CheckConstraint(condition=models.Q(('suspended_at__isnull', True), ('is_active', False), _connector='OR'), name='user_suspended_is_inactive'), models.CheckConstraint(condition=models.Q(('email__isnull', False), ('phone__isnull', False), ('erased_at__isnull', False), _connector='OR'), name='user_can_be_reached'), models.CheckConstraint(condition=models.Q(('role__in', ['CUSTOMER', 'STAFF', 'EMPLOYEE', 'CEO', 'ADMIN', 'OPS', 'VIEWER'])), name='user_role_known')],
            },
        ),
        migrations.CreateModel(
            name='AccountActivity',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('SIGNED_IN', 'signed in'), ('PASSWORD_CHANGED', 'password changed'), ('SECOND_FACTOR_ON', 'second factor switched on'), ('SECOND_FACTOR_OFF', 'second factor switched off'), ('API_KEY_CREATED', 'API key created'), ('API_KEY_REVOKED', 'API key revoked'), ('DATA_EXPORTED', 'data exported'), ('ROLE_CHANGED', 'role changed'), ('SUSPENDED', 'suspended'), ('RESTORED', 'restored'), ('TOKEN_REUSED', 'an old token was used again'), ('VIEWED_BY_OPS', 'viewed by our team')], max_length=24)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('ip_address', models.GenericIPAddressField(null=True)),
                ('user_agent', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'account activity',
                'indexes': [models.Index(fields=['user', '-created_at', '-id'], name='activity_newest')],
                'triggers': [pgtrigger.compiler.Trigger(name='accounts_accountactivity_never_edited', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='02bc69cc3ba45a9247e97b4b7cdbfe46f6e73b94', operation='UPDATE', pgid='pgtrigger_accounts_accountactivity_never_edited_31f84', table='accounts_accountactivity', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('is_deleted', models.BooleanField(default=False, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('label', models.CharField(max_length=40)),
                ('lines', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=3)),
                ('landmark', models.CharField(blank=True, max_length=160)),
                ('city', models.CharField(max_length=80)),
                ('state', models.CharField(blank=True, max_length=80)),
                ('postal_code', models.CharField(blank=True, max_length=16)),
                ('country', models.CharField(help_text='ISO 3166-1 alpha-2.', max_length=2)),
                ('point', django.contrib.gis.db.models.fields.PointField(blank=True, geography=True, null=True, srid=4326)),
                ('point_source', models.CharField(choices=[('NONE', 'none'), ('GEOCODED', 'geocoded'), ('PIN', 'set by hand')], default='NONE', max_length=8)),
                ('is_default', models.BooleanField(default=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'addresses',
                'indexes': [models.Index(fields=['user', 'created_at'], name='address_of_user')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True), ('is_deleted', False)), fields=('user',), name='address_one_default'), models.CheckConstraint(condition=models.Q(models.Q(('point__isnull', True), ('point_source', 'NONE')), models.Q(('point__isnull', False), ('point_source__in', ['GEOCODED', 'PIN'])), _connector='OR'), name='address_point_has_source'), models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='address_country_code'), models.CheckConstraint(condition=models.Q(('lines__len__gt', 0)), name='address_has_lines')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=48), size=None)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API key',
                'indexes': [models.Index(fields=['user', '-created_at'], name='api_key_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('scopes__len__gt', 0)), name='api_key_has_scopes')],
            },
        ),
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('purpose', models.CharField(choices=[('SIGN_IN', 'sign in'), ('VERIFY_PHONE', 'verify a phone'), ('ERASE', 'erase an account')], max_length=16)),
                ('phone', models.CharField(max_length=16)),
                ('digest', models.CharField(max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(help_text='Used, replaced, or out of tries.', null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-created_at'], name='one_time_code_newest'), models.Index(fields=['expires_at'], name='one_time_code_expiry')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'purpose'), name='one_time_code_one_open'), models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='one_time_code_tries'), models.CheckConstraint(condition=models.Q(('purpose__in', ['SIGN_IN', 'VERIFY_PHONE', 'ERASE'])), name='one_time_code_purpose_known')],
            },
        ),
        migrations.CreateModel(
            name='OpsProfile',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('department', models.CharField(blank=True, max_length=80)),
                ('hired_on', models.DateField(blank=True, null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ops_profile', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('avatar', models.URLField(blank=True, max_length=500)),
                ('bio', models.TextField(blank=True, max_length=2000)),
                ('location', django.contrib.gis.db.models.fields.PointField(blank=True, geography=True, null=True, srid=4326)),
                ('location_name', models.CharField(blank=True, max_length=120)),
                ('preferences', models.JSONField(blank=True, default=dict)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='profile', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PushDevice',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('FCM', 'Firebase Cloud Messaging'), ('WEB_PUSH', 'web push')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('address', apps.core.fields.EncryptedTextField()),
                ('address_digest', models.CharField(max_length=64, unique=True)),
                ('web_push_key', models.CharField(blank=True, help_text="The browser's p256dh key.", max_length=120)),
                ('web_push_secret', apps.core.fields.EncryptedTextField(blank=True, help_text="The browser's auth secret.")),
                ('last_seen_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-last_seen_at'], name='push_device_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'FCM'), models.Q(('kind', 'WEB_PUSH'), models.Q(('web_push_key', ''), _negated=True), models.Q(('web_push_secret', ''), _negated=True)), _connector='OR'), name='push_device_web_push_has_keys')],
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('seed', apps.core.fields.EncryptedTextField(help_text='Base32.')),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('last_step', models.BigIntegerField(default=0, help_text='The time step of the last code taken; none is taken twice.')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='second_factor', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('digest', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField(null=True)),
                ('second_factor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='accounts.secondfactor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('second_factor', 'digest'), name='recovery_code_unique')],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('second_factor', models.BooleanField(default=False, help_text='A second factor was shown.')),
                ('ip_address', models.GenericIPAddressField(null=True)),
                ('user_agent', models.CharField(blank=True, max_length=300)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.CharField(blank=True, choices=[('SIGNED_OUT', 'signed out'), ('SIGNED_OUT_EVERYWHERE', 'signed out everywhere'), ('TOKEN_REUSED', 'an old token was used again'), ('PASSWORD_CHANGED', 'password changed'), ('ROLE_CHANGED', 'role changed'), ('SUSPENDED', 'suspended'), ('ERASED', 'erased')], max_length=24)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['user'], name='sign_in_open'), models.Index(fields=['user', '-created_at'], name='sign_in_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at__isnull', True)), models.Q(('end_reason__in', ['SIGNED_OUT', 'SIGNED_OUT_EVERYWHERE', 'TOKEN_REUSED', 'PASSWORD_CHANGED', 'ROLE_CHANGED', 'SUSPENDED', 'ERASED']), ('ended_at__isnull', False)), _connector='OR'), name='sign_in_end_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='RefreshToken',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('version', models.PositiveIntegerField(help_text="The user's token version when it was issued.")),
                ('role', models.CharField(max_length=10)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('rotated_at', models.DateTimeField(null=True)),
                ('successor', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='predecessor', to='accounts.refreshtoken')),
                ('sign_in', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refresh_tokens', to='accounts.signin')),
            ],
            options={
                'indexes': [models.Index(fields=['expires_at'], name='refresh_token_expiry')],
                'constraints': [models.CheckConstraint(condition=models.Q(('rotated_at__isnull', False), ('successor__isnull', True), _connector='OR'), name='refresh_token_successor_needs_rotation'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='refresh_token_ends_after_issue'), models.UniqueConstraint(condition=models.Q(('rotated_at__isnull', True)), fields=('sign_in',), name='refresh_token_one_living')],
            },
        ),
        migrations.CreateModel(
            name='SignInGuard',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(help_text="A keyed digest of the account's name or the address.", max_length=80, unique=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_failed_at', models.DateTimeField()),
                ('locked_until', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['last_failed_at'], name='sign_in_guard_age')],
            },
        ),
    ]
