import apps.core.fields
import apps.core.ids
import apps.ledger.models.account
import apps.ledger.models.xid
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('owner_type', models.CharField(choices=[('SYSTEM', 'System'), ('BUSINESS', 'Business'), ('STAFF', 'Staff'), ('CUSTOMER', 'Customer')], max_length=10)),
                ('owner_id', models.UUIDField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('SYSTEM_ESCROW', 'Escrow'), ('GATEWAY_CLEARING', 'Gateway clearing'), ('PLATFORM_REVENUE', 'Platform revenue'), ('GATEWAY_FEES', 'Gateway fees'), ('PAYOUTS_IN_TRANSIT', 'Payouts in transit'), ('PROMOTIONS', 'Promotions'), ('SUSPENSE', 'Suspense'), ('CHARGEBACKS', 'Taken by gateways for disputes'), ('LOSSES', 'Losses'), ('AVAILABLE', 'Available for payout'), ('RECEIVABLE', 'Receivable'), ('TIPS', 'Tips'), ('TIPS_PAYABLE', 'Tips kept for one who left'), ('WALLET', 'Wallet'), ('CREDITS', 'Credits'), ('RESERVED', 'Set aside for a payment')], max_length=20)),
                ('gateway', models.CharField(blank=True, default='', max_length=20)),
                ('currency', apps.core.fields.CurrencyField()),
                ('state', models.CharField(choices=[('ACTIVE', 'Active'), ('CLOSED', 'Closed')], default='ACTIVE', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('address', models.GeneratedField(db_persist=True, expression=apps.ledger.models.account.Address(), output_field=models.CharField(db_collation='C', max_length=120))),
            ],
            options={
                'indexes': [models.Index(fields=['owner_type', 'owner_id'], name='ledger_account_owner')],
                'constraints': [models.UniqueConstraint(fields=('address',), name='ledger_account_address'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['SYSTEM_ESCROW', 'GATEWAY_CLEARING', 'PLATFORM_REVENUE', 'GATEWAY_FEES', 'PAYOUTS_IN_TRANSIT', 'PROMOTIONS', 'SUSPENSE', 'CHARGEBACKS', 'LOSSES']), ('owner_type', 'SYSTEM')), models.Q(('kind__in', ['AVAILABLE', 'RECEIVABLE']), ('owner_type', 'BUSINESS')), models.Q(('kind__in', ['TIPS', 'TIPS_PAYABLE', 'RECEIVABLE']), ('owner_type', 'STAFF')), models.Q(('kind__in', ['WALLET', 'CREDITS', 'RESERVED']), ('owner_type', 'CUSTOMER')), _connector='OR'), name='ledger_account_kind_of_owner'), models.CheckConstraint(condition=models.Q(models.Q(('owner_id__isnull', True), ('owner_type', 'SYSTEM')), models.Q(models.Q(('owner_type', 'SYSTEM'), _negated=True), ('owner_id__isnull', False)), _connector='OR'), name='ledger_account_system_has_no_owner'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'GATEWAY_CLEARING'), models.Q(('gateway', ''), _negated=True)), models.Q(models.Q(('kind', 'GATEWAY_CLEARING'), _negated=True), ('gateway', '')), _connector='OR'), name='ledger_account_gateway_of_clearing'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'ACTIVE')), models.Q(('closed_at__isnull', False), ('state', 'CLOSED'), models.Q(('owner_type', 'SYSTEM'), _negated=True)), _connector='OR'), name='ledger_account_closed_has_moment')],
                'triggers': [pgtrigger.compiler.Trigger(name='ledger_account_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='716ec27419efbbfb745c12ad31f032457c0fc84a', operation='DELETE', pgid='pgtrigger_ledger_account_kept_56c69', table='ledger_account', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_account_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'ledger_account cannot be truncated';", hash='a7e5122c3f032d82e96b27c36331d29b9974dced', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_account_no_truncate_f09a8', table='ledger_account', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_account_identity', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."owner_type" IS DISTINCT FROM (NEW."owner_type") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3606def8551530c78ebe138766a2a72d53341223', operation='UPDATE', pgid='pgtrigger_ledger_account_identity_9474d', table='ledger_account', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_account_guarded', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."kind" IN (\'AVAILABLE\', \'TIPS\', \'TIPS_PAYABLE\', \'WALLET\', \'CREDITS\', \'RESERVED\', \'RECEIVABLE\'))', func="INSERT INTO ledger_balance (account_id, posted, held, may_be_negative) VALUES (NEW.id, 0, 0, NEW.kind = 'RECEIVABLE'); RETURN NULL;", hash='805fac464e2c5adb52172a974f88cc52a56f5315', operation='INSERT', pgid='pgtrigger_ledger_account_guarded_9602c', table='ledger_account', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='BalanceSnapshot',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('cluster', models.BigIntegerField()),
                ('horizon', models.BigIntegerField()),
                ('amount', models.BigIntegerField()),
                ('entries', models.BigIntegerField()),
                ('taken_at', models.DateTimeField()),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='ledger_balancesnapshot_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2798861105fc7ba431cacc0ccb8f5724047b0e11', operation='UPDATE OR DELETE', pgid='pgtrigger_ledger_balancesnapshot_append_only_22803', table='ledger_balancesnapshot', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_balancesnapshot_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'ledger_balancesnapshot is append-only: it cannot be truncated';", hash='f17b0850f791bbfdf56f3938af6135b7b55a8911', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_balancesnapshot_no_truncate_02726', table='ledger_balancesnapshot', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='DailyTotal',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('amount', models.BigIntegerField()),
                ('entries', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('amount', models.BigIntegerField()),
                ('currency', apps.core.fields.CurrencyField()),
                ('created_at', models.DateTimeField()),
                ('xid', models.BigIntegerField(db_default=apps.ledger.models.xid.CurrentTransactionId(), editable=False)),
            ],
            options={
                'verbose_name_plural': 'entries',
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='ledger_entry_not_zero')],
                'triggers': [pgtrigger.compiler.Trigger(name='ledger_entry_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='614e2ace25e8de4fb8e8eee3372c6aac234e8c19', operation='UPDATE OR DELETE', pgid='pgtrigger_ledger_entry_append_only_e980c', table='ledger_entry', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_entry_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'ledger_entry is append-only: it cannot be truncated';", hash='b8c635b098e4e4d7fb04c3e415af47bdd7efe46d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_entry_no_truncate_1a2fa', table='ledger_entry', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='EscrowHold',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('payment_id', models.UUIDField()),
                ('gateway', models.CharField(blank=True, default='', max_length=20)),
                ('unit_type', models.CharField(max_length=20)),
                ('unit_id', models.UUIDField()),
                ('business_id', models.UUIDField()),
                ('customer_id', models.UUIDField()),
                ('currency', apps.core.fields.CurrencyField()),
                ('gross_minor', models.BigIntegerField()),
                ('commission_rate_bp', models.SmallIntegerField()),
                ('commission_rule', models.CharField(max_length=30)),
                ('commission_minor', models.BigIntegerField()),
                ('net_minor', models.BigIntegerField()),
                ('refunded_minor', models.BigIntegerField(default=0)),
                ('released_minor', models.BigIntegerField(default=0)),
                ('recovered_minor', models.BigIntegerField(db_default=0, default=0, help_text='What was taken back from the business after its release.')),
                ('disputed_minor', models.BigIntegerField(db_default=0, default=0, help_text="What the customer's bank claims of what is in escrow.")),
                ('state', django_fsm.FSMField(choices=[('HELD', 'Held'), ('PENDING_CLEARANCE', 'Pending clearance'), ('FROZEN', 'Frozen'), ('RELEASED', 'Released'), ('REFUNDED', 'Refunded')], default='HELD', max_length=20)),
                ('funded_at', models.DateTimeField()),
                ('clearance_started_at', models.DateTimeField(blank=True, null=True)),
                ('release_due_at', models.DateTimeField(blank=True, null=True)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('frozen_from', models.CharField(blank=True, default='', max_length=20)),
                ('frozen_reason', models.TextField(blank=True, default='')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('release_reason', models.CharField(blank=True, default='', max_length=20)),
            ],
            options={
                'db_table': 'ledger_hold',
                'indexes': [models.Index(condition=models.Q(('state', 'PENDING_CLEARANCE')), fields=['release_due_at', 'id'], name='ledger_hold_due'), models.Index(fields=['business_id', 'currency', '-funded_at'], include=('gross_minor', 'refunded_minor'), name='ledger_hold_volume'), models.Index(condition=models.Q(('state__in', ['HELD', 'PENDING_CLEARANCE', 'FROZEN'])), fields=['business_id'], include=('net_minor', 'currency'), name='ledger_hold_pending'), models.Index(fields=['payment_id'], name='ledger_hold_payment'), models.Index(condition=models.Q(('state', 'FROZEN')), fields=['-id'], name='ledger_hold_frozen')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'REFUNDED'), _negated=True), fields=('unit_type', 'unit_id'), name='ledger_hold_one_per_unit'), models.CheckConstraint(condition=models.Q(('gross_minor__gt', 0)), name='ledger_hold_gross_positive'), models.CheckConstraint(condition=models.Q(('refunded_minor__gte', 0), ('released_minor__gte', 0), ('gross_minor__gte', django.db.models.expressions.CombinedExpression(models.F('refunded_minor'), '+', models.F('released_minor')))), name='ledger_hold_never_more_than_paid'), models.CheckConstraint(condition=models.Q(('commission_minor__gte', 0), ('net_minor__gte', 0), ('gross_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('commission_minor'), '+', models.F('net_minor')), '+', models.F('refunded_minor')))), name='ledger_hold_shares_make_the_whole'), models.CheckConstraint(condition=models.Q(('commission_rate_bp__gte', 0), ('commission_rate_bp__lte', 10000)), name='ledger_hold_rate_is_a_share')],
                'triggers': [pgtrigger.compiler.Trigger(name='ledger_hold_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='57dd37a7bcb3ce75d455a8318c465c6a0c82d6e2', operation='DELETE', pgid='pgtrigger_ledger_hold_kept_50c01', table='ledger_hold', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_hold_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'ledger_hold cannot be truncated';", hash='3448faa60add496a79dff2548cdb0e51e29709e6', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_hold_no_truncate_4697c', table='ledger_hold', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_hold_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{HELD:PENDING_CLEARANCE,HELD:FROZEN,HELD:REFUNDED,PENDING_CLEARANCE:HELD,PENDING_CLEARANCE:FROZEN,PENDING_CLEARANCE:RELEASED,PENDING_CLEARANCE:REFUNDED,FROZEN:HELD,FROZEN:PENDING_CLEARANCE,FROZEN:RELEASED,FROZEN:REFUNDED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='47c9e88cd5d833853efffeefb70488da86548090', operation='UPDATE', pgid='pgtrigger_ledger_hold_moves_eeb5a', table='ledger_hold', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SealBatch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('previous_hash', models.BinaryField()),
                ('hash', models.BinaryField(unique=True)),
                ('transfers', models.PositiveIntegerField()),
                ('cluster', models.BigIntegerField()),
                ('horizon', models.BigIntegerField()),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'seal batches',
                'constraints': [models.UniqueConstraint(fields=('previous_hash',), name='ledger_seal_chain_does_not_fork')],
                'triggers': [pgtrigger.compiler.Trigger(name='ledger_sealbatch_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d2323443100949b975351f7404354185dcfa2a75', operation='UPDATE OR DELETE', pgid='pgtrigger_ledger_sealbatch_append_only_4cd35', table='ledger_sealbatch', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_sealbatch_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'ledger_sealbatch is append-only: it cannot be truncated';", hash='02f3ac2e4303418884e6692a90fbd4f9247e55ec', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_sealbatch_no_truncate_9c900', table='ledger_sealbatch', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('PAYMENT', 'Payment'), ('GATEWAY_FEE', 'Gateway fee'), ('ESCROW_RELEASE', 'Escrow release'), ('ESCROW_REFUND', 'Escrow refund'), ('RECOVERY', 'Taken back after its release'), ('NETTING', 'What was owed is paid off'), ('WRITE_OFF', 'What was owed is written off'), ('CHARGEBACK', 'Dispute at the gateway'), ('TIP', 'Tip'), ('TIP_CLAIM', 'Kept tips handed over'), ('WALLET_CREDIT', 'Wallet credit'), ('RESERVATION', 'Set aside for a payment'), ('RESERVATION_END', 'Set aside no longer'), ('CREDIT_GRANT', 'Credits granted'), ('CREDIT_GIFT', 'Credits given'), ('SUSPENSE', 'Parked in suspense'), ('CLOSED_SWEEP', 'Closed account swept'), ('PAYOUT', 'Payout'), ('SUBSCRIPTION', 'Subscription to the platform'), ('EXCHANGE', 'Currency exchange'), ('REVERSAL', 'Reversal'), ('ADJUSTMENT', 'Adjustment')], max_length=20)),
                ('idempotency_key', models.CharField(db_collation='C', max_length=200)),
                ('business_key', models.CharField(db_collation='C', max_length=200, null=True)),
                ('body_hash', models.CharField(max_length=64)),
                ('cause_type', models.CharField(blank=True, max_length=40)),
                ('cause_id', models.UUIDField(null=True)),
                ('metadata', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('xid', models.BigIntegerField(db_default=apps.ledger.models.xid.CurrentTransactionId(), editable=False)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('cause_id__isnull', False), models.Q(('kind', 'PAYMENT'), _negated=True)), fields=['cause_id'], name='ledger_transfer_cause'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['xid'], name='ledger_transfer_xid', pages_per_range=16)],
                'constraints': [models.UniqueConstraint(fields=('idempotency_key',), name='ledger_transfer_idempotency_key'), models.UniqueConstraint(condition=models.Q(('business_key__isnull', False)), fields=('business_key',), name='ledger_transfer_business_key')],
                'triggers': [pgtrigger.compiler.Trigger(name='ledger_transfer_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='de75c7b604bcbab4481b58a58dcfa155e17bdeb1', operation='UPDATE OR DELETE', pgid='pgtrigger_ledger_transfer_append_only_39675', table='ledger_transfer', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_transfer_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'ledger_transfer is append-only: it cannot be truncated';", hash='7cbb488cd5d178681a4dde8680a51b388ac05951', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_transfer_no_truncate_2fce4', table='ledger_transfer', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='balance', serialize=False, to='ledger.account')),
                ('posted', models.BigIntegerField(default=0)),
                ('held', models.BigIntegerField(default=0)),
                ('may_be_negative', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('may_be_negative', True), ('posted__gte', models.F('held')), _connector='OR'), name='ledger_balance_not_below_zero'), models.CheckConstraint(condition=models.Q(('held__gte', 0)), name='ledger_balance_held_not_negative')],
                'triggers': [pgtrigger.compiler.Trigger(name='ledger_balance_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ca1092827aef1782ef72c3731b8ba2d1e6c8c4d7', operation='DELETE', pgid='pgtrigger_ledger_balance_kept_3bf3b', table='ledger_balance', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_balance_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'ledger_balance cannot be truncated';", hash='1b6b33df82c3f794b313f47136ab81b2f11f959c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_balance_no_truncate_ef4d1', table='ledger_balance', when='BEFORE'))],
            },
        ),
        migrations.AddField(
            model_name='balancesnapshot',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='dailytotal',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='daily_totals', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='entry',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.account'),
        ),
        migrations.AddField(
            model_name='entry',
            name='hold',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.escrowhold'),
        ),
        migrations.CreateModel(
            name='SealedTransfer',
            fields=[
                ('transfer', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='seal', serialize=False, to='ledger.transfer')),
                ('hash', models.BinaryField()),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='ledger_sealedtransfer_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4d9da20fc24cbd04dc35c9cf7dcf1707d3f56a16', operation='UPDATE OR DELETE', pgid='pgtrigger_ledger_sealedtransfer_append_only_89b16', table='ledger_sealedtransfer', when='BEFORE')), pgtrigger.compiler.Trigger(name='ledger_sealedtransfer_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'ledger_sealedtransfer is append-only: it cannot be truncated';", hash='0acab348186fc96e956f17f48a1fd1fe348bb056', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_ledger_sealedtransfer_no_truncate_7f0b4', table='ledger_sealedtransfer', when='BEFORE'))],
            },
        ),
        migrations.AddField(
            model_name='transfer',
            name='hold',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='ledger.escrowhold'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='reverses',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='ledger.transfer'),
        ),
        migrations.AddField(
            model_name='escrowhold',
            name='funding_transfer',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='funded_holds', to='ledger.transfer'),
        ),
        migrations.AddField(
            model_name='escrowhold',
            name='release_transfer',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.transfer'),
        ),
        migrations.AddField(
            model_name='entry',
            name='transfer',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.transfer'),
        ),
        migrations.AddConstraint(
            model_name='balancesnapshot',
            constraint=models.UniqueConstraint(fields=('account', 'cluster', 'horizon'), name='ledger_snapshot_account_horizon'),
        ),
        migrations.AddConstraint(
            model_name='dailytotal',
            constraint=models.UniqueConstraint(fields=('account', 'day'), include=('amount',), name='ledger_daily_total_account_day'),
        ),
        migrations.AddField(
            model_name='sealedtransfer',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sealed', to='ledger.sealbatch'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(condition=models.Q(('hold__isnull', False)), fields=['hold'], name='ledger_transfer_hold'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(condition=models.Q(('reverses__isnull', False)), fields=['reverses'], name='ledger_transfer_reverses'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'ESCROW_RELEASE')), fields=('hold',), name='ledger_transfer_one_release_per_hold'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('hold__isnull', False), models.Q(('kind__in', ['ESCROW_RELEASE', 'ESCROW_REFUND']), _negated=True), _connector='OR'), name='ledger_transfer_hold_of_escrow_kinds'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('reverses__isnull', False), models.Q(('kind', 'REVERSAL'), _negated=True), _connector='OR'), name='ledger_transfer_reversal_names_original'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('reverses', models.F('id')), _negated=True), name='ledger_transfer_not_its_own_reversal'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='escrowhold',
            trigger=pgtrigger.compiler.Trigger(name='ledger_hold_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."funding_transfer_id" IS DISTINCT FROM (NEW."funding_transfer_id") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."unit_type" IS DISTINCT FROM (NEW."unit_type") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."gross_minor" IS DISTINCT FROM (NEW."gross_minor") OR OLD."commission_rate_bp" IS DISTINCT FROM (NEW."commission_rate_bp") OR OLD."commission_rule" IS DISTINCT FROM (NEW."commission_rule") OR OLD."funded_at" IS DISTINCT FROM (NEW."funded_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='815087e9fbb0a56608e720a0275b8b09911ca9bc', operation='UPDATE', pgid='pgtrigger_ledger_hold_terms_80a6f', table='ledger_hold', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['account', 'xid'], include=('amount',), name='ledger_entry_tail'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['account', '-created_at', '-id'], name='ledger_entry_statement'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('hold__isnull', False)), fields=['hold'], include=('amount',), name='ledger_entry_hold'),
        ),
    ]
