import apps.core.clock
import apps.core.fields
import apps.core.ids
import django.db.models.deletion
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('catalog', '0002_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Purchase',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('title', models.CharField(max_length=160)),
                ('currency', apps.core.fields.CurrencyField()),
                ('price_minor', apps.core.fields.MinorUnitsField()),
                ('list_minor', apps.core.fields.MinorUnitsField(help_text='What its uses cost one by one on the day.')),
                ('valid_days', models.PositiveSmallIntegerField()),
                ('status', django_fsm.FSMField(choices=[('PENDING', 'awaiting payment'), ('ACTIVE', 'paid')], default='PENDING', max_length=10)),
                ('pay_until', models.DateTimeField()),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, help_text='Its uses are for bookings that start before.', null=True)),
                ('warn_at', models.DateTimeField(blank=True, null=True)),
                ('warned_at', models.DateTimeField(blank=True, null=True)),
                ('bundle', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.bundle')),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('package', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.package')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-created_at', '-id'], name='purchase_of_customer'), models.Index(fields=['business', '-created_at', '-id'], name='purchase_of_business'), models.Index(condition=models.Q(('status', 'ACTIVE'), ('warned_at__isnull', True)), fields=['warn_at', 'id'], name='purchase_to_warn')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('bundle__isnull', True), ('package__isnull', False)), models.Q(('bundle__isnull', False), ('package__isnull', True)), _connector='OR'), name='purchase_is_of_one_thing'), models.CheckConstraint(condition=models.Q(('status__in', ['PENDING', 'ACTIVE'])), name='purchase_status_known'), models.CheckConstraint(condition=models.Q(('price_minor__gt', 0)), name='purchase_price_positive'), models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', True), ('paid_at__isnull', True), ('status', 'PENDING'), ('warn_at__isnull', True)), models.Q(('expires_at__gt', models.F('paid_at')), ('paid_at__isnull', False), ('status', 'ACTIVE'), ('warn_at__lt', models.F('expires_at'))), _connector='OR'), name='purchase_paid_runs_out')],
                'triggers': [pgtrigger.compiler.Trigger(name='purchase_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."status" IS DISTINCT FROM (NEW."status"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{PENDING:ACTIVE}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='7714bf7c4c560997161997dfcef84430ae1afec3', operation='UPDATE', pgid='pgtrigger_purchase_moves_79350', table='packages_purchase', when='BEFORE')), pgtrigger.compiler.Trigger(name='purchase_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='0e3a24f96073cafbd7d52036f607e83fd3d34755', operation='DELETE', pgid='pgtrigger_purchase_never_deleted_20008', table='packages_purchase', when='BEFORE')), pgtrigger.compiler.Trigger(name='purchase_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."package_id" IS DISTINCT FROM (NEW."package_id") OR OLD."bundle_id" IS DISTINCT FROM (NEW."bundle_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."price_minor" IS DISTINCT FROM (NEW."price_minor") OR OLD."list_minor" IS DISTINCT FROM (NEW."list_minor") OR OLD."valid_days" IS DISTINCT FROM (NEW."valid_days") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='cea5c48caa97077ef4c5fc5cf6b1110c75df68a5', operation='UPDATE', pgid='pgtrigger_purchase_terms_78e50', table='packages_purchase', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Use',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('list_minor', apps.core.fields.MinorUnitsField(help_text='What the service cost by itself on the day.')),
                ('worth_minor', apps.core.fields.MinorUnitsField(help_text='Its share of what was paid, by the list price.')),
                ('state', django_fsm.FSMField(choices=[('AWAITED', 'awaiting payment'), ('OPEN', 'can be used'), ('SPENT', 'a booking has it'), ('RETURNING', 'its money is on the way back'), ('REFUNDED', 'its money went back'), ('EXPIRED', 'ran out unused')], default='AWAITED', max_length=10)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('booking_id', models.UUIDField(blank=True, help_text='The booking that has it.', null=True)),
                ('spent_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, help_text='When it ran out or its money went back.', null=True)),
                ('purchase', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='packages.purchase')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.service')),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(condition=models.Q(('state', 'OPEN')), fields=['expires_at', 'id'], name='use_to_expire')],
                'constraints': [models.UniqueConstraint(fields=('purchase', 'number'), name='use_in_order'), models.CheckConstraint(condition=models.Q(('worth_minor__gt', 0)), name='use_worth_positive'), models.CheckConstraint(condition=models.Q(('state__in', ['AWAITED', 'OPEN', 'SPENT', 'RETURNING', 'REFUNDED', 'EXPIRED'])), name='use_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', True), ('state', 'AWAITED')), models.Q(models.Q(('state', 'AWAITED'), _negated=True), ('expires_at__isnull', False)), _connector='OR'), name='use_paid_runs_out'), models.CheckConstraint(condition=models.Q(models.Q(('booking_id__isnull', False), ('spent_at__isnull', False), ('state', 'SPENT')), models.Q(models.Q(('state', 'SPENT'), _negated=True), ('booking_id__isnull', True)), _connector='OR'), name='use_spent_by_a_booking'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['REFUNDED', 'EXPIRED']), _negated=True), ('closed_at__isnull', False), _connector='OR'), name='use_closed_has_its_moment')],
                'triggers': [pgtrigger.compiler.Trigger(name='use_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{AWAITED:OPEN,OPEN:SPENT,SPENT:OPEN,OPEN:RETURNING,RETURNING:OPEN,RETURNING:REFUNDED,OPEN:REFUNDED,SPENT:REFUNDED,OPEN:EXPIRED,EXPIRED:REFUNDED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='f32128186b2457aad001027924093fe406660095', operation='UPDATE', pgid='pgtrigger_use_moves_957c2', table='packages_use', when='BEFORE')), pgtrigger.compiler.Trigger(name='use_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8b0fd78ccb4de1d43143eeb833f4f4028502e2ef', operation='DELETE', pgid='pgtrigger_use_never_deleted_9d509', table='packages_use', when='BEFORE')), pgtrigger.compiler.Trigger(name='use_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."purchase_id" IS DISTINCT FROM (NEW."purchase_id") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."list_minor" IS DISTINCT FROM (NEW."list_minor") OR OLD."worth_minor" IS DISTINCT FROM (NEW."worth_minor") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9e9b3b2d9e8739e97e9f13203648add70dfecc66', operation='UPDATE', pgid='pgtrigger_use_terms_1942d', table='packages_use', when='BEFORE'))],
            },
        ),
    ]
