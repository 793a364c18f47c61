import apps.core.clock
import apps.core.ids
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('recipient', models.CharField(max_length=254)),
                ('to_email', models.CharField(blank=True, help_text="Where empty, the person's own.", max_length=254)),
                ('to_phone', models.CharField(blank=True, help_text="Where empty, the person's own.", max_length=16)),
                ('language', models.CharField(blank=True, help_text="Where empty, the person's own.", max_length=8)),
                ('notification_type', models.CharField(max_length=60)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('message', models.TextField(blank=True)),
                ('context', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('attachments', models.JSONField(blank=True, default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('subject_type', models.CharField(blank=True, max_length=40)),
                ('subject_id', models.CharField(blank=True, max_length=64)),
                ('subject_reference', models.CharField(blank=True, max_length=64)),
                ('business_id', models.UUIDField(blank=True, null=True)),
                ('priority', models.CharField(choices=[('LOW', 'low'), ('NORMAL', 'normal'), ('HIGH', 'high'), ('URGENT', 'urgent')], default='NORMAL', max_length=6)),
                ('dedupe_key', models.CharField(max_length=200)),
                ('on_dashboard', models.BooleanField(default=True)),
                ('is_read', models.BooleanField(default=False)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('sent_to_email', models.BooleanField(default=False)),
                ('email_sent_at', models.DateTimeField(blank=True, null=True)),
                ('sequence', models.BigIntegerField(blank=True, help_text='The order of the live events.', null=True)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('on_dashboard', True)), fields=['user', '-created_at', '-id'], name='notification_dashboard'), models.Index(condition=models.Q(('is_read', False), ('on_dashboard', True)), fields=['user'], name='notification_unread'), models.Index(condition=models.Q(('sequence__isnull', True)), fields=['created_at', 'id'], name='notification_unannounced'), models.Index(fields=['sequence'], name='notification_sequence'), models.Index(fields=['subject_type', 'subject_id'], name='notification_subject')],
                'constraints': [models.UniqueConstraint(fields=('recipient', 'dedupe_key'), name='notification_once'), models.CheckConstraint(condition=models.Q(('is_read', False), ('read_at__isnull', False), _connector='OR'), name='notification_read_when'), models.CheckConstraint(condition=models.Q(('sent_to_email', False), ('email_sent_at__isnull', False), _connector='OR'), name='notification_emailed_when'), models.CheckConstraint(condition=models.Q(('priority__in', ['LOW', 'NORMAL', 'HIGH', 'URGENT'])), name='notification_priority_known')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryLog',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('channel', models.CharField(choices=[('DASHBOARD', 'dashboard'), ('EMAIL', 'e-mail'), ('PUSH', 'push'), ('SMS', 'SMS')], max_length=9)),
                ('state', models.CharField(choices=[('PENDING', 'pending'), ('SENDING', 'sending'), ('SENT', 'sent'), ('FAILED', 'failed, will be tried again'), ('DEAD', 'failed for good'), ('SUPPRESSED', 'not sent on purpose')], default='PENDING', max_length=10)),
                ('rank', models.PositiveSmallIntegerField(default=2, help_text='The lowest goes first: 0 urgent … 3 low.')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, help_text='Later than this it is of no use.', null=True)),
                ('handed_over_at', models.DateTimeField(blank=True, null=True)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('provider_id', models.CharField(blank=True, max_length=254)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('bounced_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True)),
                ('notification', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.notification')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'indexes': [models.Index(condition=models.Q(('state__in', ['PENDING', 'FAILED', 'SENDING'])), fields=['rank', 'next_attempt_at', 'id'], name='delivery_due'), models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='delivery_provider_id'), models.Index(fields=['channel', '-created_at'], name='delivery_channel_newest'), models.Index(condition=models.Q(('state', 'DEAD')), fields=['-created_at'], name='delivery_failed_for_good')],
                'constraints': [models.UniqueConstraint(fields=('notification', 'channel'), name='delivery_once_per_channel'), models.CheckConstraint(condition=models.Q(('state__in', ['PENDING', 'SENDING', 'SENT', 'FAILED', 'DEAD', 'SUPPRESSED'])), name='delivery_state_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['EMAIL', 'PUSH', 'SMS'])), name='delivery_channel_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'SENT'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='delivery_sent_when'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['PENDING', 'FAILED', 'SENDING']), _negated=True), ('next_attempt_at__isnull', False), _connector='OR'), name='delivery_open_has_due_time')],
                'triggers': [pgtrigger.compiler.Trigger(name='delivery_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PENDING:SENDING,FAILED:SENDING,SENDING:SENT,SENDING:FAILED,SENDING:DEAD,SENDING:SUPPRESSED,SENDING:PENDING,DEAD:SENT,DEAD:PENDING,SUPPRESSED:PENDING}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='65291df9e16183111f4faf6f1f775a8d32297372', operation='UPDATE', pgid='pgtrigger_delivery_moves_8322e', table='notifications_deliverylog', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('notification_type', models.CharField(max_length=60)),
                ('channel', models.CharField(choices=[('DASHBOARD', 'dashboard'), ('EMAIL', 'e-mail'), ('PUSH', 'push'), ('SMS', 'SMS')], max_length=9)),
                ('is_enabled', models.BooleanField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'notification_type', 'channel'), name='preference_once')],
            },
        ),
        migrations.CreateModel(
            name='SuppressedAddress',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('channel', models.CharField(choices=[('DASHBOARD', 'dashboard'), ('EMAIL', 'e-mail'), ('PUSH', 'push'), ('SMS', 'SMS')], default='EMAIL', max_length=9)),
                ('address', models.CharField(max_length=254)),
                ('reason', models.CharField(choices=[('BOUNCE', 'bounced'), ('COMPLAINT', 'complained'), ('OPS', 'by operations')], max_length=9)),
                ('detail', models.TextField(blank=True)),
            ],
            options={
                'verbose_name_plural': 'suppressed addresses',
                'constraints': [models.UniqueConstraint(models.F('channel'), django.db.models.functions.text.Lower('address'), name='suppressed_address_once')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(max_length=60)),
                ('language', models.CharField(default='en', max_length=8)),
                ('version', models.PositiveIntegerField()),
                ('is_current', models.BooleanField(default=True)),
                ('source', models.CharField(choices=[('FILE', "from the project's files"), ('OPS', 'edited by operations')], default='FILE', max_length=4)),
                ('subject', models.CharField(max_length=200)),
                ('html', models.TextField(help_text="The letter's inside; the frame around it is the same for all.")),
                ('text', models.TextField()),
                ('title', models.CharField(help_text="The dashboard's headline.", max_length=120)),
                ('push', models.CharField(help_text="The dashboard's message and the push notification.", max_length=240)),
                ('sms', models.CharField(max_length=400)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'language', 'version'), name='template_version_once'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('kind', 'language'), name='template_one_current')],
            },
        ),
    ]
