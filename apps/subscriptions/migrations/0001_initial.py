import apps.core.clock
import apps.core.fields
import apps.core.ids
import django.db.models.deletion
import django_fsm
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('catalog', '0002_functions'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bill',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('MONTH', 'A month'), ('UPGRADE', 'A larger plan for the rest of a month')], max_length=8)),
                ('number', models.PositiveIntegerField(help_text='Of the month, from 0.')),
                ('currency', apps.core.fields.CurrencyField()),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('starts_at', models.DateTimeField(blank=True, help_text='Of a first month: when it is paid.', null=True)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('pay_until', models.DateTimeField(blank=True, null=True)),
                ('state', django_fsm.FSMField(choices=[('DUE', 'Due'), ('PAID', 'Paid'), ('VOID', 'Not due any more')], default='DUE', max_length=4)),
                ('payment_id', models.UUIDField(blank=True, null=True)),
                ('transfer_id', models.UUIDField(blank=True, help_text='Where it was paid from what can be withdrawn.', null=True)),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('given_back_minor', apps.core.fields.MinorUnitsField(default=0, help_text='What of it has gone back.')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='bill_amount_positive'), models.CheckConstraint(condition=models.Q(('given_back_minor', 0), models.Q(('given_back_minor__gt', 0), ('given_back_minor__lte', models.F('amount_minor')), ('state', 'PAID')), _connector='OR'), name='bill_given_back_within_what_was_paid'), models.CheckConstraint(condition=models.Q(models.Q(('ends_at__gt', models.F('starts_at')), ('paid_at__isnull', False), ('starts_at__isnull', False), ('state', 'PAID'), models.Q(models.Q(('payment_id__isnull', False), ('transfer_id', None)), models.Q(('payment_id', None), ('transfer_id__isnull', False)), _connector='OR')), models.Q(('paid_at', None), ('payment_id', None), ('transfer_id', None), models.Q(('state', 'PAID'), _negated=True)), _connector='OR'), name='bill_paid_once_from_one_source')],
            },
        ),
        migrations.CreateModel(
            name='PlanPrice',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('currency', apps.core.fields.CurrencyField()),
                ('price_minor', apps.core.fields.MinorUnitsField()),
                ('gateway_code', models.CharField(blank=True, default='', help_text="The gateway's own plan or price, where it renews by itself.", max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='PractitionerPlan',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('name', models.CharField(max_length=60)),
                ('description', models.CharField(blank=True, default='', max_length=500)),
                ('currency', apps.core.fields.CurrencyField()),
                ('price_minor', apps.core.fields.MinorUnitsField()),
                ('is_active', models.BooleanField(default=True, help_text='Whether it can be joined.')),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('currency', apps.core.fields.CurrencyField()),
                ('price_minor', apps.core.fields.MinorUnitsField(help_text='What a month costs.')),
                ('next_price_minor', apps.core.fields.MinorUnitsField(blank=True, help_text='What a month costs from then on.', null=True)),
                ('next_price_from', models.DateTimeField(blank=True, null=True)),
                ('pay_from', models.CharField(choices=[('CARD', 'The saved card'), ('AVAILABLE', 'What the business can withdraw'), ('WALLET', 'The wallet'), ('GATEWAY', 'The gateway renews it by itself')], max_length=10)),
                ('state', django_fsm.FSMField(choices=[('INCOMPLETE', 'Waiting for its first payment'), ('ACTIVE', 'Active'), ('PAST_DUE', 'Not paid; in its days of grace'), ('ENDED', 'Ended')], default='INCOMPLETE', max_length=10)),
                ('cancels_at_end', models.BooleanField(default=False)),
                ('anchor_at', models.DateTimeField(blank=True, help_text='When its first month began.', null=True)),
                ('months_paid', models.PositiveIntegerField(default=0)),
                ('period_starts_at', models.DateTimeField(blank=True, null=True)),
                ('period_ends_at', models.DateTimeField(blank=True, null=True)),
                ('past_due_since', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, help_text='When something is to be done for it next.', null=True)),
                ('problem', models.CharField(blank=True, default='', max_length=300)),
                ('gateway', models.CharField(blank=True, default='', help_text='Which renews it by itself.', max_length=20)),
                ('gateway_subscription_id', models.CharField(blank=True, default='', max_length=120)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, choices=[('NEVER_PAID', 'It was never paid'), ('REPLACED', 'Another was chosen before it was paid'), ('CALLED_OFF', 'Called off'), ('NOT_PAID', 'Its renewal was not paid'), ('NOT_OFFERED', 'It is not offered any more'), ('ERASED', "Its holder's account was erased"), ('GIVEN_BACK', 'The month that ran was given back')], default='', max_length=12)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='subscription_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('gateway_subscription_id', ''), _negated=True), fields=('gateway', 'gateway_subscription_id'), name='subscription_gateway_id_once'), models.CheckConstraint(condition=models.Q(('price_minor__gt', 0)), name='subscription_price_positive'), models.CheckConstraint(condition=models.Q(models.Q(('next_price_from', None), ('next_price_minor', None)), models.Q(('next_price_from__isnull', False), ('next_price_minor__gt', 0)), _connector='OR'), name='subscription_next_price_has_a_moment'), models.CheckConstraint(condition=models.Q(('state__in', ['INCOMPLETE', 'ENDED']), models.Q(('anchor_at__isnull', False), ('months_paid__gt', 0), ('period_ends_at__gt', models.F('period_starts_at')), ('period_starts_at__isnull', False)), _connector='OR'), name='subscription_running_has_its_month'), models.CheckConstraint(condition=models.Q(models.Q(('past_due_since__isnull', False), ('state', 'PAST_DUE')), models.Q(('past_due_since', None), models.Q(('state', 'PAST_DUE'), _negated=True)), _connector='OR'), name='subscription_past_due_has_a_moment'), models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('ended_at__isnull', False), ('state', 'ENDED'), models.Q(('end_reason', ''), _negated=True)), models.Q(('due_at__isnull', False), ('end_reason', ''), ('ended_at', None), models.Q(('state', 'ENDED'), _negated=True)), _connector='OR'), name='subscription_ended_or_not_forgotten')],
                'triggers': [pgtrigger.compiler.Trigger(name='subscription_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='895463916ac4eb5af90f8b1f577b7dff99e9a26f', operation='DELETE', pgid='pgtrigger_subscription_never_deleted_1b5eb', table='subscriptions_subscription', when='BEFORE')), pgtrigger.compiler.Trigger(name='subscription_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{INCOMPLETE:ACTIVE,INCOMPLETE:ENDED,ACTIVE:PAST_DUE,ACTIVE:ENDED,PAST_DUE:ACTIVE,PAST_DUE:ENDED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='58c1609f017d6d6edd78ecfa0eeec8e3005a8c0c', operation='UPDATE', pgid='pgtrigger_subscription_moves_e97c4', table='subscriptions_subscription', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SubscriptionAudit',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('currency', apps.core.fields.CurrencyField()),
                ('price_minor', apps.core.fields.MinorUnitsField(help_text='What a month costs.')),
                ('next_price_minor', apps.core.fields.MinorUnitsField(blank=True, help_text='What a month costs from then on.', null=True)),
                ('next_price_from', models.DateTimeField(blank=True, null=True)),
                ('pay_from', models.CharField(choices=[('CARD', 'The saved card'), ('AVAILABLE', 'What the business can withdraw'), ('WALLET', 'The wallet'), ('GATEWAY', 'The gateway renews it by itself')], max_length=10)),
                ('state', django_fsm.FSMField(choices=[('INCOMPLETE', 'Waiting for its first payment'), ('ACTIVE', 'Active'), ('PAST_DUE', 'Not paid; in its days of grace'), ('ENDED', 'Ended')], default='INCOMPLETE', max_length=10)),
                ('cancels_at_end', models.BooleanField(default=False)),
                ('anchor_at', models.DateTimeField(blank=True, help_text='When its first month began.', null=True)),
                ('months_paid', models.PositiveIntegerField(default=0)),
                ('period_starts_at', models.DateTimeField(blank=True, null=True)),
                ('period_ends_at', models.DateTimeField(blank=True, null=True)),
                ('past_due_since', models.DateTimeField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, default='', max_length=300)),
                ('gateway', models.CharField(blank=True, default='', help_text='Which renews it by itself.', max_length=20)),
                ('gateway_subscription_id', models.CharField(blank=True, default='', max_length=120)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, choices=[('NEVER_PAID', 'It was never paid'), ('REPLACED', 'Another was chosen before it was paid'), ('CALLED_OFF', 'Called off'), ('NOT_PAID', 'Its renewal was not paid'), ('NOT_OFFERED', 'It is not offered any more'), ('ERASED', "Its holder's account was erased"), ('GIVEN_BACK', 'The month that ran was given back')], default='', max_length=12)),
            ],
            options={
                'verbose_name_plural': 'subscription audit',
                'triggers': [pgtrigger.compiler.Trigger(name='subscriptions_subscriptionaudit_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1c6e545b750f55bcd18959bc197ad4c18f371de4', operation='UPDATE OR DELETE', pgid='pgtrigger_subscriptions_subscriptionaudit_append_only_0c927', table='subscriptions_subscriptionaudit', when='BEFORE')), pgtrigger.compiler.Trigger(name='subscriptions_subscriptionaudit_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'subscriptions_subscriptionaudit is append-only: it cannot be truncated';", hash='397487f15dab422cd6edff7632d2a9726d28656b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_subscriptions_subscriptionaudit_no_truncate_b532f', table='subscriptions_subscriptionaudit', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='BillRefund',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('reason', models.CharField(max_length=300)),
                ('state', django_fsm.FSMField(choices=[('PROPOSED', 'Waiting for approval'), ('GIVEN_BACK', 'Given back'), ('DENIED', 'Denied')], default='PROPOSED', max_length=10)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, default='', help_text='Why it was denied.', max_length=300)),
                ('transfer_id', models.UUIDField(blank=True, null=True, unique=True)),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='subscriptions.bill')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'PROPOSED')), fields=['-id'], name='bill_refund_to_decide')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='bill_refund_amount_positive'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'PROPOSED'), ('transfer_id', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'DENIED'), ('transfer_id', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'GIVEN_BACK'), ('transfer_id__isnull', False)), _connector='OR'), name='bill_refund_decided_or_waiting')],
                'triggers': [pgtrigger.compiler.Trigger(name='bill_refund_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ec1f61dc3d4f708fa28b658e03c284ad04cc71ec', operation='DELETE', pgid='pgtrigger_bill_refund_never_deleted_674ba', table='subscriptions_billrefund', when='BEFORE')), pgtrigger.compiler.Trigger(name='bill_refund_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PROPOSED:GIVEN_BACK,PROPOSED:DENIED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='15b06c18f877dc8310de700311069f343db33fa8', operation='UPDATE', pgid='pgtrigger_bill_refund_moves_e68d9', table='subscriptions_billrefund', when='BEFORE')), pgtrigger.compiler.Trigger(name='bill_refund_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."bill_id" IS DISTINCT FROM (NEW."bill_id") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='351e514bf52130b46e1a956251477568d90b7bab', operation='UPDATE', pgid='pgtrigger_bill_refund_terms_210a0', table='subscriptions_billrefund', when='BEFORE')), pgtrigger.compiler.Trigger(name='bill_refund_counts_on_its_bill', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.state = 'GIVEN_BACK' AND (TG_OP = 'INSERT' OR OLD.state <> 'GIVEN_BACK') THEN\n        UPDATE subscriptions_bill SET given_back_minor = given_back_minor + NEW.amount_minor\n            WHERE id = NEW.bill_id AND transfer_id IS NOT NULL;\n        IF NOT FOUND THEN\n            RAISE EXCEPTION 'refund %: its bill was not paid out of what can be withdrawn', NEW.id;\n        END IF;\n    END IF;\n    RETURN NEW;\n", hash='8a9a569e36be45e309a4fe8ef296cca2f1b78f2c', operation='INSERT OR UPDATE OF "state"', pgid='pgtrigger_bill_refund_counts_on_its_bill_6077e', table='subscriptions_billrefund', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('description', models.CharField(blank=True, default='', max_length=300)),
                ('rank', models.PositiveSmallIntegerField(help_text='A plan of a higher rank is an upgrade.', unique=True)),
                ('commission_bp', models.PositiveSmallIntegerField(blank=True, help_text='Basis points; counts where it is lower than the tier. Empty: lowers nothing.', null=True)),
                ('is_featured', models.BooleanField(default=False, help_text='The business and its practitioners are featured.')),
                ('staff_seats', models.PositiveIntegerField(blank=True, help_text='Empty: any number of people.', null=True)),
                ('is_active', models.BooleanField(default=True, help_text='Whether it can be chosen.')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('commission_bp__isnull', True), ('commission_bp__lte', 10000), _connector='OR'), name='plan_commission_in_range')],
                'triggers': [pgtrigger.compiler.Trigger(name='plan_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c71668ffa09be2e9ea3446aa0fefb3c77d632b54', operation='DELETE', pgid='pgtrigger_plan_never_deleted_798e3', table='subscriptions_plan', when='BEFORE')), pgtrigger.compiler.Trigger(name='plan_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."code" IS DISTINCT FROM (NEW."code"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='28e94cb5da95608af16ee55249b08d1f9334eb6e', operation='UPDATE', pgid='pgtrigger_plan_terms_3c129', table='subscriptions_plan', when='BEFORE'))],
            },
        ),
        migrations.AddField(
            model_name='bill',
            name='plan',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subscriptions.plan'),
        ),
        migrations.AddField(
            model_name='planprice',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='subscriptions.plan'),
        ),
        migrations.AddField(
            model_name='practitionerplan',
            name='practitioner',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.staffmember'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='business',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='next_plan',
            field=models.ForeignKey(blank=True, db_index=False, help_text='What it goes on with after the month that is paid for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subscriptions.plan'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='offer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subscriptions.practitionerplan'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='payer',
            field=models.ForeignKey(db_index=False, help_text='Who chose it: the owner of the business, or the follower.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subscription',
            name='plan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subscriptions.plan'),
        ),
        migrations.AddField(
            model_name='subscription',
            name='practitioner',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.staffmember'),
        ),
        migrations.AddField(
            model_name='bill',
            name='subscription',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bills', to='subscriptions.subscription'),
        ),
        migrations.AddField(
            model_name='subscriptionaudit',
            name='business',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.business'),
        ),
        migrations.AddField(
            model_name='subscriptionaudit',
            name='next_plan',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='What it goes on with after the month that is paid for.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subscriptions.plan'),
        ),
        migrations.AddField(
            model_name='subscriptionaudit',
            name='offer',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subscriptions.practitionerplan'),
        ),
        migrations.AddField(
            model_name='subscriptionaudit',
            name='payer',
            field=models.ForeignKey(db_constraint=False, help_text='Who chose it: the owner of the business, or the follower.', on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subscriptionaudit',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='subscriptionaudit',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='id_created_at_business_plan_next_plan_practitioner_offer_payer_currency_price_minor_next_price_minor_next_price_from_pay_from_state_cancels_at_end_anchor_at_months_paid_period_starts_at_period_ends_at_past_due_since_problem_gateway_gateway_subscription_id_ended_at_end_reason_events', to='subscriptions.subscription'),
        ),
        migrations.AddField(
            model_name='subscriptionaudit',
            name='plan',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='subscriptions.plan'),
        ),
        migrations.AddField(
            model_name='subscriptionaudit',
            name='practitioner',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.staffmember'),
        ),
        migrations.AddConstraint(
            model_name='planprice',
            constraint=models.UniqueConstraint(fields=('plan', 'currency'), name='plan_price_once_per_currency'),
        ),
        migrations.AddConstraint(
            model_name='planprice',
            constraint=models.CheckConstraint(condition=models.Q(('price_minor__gt', 0)), name='plan_price_positive'),
        ),
        migrations.AddIndex(
            model_name='practitionerplan',
            index=models.Index(fields=['practitioner', 'price_minor', 'id'], name='practitioner_plan_of'),
        ),
        migrations.AddConstraint(
            model_name='practitionerplan',
            constraint=models.CheckConstraint(condition=models.Q(('price_minor__gt', 0)), name='practitioner_plan_price_positive'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='practitionerplan',
            trigger=pgtrigger.compiler.Trigger(name='practitioner_plan_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='eb7252e553a63c13676953f201791a17414611c5', operation='DELETE', pgid='pgtrigger_practitioner_plan_never_deleted_17fb9', table='subscriptions_practitionerplan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='practitionerplan',
            trigger=pgtrigger.compiler.Trigger(name='practitioner_plan_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."practitioner_id" IS DISTINCT FROM (NEW."practitioner_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='88785e0f59513f1fd2cc69a69d45096c3e38be92', operation='UPDATE', pgid='pgtrigger_practitioner_plan_terms_6f22d', table='subscriptions_practitionerplan', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('business__isnull', False)), fields=['business', '-id'], name='subscription_of_business'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['payer', '-id'], name='subscription_of_payer'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('practitioner__isnull', False)), fields=['practitioner', 'state'], name='subscription_followers'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('business__isnull', False), ('offer', None), ('pay_from__in', ('CARD', 'AVAILABLE', 'GATEWAY')), ('plan__isnull', False), ('practitioner', None)), models.Q(('business', None), ('next_plan', None), ('offer__isnull', False), ('pay_from__in', ('CARD', 'WALLET')), ('plan', None), ('practitioner__isnull', False)), _connector='OR'), name='subscription_of_a_business_or_a_follower'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('business__isnull', False), ('state__in', ('INCOMPLETE', 'ACTIVE', 'PAST_DUE'))), fields=('business',), name='subscription_one_living_per_business'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('practitioner__isnull', False), ('state__in', ('INCOMPLETE', 'ACTIVE', 'PAST_DUE'))), fields=('payer', 'practitioner'), name='subscription_one_living_per_follower'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='subscription',
            trigger=pgtrigger.compiler.Trigger(name='subscription_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."practitioner_id" IS DISTINCT FROM (NEW."practitioner_id") OR OLD."offer_id" IS DISTINCT FROM (NEW."offer_id") OR OLD."payer_id" IS DISTINCT FROM (NEW."payer_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='8dcf001dd1429eeecc3bf87320acf5ed44bcb915', operation='UPDATE', pgid='pgtrigger_subscription_terms_36bc4', table='subscriptions_subscription', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='subscription',
            trigger=pgtrigger.compiler.Trigger(name='chosen_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subscriptions_subscriptionaudit" ("anchor_at", "business_id", "cancels_at_end", "created_at", "currency", "end_reason", "ended_at", "gateway", "gateway_subscription_id", "id", "months_paid", "next_plan_id", "next_price_from", "next_price_minor", "offer_id", "past_due_since", "pay_from", "payer_id", "period_ends_at", "period_starts_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "practitioner_id", "price_minor", "problem", "state") VALUES (NEW."anchor_at", NEW."business_id", NEW."cancels_at_end", NEW."created_at", NEW."currency", NEW."end_reason", NEW."ended_at", NEW."gateway", NEW."gateway_subscription_id", NEW."id", NEW."months_paid", NEW."next_plan_id", NEW."next_price_from", NEW."next_price_minor", NEW."offer_id", NEW."past_due_since", NEW."pay_from", NEW."payer_id", NEW."period_ends_at", NEW."period_starts_at", _pgh_attach_context(), NOW(), \'chosen\', NEW."id", NEW."plan_id", NEW."practitioner_id", NEW."price_minor", NEW."problem", NEW."state"); RETURN NULL;', hash='ae52274a8878677c0d44b3f8d7b445bd0931a322', operation='INSERT', pgid='pgtrigger_chosen_insert_5eca8', table='subscriptions_subscription', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='subscription',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."anchor_at" IS DISTINCT FROM (NEW."anchor_at") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."cancels_at_end" IS DISTINCT FROM (NEW."cancels_at_end") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."end_reason" IS DISTINCT FROM (NEW."end_reason") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."gateway_subscription_id" IS DISTINCT FROM (NEW."gateway_subscription_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."months_paid" IS DISTINCT FROM (NEW."months_paid") OR OLD."next_plan_id" IS DISTINCT FROM (NEW."next_plan_id") OR OLD."next_price_from" IS DISTINCT FROM (NEW."next_price_from") OR OLD."next_price_minor" IS DISTINCT FROM (NEW."next_price_minor") OR OLD."offer_id" IS DISTINCT FROM (NEW."offer_id") OR OLD."past_due_since" IS DISTINCT FROM (NEW."past_due_since") OR OLD."pay_from" IS DISTINCT FROM (NEW."pay_from") OR OLD."payer_id" IS DISTINCT FROM (NEW."payer_id") OR OLD."period_ends_at" IS DISTINCT FROM (NEW."period_ends_at") OR OLD."period_starts_at" IS DISTINCT FROM (NEW."period_starts_at") OR OLD."plan_id" IS DISTINCT FROM (NEW."plan_id") OR OLD."practitioner_id" IS DISTINCT FROM (NEW."practitioner_id") OR OLD."price_minor" IS DISTINCT FROM (NEW."price_minor") OR OLD."problem" IS DISTINCT FROM (NEW."problem") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "subscriptions_subscriptionaudit" ("anchor_at", "business_id", "cancels_at_end", "created_at", "currency", "end_reason", "ended_at", "gateway", "gateway_subscription_id", "id", "months_paid", "next_plan_id", "next_price_from", "next_price_minor", "offer_id", "past_due_since", "pay_from", "payer_id", "period_ends_at", "period_starts_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "practitioner_id", "price_minor", "problem", "state") VALUES (NEW."anchor_at", NEW."business_id", NEW."cancels_at_end", NEW."created_at", NEW."currency", NEW."end_reason", NEW."ended_at", NEW."gateway", NEW."gateway_subscription_id", NEW."id", NEW."months_paid", NEW."next_plan_id", NEW."next_price_from", NEW."next_price_minor", NEW."offer_id", NEW."past_due_since", NEW."pay_from", NEW."payer_id", NEW."period_ends_at", NEW."period_starts_at", _pgh_attach_context(), NOW(), \'changed\', NEW."id", NEW."plan_id", NEW."practitioner_id", NEW."price_minor", NEW."problem", NEW."state"); RETURN NULL;', hash='636d2a76395611f6cd43833b263655decefc11df', operation='UPDATE', pgid='pgtrigger_changed_update_99dec', table='subscriptions_subscription', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(fields=['subscription', '-id'], name='bill_of_subscription'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'MONTH')), fields=('subscription', 'number'), name='bill_each_month_once'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'UPGRADE'), ('state', 'DUE')), fields=('subscription',), name='bill_one_open_upgrade'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bill',
            trigger=pgtrigger.compiler.Trigger(name='bill_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='3e3c79b3170becd96f57f11ec5575b110d56372c', operation='DELETE', pgid='pgtrigger_bill_never_deleted_70e92', table='subscriptions_bill', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bill',
            trigger=pgtrigger.compiler.Trigger(name='bill_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{DUE:PAID,DUE:VOID}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='c424555387ce3ebb12b2e584ed550f389ab8c086', operation='UPDATE', pgid='pgtrigger_bill_moves_d2226', table='subscriptions_bill', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bill',
            trigger=pgtrigger.compiler.Trigger(name='bill_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."subscription_id" IS DISTINCT FROM (NEW."subscription_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."plan_id" IS DISTINCT FROM (NEW."plan_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='08329a783d17858b54b8e67e93d6c713cd0e3e06', operation='UPDATE', pgid='pgtrigger_bill_terms_80ec4', table='subscriptions_bill', when='BEFORE')),
        ),
    ]
