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
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='PayoutAccount',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('BANK', 'Bank account'), ('CONNECT', 'Account at the gateway')], max_length=10)),
                ('gateway', models.CharField(max_length=20)),
                ('currency', apps.core.fields.CurrencyField()),
                ('country', models.CharField(max_length=2)),
                ('bank_code', models.CharField(blank=True, default='', max_length=20)),
                ('bank_name', models.CharField(blank=True, default='', max_length=120)),
                ('account_number', apps.core.fields.EncryptedTextField(blank=True, default='')),
                ('number_digest', models.CharField(blank=True, default='', max_length=64)),
                ('last4', models.CharField(blank=True, default='', max_length=4)),
                ('holder_name', models.CharField(help_text='Whose name it should be.', max_length=200)),
                ('account_name', models.CharField(blank=True, default='', help_text='Whose name the gateway knows.', max_length=200)),
                ('recipient_id', models.CharField(blank=True, default='', help_text="The gateway's own id of it.", max_length=120)),
                ('state', django_fsm.FSMField(choices=[('PENDING', 'Not ready at the gateway'), ('NEEDS_REVIEW', 'The name is looked at'), ('VERIFIED', 'Verified'), ('REJECTED', 'Rejected'), ('REMOVED', 'Removed')], default='PENDING', max_length=14)),
                ('problem', models.CharField(blank=True, default='', max_length=300)),
                ('is_default', models.BooleanField(default=False)),
                ('usable_from', models.DateTimeField()),
                ('weekly_at', models.DateTimeField(blank=True, help_text="When its owner's next weekly payout is due.", null=True)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('business', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['business', '-id'], name='payout_account_of_business'), models.Index(fields=['user', '-id'], name='payout_account_of_user'), models.Index(fields=['gateway', 'recipient_id'], name='payout_account_recipient'), models.Index(condition=models.Q(('weekly_at__isnull', False)), fields=['weekly_at', 'id'], name='payout_account_weekly'), models.Index(condition=models.Q(('state', 'NEEDS_REVIEW')), fields=['-id'], name='payout_account_to_review')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('business__isnull', False), ('user__isnull', True)), models.Q(('business__isnull', True), ('user__isnull', False)), _connector='OR'), name='payout_account_of_one_owner'), models.UniqueConstraint(condition=models.Q(('kind', 'BANK'), ('state__in', ['PENDING', 'NEEDS_REVIEW', 'VERIFIED', 'REJECTED'])), fields=('business', 'user', 'gateway', 'currency', 'bank_code', 'number_digest'), name='payout_account_number_once', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('kind', 'CONNECT'), ('state__in', ['PENDING', 'NEEDS_REVIEW', 'VERIFIED', 'REJECTED'])), fields=('business', 'user', 'gateway', 'currency'), name='payout_account_connected_once', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('business', 'user', 'currency'), name='payout_account_one_default', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('is_default', False), ('state__in', ('PENDING', 'NEEDS_REVIEW', 'VERIFIED')), _connector='OR'), name='payout_account_default_is_live'), models.CheckConstraint(condition=models.Q(('weekly_at__isnull', True), models.Q(('is_default', True), ('state', 'VERIFIED')), _connector='OR'), name='payout_account_weekly_is_verified_default'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'VERIFIED'), _negated=True), models.Q(('verified_at__isnull', False), models.Q(('recipient_id', ''), _negated=True)), _connector='OR'), name='payout_account_verified_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', False), ('state', 'REMOVED')), models.Q(models.Q(('state', 'REMOVED'), _negated=True), ('removed_at__isnull', True)), _connector='OR'), name='payout_account_removed_has_moment'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'CONNECT'), ('number_digest', '')), models.Q(('kind', 'BANK'), models.Q(('number_digest', ''), _negated=True)), _connector='OR'), name='payout_account_bank_has_number')],
                'triggers': [pgtrigger.compiler.Trigger(name='payout_account_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d9832552bcf6701a431676efbf4fc6d14fb19a21', operation='DELETE', pgid='pgtrigger_payout_account_never_deleted_56408', table='payouts_payoutaccount', when='BEFORE')), pgtrigger.compiler.Trigger(name='payout_account_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PENDING:VERIFIED,PENDING:NEEDS_REVIEW,NEEDS_REVIEW:VERIFIED,VERIFIED:PENDING,PENDING:REJECTED,NEEDS_REVIEW:REJECTED,VERIFIED:REJECTED,PENDING:REMOVED,NEEDS_REVIEW:REMOVED,VERIFIED:REMOVED,REJECTED:REMOVED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='4754d98fea3ca99802506e5ec905f13163c8bb94', operation='UPDATE', pgid='pgtrigger_payout_account_moves_e6521', table='payouts_payoutaccount', when='BEFORE')), pgtrigger.compiler.Trigger(name='payout_account_identity', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."bank_code" IS DISTINCT FROM (NEW."bank_code") OR OLD."number_digest" IS DISTINCT FROM (NEW."number_digest") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a3ba4c3900374a4b07a5caab36255da66296a4ed', operation='UPDATE', pgid='pgtrigger_payout_account_identity_f78cd', table='payouts_payoutaccount', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('BUSINESS', "A business's earnings"), ('TIPS', "A performer's tips"), ('WALLET', "A customer's wallet")], max_length=10)),
                ('currency', apps.core.fields.CurrencyField()),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('fee_minor', apps.core.fields.MinorUnitsField(default=0, help_text='What the gateway took for it; the platform bears it.')),
                ('reference', models.CharField(max_length=50, unique=True)),
                ('gateway', models.CharField(max_length=20)),
                ('recipient_id', models.CharField(max_length=120)),
                ('account_label', models.CharField(max_length=150)),
                ('account_name', models.CharField(blank=True, default='', max_length=200)),
                ('state', django_fsm.FSMField(choices=[('REQUESTED', 'Requested'), ('IN_TRANSIT', 'On its way'), ('PAID', 'Paid'), ('FAILED', 'Failed: the money is back'), ('REVERSED', 'Sent back by the bank: the money is back')], default='REQUESTED', max_length=12)),
                ('outcome_unknown', models.BooleanField(default=False, help_text='It was sent, and the gateway has not told of it yet.')),
                ('gateway_id', models.CharField(blank=True, default='', max_length=120)),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='How often it was sent, always by its reference.')),
                ('asked', models.PositiveSmallIntegerField(default=0, help_text='How often the gateway was asked in vain.')),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('problem', models.CharField(blank=True, default='', max_length=300)),
                ('week_of', models.DateField(blank=True, help_text='The Monday whose weekly payout it is.', null=True)),
                ('requested_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, help_text='When its money was back.', null=True)),
                ('request_transfer_id', models.UUIDField()),
                ('paid_transfer_id', models.UUIDField(blank=True, null=True)),
                ('business', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('requested_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='payouts.payoutaccount')),
            ],
            options={
                'indexes': [models.Index(fields=['business', '-id'], name='payout_of_business'), models.Index(fields=['user', '-id'], name='payout_of_user'), models.Index(fields=['account', '-id'], name='payout_of_account'), models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['next_attempt_at', 'id'], name='payout_due'), models.Index(condition=models.Q(('state__in', ('REQUESTED', 'IN_TRANSIT'))), fields=['-id'], name='payout_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('business__isnull', False), ('user__isnull', True)), models.Q(('business__isnull', True), ('user__isnull', False)), _connector='OR'), name='payout_of_one_owner'), models.CheckConstraint(condition=models.Q(models.Q(('business__isnull', False), ('kind', 'BUSINESS')), models.Q(('kind__in', ['TIPS', 'WALLET']), ('user__isnull', False)), _connector='OR'), name='payout_kind_fits_its_owner'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0), ('fee_minor__gte', 0)), name='payout_amount_positive'), models.CheckConstraint(condition=models.Q(models.Q(('requested_by__isnull', False), ('week_of__isnull', True)), models.Q(('requested_by__isnull', True), ('week_of__isnull', False)), _connector='OR'), name='payout_asked_for_or_weekly'), models.UniqueConstraint(condition=models.Q(('week_of__isnull', False)), fields=('kind', 'business', 'user', 'currency', 'week_of'), name='payout_once_a_week', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('gateway_id', ''), _negated=True), fields=('gateway', 'gateway_id'), name='payout_gateway_id_once'), models.CheckConstraint(condition=models.Q(('outcome_unknown', False), ('state', 'IN_TRANSIT'), _connector='OR'), name='payout_unknown_only_in_transit'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('paid_at__isnull', True), ('state', 'REQUESTED')), models.Q(('ended_at__isnull', True), ('paid_at__isnull', True), ('sent_at__isnull', False), ('state', 'IN_TRANSIT')), models.Q(('ended_at__isnull', True), ('paid_at__isnull', False), ('paid_transfer_id__isnull', False), ('state', 'PAID')), models.Q(('ended_at__isnull', False), ('paid_at__isnull', True), ('state', 'FAILED')), models.Q(('ended_at__isnull', False), ('paid_at__isnull', False), ('paid_transfer_id__isnull', False), ('state', 'REVERSED')), _connector='OR'), name='payout_state_has_its_moments'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('REQUESTED', 'IN_TRANSIT')), _negated=True), ('next_attempt_at__isnull', False), _connector='OR'), name='payout_open_is_not_forgotten'), models.CheckConstraint(condition=models.Q(('attempts', 0), ('sent_at__isnull', False), _connector='OR'), name='payout_sent_has_a_moment'), models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('sent_at__gte', models.F('requested_at')), _connector='OR'), name='payout_sent_after_request')],
                'triggers': [pgtrigger.compiler.Trigger(name='payout_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='7ec4d16a39faf37341e324fc1582e4db2dd9afa3', operation='DELETE', pgid='pgtrigger_payout_never_deleted_46c6b', table='payouts_payout', when='BEFORE')), pgtrigger.compiler.Trigger(name='payout_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{REQUESTED:IN_TRANSIT,IN_TRANSIT:REQUESTED,IN_TRANSIT:PAID,REQUESTED:FAILED,IN_TRANSIT:FAILED,PAID:REVERSED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='f0a27a7b76ae6ccac632538b09b8ae423d77f7fd', operation='UPDATE', pgid='pgtrigger_payout_moves_52fd7', table='payouts_payout', when='BEFORE')), pgtrigger.compiler.Trigger(name='payout_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."recipient_id" IS DISTINCT FROM (NEW."recipient_id") OR OLD."account_label" IS DISTINCT FROM (NEW."account_label") OR OLD."account_name" IS DISTINCT FROM (NEW."account_name") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."week_of" IS DISTINCT FROM (NEW."week_of") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at") OR OLD."request_transfer_id" IS DISTINCT FROM (NEW."request_transfer_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ef72bc9a5b43576616d90613dfddc5047cccd7cf', operation='UPDATE', pgid='pgtrigger_payout_terms_33c81', table='payouts_payout', when='BEFORE')), pgtrigger.compiler.Trigger(name='payout_is_allowed', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NOT EXISTS (\n        SELECT 1 FROM payouts_payoutaccount a\n        WHERE a.id = NEW.account_id AND a.state = 'VERIFIED' AND a.usable_from <= NEW.requested_at\n          AND a.business_id IS NOT DISTINCT FROM NEW.business_id AND a.user_id IS NOT DISTINCT FROM NEW.user_id\n          AND a.currency = NEW.currency AND a.gateway = NEW.gateway AND a.recipient_id = NEW.recipient_id\n    ) THEN\n        RAISE EXCEPTION 'payout %: the account is not usable for it', NEW.reference;\n    END IF;\n    IF EXISTS (\n        SELECT 1 FROM payouts_payoutfreeze f\n        WHERE f.lifted_at IS NULL\n          AND f.business_id IS NOT DISTINCT FROM NEW.business_id AND f.user_id IS NOT DISTINCT FROM NEW.user_id\n    ) THEN\n        RAISE EXCEPTION 'payout %: the payouts of its owner are frozen', NEW.reference;\n    END IF;\n    RETURN NEW;\n", hash='f6f6e34806a4232c4e72a37dacac33d8a24a3b39', operation='INSERT', pgid='pgtrigger_payout_is_allowed_beea4', table='payouts_payout', when='BEFORE')), pgtrigger.compiler.Trigger(name='requested_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "payouts_payoutaudit" ("account_id", "account_label", "account_name", "amount_minor", "attempts", "business_id", "created_at", "currency", "ended_at", "fee_minor", "gateway", "gateway_id", "id", "kind", "outcome_unknown", "paid_at", "paid_transfer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "problem", "recipient_id", "reference", "request_transfer_id", "requested_at", "requested_by_id", "sent_at", "state", "user_id", "week_of") VALUES (NEW."account_id", NEW."account_label", NEW."account_name", NEW."amount_minor", NEW."attempts", NEW."business_id", NEW."created_at", NEW."currency", NEW."ended_at", NEW."fee_minor", NEW."gateway", NEW."gateway_id", NEW."id", NEW."kind", NEW."outcome_unknown", NEW."paid_at", NEW."paid_transfer_id", _pgh_attach_context(), NOW(), \'requested\', NEW."id", NEW."problem", NEW."recipient_id", NEW."reference", NEW."request_transfer_id", NEW."requested_at", NEW."requested_by_id", NEW."sent_at", NEW."state", NEW."user_id", NEW."week_of"); RETURN NULL;', hash='e4ea94b3bebb950e009642a9b6ae3c5f274d2b26', operation='INSERT', pgid='pgtrigger_requested_insert_4436c', table='payouts_payout', when='AFTER')), pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."account_label" IS DISTINCT FROM (NEW."account_label") OR OLD."account_name" IS DISTINCT FROM (NEW."account_name") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."attempts" IS DISTINCT FROM (NEW."attempts") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."ended_at" IS DISTINCT FROM (NEW."ended_at") OR OLD."fee_minor" IS DISTINCT FROM (NEW."fee_minor") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."gateway_id" IS DISTINCT FROM (NEW."gateway_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."outcome_unknown" IS DISTINCT FROM (NEW."outcome_unknown") OR OLD."paid_at" IS DISTINCT FROM (NEW."paid_at") OR OLD."paid_transfer_id" IS DISTINCT FROM (NEW."paid_transfer_id") OR OLD."problem" IS DISTINCT FROM (NEW."problem") OR OLD."recipient_id" IS DISTINCT FROM (NEW."recipient_id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."request_transfer_id" IS DISTINCT FROM (NEW."request_transfer_id") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."week_of" IS DISTINCT FROM (NEW."week_of"))', func='INSERT INTO "payouts_payoutaudit" ("account_id", "account_label", "account_name", "amount_minor", "attempts", "business_id", "created_at", "currency", "ended_at", "fee_minor", "gateway", "gateway_id", "id", "kind", "outcome_unknown", "paid_at", "paid_transfer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "problem", "recipient_id", "reference", "request_transfer_id", "requested_at", "requested_by_id", "sent_at", "state", "user_id", "week_of") VALUES (NEW."account_id", NEW."account_label", NEW."account_name", NEW."amount_minor", NEW."attempts", NEW."business_id", NEW."created_at", NEW."currency", NEW."ended_at", NEW."fee_minor", NEW."gateway", NEW."gateway_id", NEW."id", NEW."kind", NEW."outcome_unknown", NEW."paid_at", NEW."paid_transfer_id", _pgh_attach_context(), NOW(), \'changed\', NEW."id", NEW."problem", NEW."recipient_id", NEW."reference", NEW."request_transfer_id", NEW."requested_at", NEW."requested_by_id", NEW."sent_at", NEW."state", NEW."user_id", NEW."week_of"); RETURN NULL;', hash='7239aed5f0fa6f88161002dc1b3d35869dd4779b', operation='UPDATE', pgid='pgtrigger_changed_update_d8844', table='payouts_payout', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='PayoutAudit',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('BUSINESS', "A business's earnings"), ('TIPS', "A performer's tips"), ('WALLET', "A customer's wallet")], max_length=10)),
                ('currency', apps.core.fields.CurrencyField()),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('fee_minor', apps.core.fields.MinorUnitsField(default=0, help_text='What the gateway took for it; the platform bears it.')),
                ('reference', models.CharField(max_length=50)),
                ('gateway', models.CharField(max_length=20)),
                ('recipient_id', models.CharField(max_length=120)),
                ('account_label', models.CharField(max_length=150)),
                ('account_name', models.CharField(blank=True, default='', max_length=200)),
                ('state', django_fsm.FSMField(choices=[('REQUESTED', 'Requested'), ('IN_TRANSIT', 'On its way'), ('PAID', 'Paid'), ('FAILED', 'Failed: the money is back'), ('REVERSED', 'Sent back by the bank: the money is back')], default='REQUESTED', max_length=12)),
                ('outcome_unknown', models.BooleanField(default=False, help_text='It was sent, and the gateway has not told of it yet.')),
                ('gateway_id', models.CharField(blank=True, default='', max_length=120)),
                ('attempts', models.PositiveSmallIntegerField(default=0, help_text='How often it was sent, always by its reference.')),
                ('problem', models.CharField(blank=True, default='', max_length=300)),
                ('week_of', models.DateField(blank=True, help_text='The Monday whose weekly payout it is.', null=True)),
                ('requested_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, help_text='When its money was back.', null=True)),
                ('request_transfer_id', models.UUIDField()),
                ('paid_transfer_id', models.UUIDField(blank=True, null=True)),
                ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='payouts.payoutaccount')),
                ('business', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.business')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='id_created_at_kind_business_user_currency_amount_minor_fee_minor_reference_account_gateway_recipient_id_account_label_account_name_state_outcome_unknown_gateway_id_attempts_problem_requested_by_week_of_requested_at_sent_at_paid_at_ended_at_request_transfer_id_paid_transfer_id_events', to='payouts.payout')),
                ('requested_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'payout audit',
                'triggers': [pgtrigger.compiler.Trigger(name='payouts_payoutaudit_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2c1d94727b99978f450ef3f0c1078fabe3a508d5', operation='UPDATE OR DELETE', pgid='pgtrigger_payouts_payoutaudit_append_only_6b3e9', table='payouts_payoutaudit', when='BEFORE')), pgtrigger.compiler.Trigger(name='payouts_payoutaudit_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'payouts_payoutaudit is append-only: it cannot be truncated';", hash='1a95042e426874f65b376615494183e659355edd', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_payouts_payoutaudit_no_truncate_8a7da', table='payouts_payoutaudit', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='PayoutFreeze',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('reason', models.CharField(max_length=500)),
                ('frozen_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_reason', models.CharField(blank=True, default='', max_length=500)),
                ('business', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('frozen_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('lifted_at__isnull', True)), fields=['-id'], name='payout_freeze_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('business__isnull', False), ('user__isnull', True)), models.Q(('business__isnull', True), ('user__isnull', False)), _connector='OR'), name='payout_freeze_of_one_owner'), models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('business', 'user'), name='payout_freeze_one_stands', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='payout_freeze_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_reason', '')), models.Q(('lifted_at__isnull', False), models.Q(('lifted_reason', ''), _negated=True)), _connector='OR'), name='payout_freeze_lifted_with_a_reason')],
                'triggers': [pgtrigger.compiler.Trigger(name='payout_freeze_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='809c89a3d22b3fe9c0d63778eea42462ab818ede', operation='DELETE', pgid='pgtrigger_payout_freeze_never_deleted_76bd7', table='payouts_payoutfreeze', when='BEFORE')), pgtrigger.compiler.Trigger(name='payout_freeze_as_it_was', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."frozen_by_id" IS DISTINCT FROM (NEW."frozen_by_id") OR OLD."frozen_at" IS DISTINCT FROM (NEW."frozen_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='238f1ce498e6f3ca3ddb826a60766c6a3ec38d6e', operation='UPDATE', pgid='pgtrigger_payout_freeze_as_it_was_a665c', table='payouts_payoutfreeze', when='BEFORE'))],
            },
        ),
    ]
