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
    ]

    operations = [
        migrations.CreateModel(
            name='Break',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('gateway', models.CharField(max_length=20)),
                ('list_kind', models.CharField(choices=[('EVENT', 'EVENT'), ('BALANCE', 'BALANCE'), ('CHARGE', 'CHARGE'), ('REFUND', 'REFUND'), ('TRANSFER', 'TRANSFER'), ('DISPUTE', 'DISPUTE'), ('SETTLEMENT', 'SETTLEMENT'), ('SETTLED', 'SETTLED')], max_length=12)),
                ('kind', models.CharField(choices=[('MISSING_HERE', 'The gateway has it, we have not'), ('MISSING_THERE', 'We have it, the gateway has not'), ('AMOUNT', 'Another amount'), ('CURRENCY', 'Another currency'), ('FEE', 'Another fee'), ('STATUS', 'Another outcome'), ('DUPLICATE', 'Twice at the gateway'), ('SETTLEMENT', 'The settlement does not add up'), ('BALANCE', 'Another balance, of which nothing found so far is the cause'), ('TAMPERED', 'An event that is no longer as it was signed')], max_length=14)),
                ('subject', models.CharField(max_length=200)),
                ('here', models.CharField(max_length=120)),
                ('there', models.CharField(max_length=120)),
                ('gap_minor', apps.core.fields.MinorUnitsField(default=0)),
                ('net_gap_minor', apps.core.fields.MinorUnitsField(default=0)),
                ('currency', models.CharField(max_length=3)),
                ('account', models.CharField(blank=True, default='', max_length=120)),
                ('payment_id', models.UUIDField(blank=True, null=True)),
                ('record_id', models.UUIDField(blank=True, help_text='Our own row that the difference is about.', null=True)),
                ('occurred_at', models.DateTimeField()),
                ('found_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('times_found', models.PositiveIntegerField(default=1)),
                ('state', django_fsm.FSMField(choices=[('OPEN', 'Open'), ('PROPOSED', 'Waiting for a second person'), ('RESOLVED', 'Resolved'), ('CLOSED', 'Gone by itself')], default='OPEN', max_length=10)),
                ('resolution', models.CharField(blank=True, choices=[('EXPLAINED', 'Explained: nothing is posted'), ('CORRECTED', 'A correcting transfer'), ('REVERSED', 'A transfer is reversed')], default='', max_length=10)),
                ('reason', models.TextField(blank=True, default='')),
                ('legs', models.JSONField(blank=True, default=list, help_text='[address, minor units]: credit above zero.')),
                ('reverses_id', models.UUIDField(blank=True, null=True)),
                ('proposed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_back_reason', models.TextField(blank=True, default='')),
                ('transfer_id', models.UUIDField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('OPEN', 'PROPOSED'))), fields=['gateway', 'id'], name='break_live'), models.Index(condition=models.Q(('payment_id__isnull', False)), fields=['payment_id'], name='break_of_payment'), models.Index(condition=models.Q(('state', 'RESOLVED')), fields=['ended_at'], name='break_resolved')],
                'constraints': [models.UniqueConstraint(fields=('gateway', 'list_kind', 'kind', 'subject', 'here', 'there'), name='break_same_difference_once'), models.CheckConstraint(condition=models.Q(models.Q(('legs', []), ('resolution__in', ['', 'EXPLAINED'])), models.Q(('resolution__in', ['CORRECTED', 'REVERSED']), models.Q(('legs', []), _negated=True)), _connector='OR'), name='break_correction_has_legs'), models.CheckConstraint(condition=models.Q(models.Q(('resolution', 'REVERSED'), ('reverses_id__isnull', False)), models.Q(models.Q(('resolution', 'REVERSED'), _negated=True), ('reverses_id__isnull', True)), _connector='OR'), name='break_reversal_names_original'), models.CheckConstraint(condition=models.Q(models.Q(('resolution__in', ['CORRECTED', 'REVERSED']), ('state', 'RESOLVED'), ('transfer_id__isnull', False)), models.Q(models.Q(('resolution__in', ['CORRECTED', 'REVERSED']), ('state', 'RESOLVED'), _negated=True), ('transfer_id__isnull', True)), _connector='OR'), name='break_corrected_names_its_transfer'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ('OPEN', 'PROPOSED'))), models.Q(models.Q(('state__in', ('OPEN', 'PROPOSED')), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='break_ended_has_its_moment')],
                'triggers': [pgtrigger.compiler.Trigger(name='break_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='bb8f472093f8a34a0997d5bf0a9d29eb7cef8e07', operation='DELETE', pgid='pgtrigger_break_never_deleted_d5977', table='reconciliation_break', when='BEFORE')), pgtrigger.compiler.Trigger(name='break_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{OPEN:PROPOSED,PROPOSED:OPEN,PROPOSED:RESOLVED,OPEN:CLOSED,PROPOSED:CLOSED,CLOSED:OPEN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='8f1d09c6827419e774a9e8748dad71e0085cf872', operation='UPDATE', pgid='pgtrigger_break_moves_4658e', table='reconciliation_break', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='GatewayLine',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('gateway', models.CharField(max_length=20)),
                ('kind', models.CharField(choices=[('CHARGE', 'CHARGE'), ('REFUND', 'REFUND'), ('TRANSFER', 'TRANSFER'), ('DISPUTE', 'DISPUTE'), ('SETTLEMENT', 'SETTLEMENT'), ('SETTLED', 'SETTLED')], max_length=12)),
                ('line_id', models.CharField(max_length=160)),
                ('gateway_id', models.CharField(blank=True, default='', max_length=160)),
                ('reference', models.CharField(blank=True, default='', max_length=160)),
                ('charge_reference', models.CharField(blank=True, default='', max_length=160)),
                ('charge_id', models.CharField(blank=True, default='', max_length=160)),
                ('settlement', models.CharField(blank=True, default='', max_length=160)),
                ('status', models.CharField(max_length=12)),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('fee_minor', apps.core.fields.MinorUnitsField()),
                ('net_minor', apps.core.fields.MinorUnitsField(null=True)),
                ('currency', models.CharField(max_length=3)),
                ('made_at', models.DateTimeField()),
                ('read_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['gateway', 'kind', 'made_at', 'id'], name='line_by_time'), models.Index(fields=['reference'], name='line_by_reference'), models.Index(fields=['gateway_id'], name='line_by_gateway_id'), models.Index(condition=models.Q(('settlement', ''), _negated=True), fields=['settlement'], name='line_by_settlement')],
                'constraints': [models.UniqueConstraint(fields=('gateway', 'kind', 'line_id'), name='line_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='line_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='bcd529ad05980c7011260c12d41857e72308f1b3', operation='DELETE', pgid='pgtrigger_line_never_deleted_9b3a4', table='reconciliation_gatewayline', when='BEFORE')), pgtrigger.compiler.Trigger(name='line_identity', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."line_id" IS DISTINCT FROM (NEW."line_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='df26eafa6d6db853ca3f04b09617142755827df6', operation='UPDATE', pgid='pgtrigger_line_identity_05a60', table='reconciliation_gatewayline', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ReconciliationRun',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('gateway', models.CharField(max_length=20)),
                ('day', models.DateField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('state', django_fsm.FSMField(choices=[('RUNNING', 'Running'), ('INTERRUPTED', 'Interrupted'), ('DONE', 'Done'), ('FAILED', 'Failed')], default='RUNNING', max_length=12)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=1)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('read', models.JSONField(blank=True, default=list)),
                ('lines', models.PositiveIntegerField(default=0, help_text="What the gateway's lists hold for the day.")),
                ('in_flight', models.PositiveIntegerField(default=0, help_text='Too fresh to be judged; the next run does.')),
                ('found', models.PositiveIntegerField(default=0, help_text='Breaks that were found, old ones included.')),
                ('fresh', models.PositiveIntegerField(default=0, help_text='Breaks that nobody had found before.')),
                ('healed', models.PositiveIntegerField(default=0, help_text='Differences that were made good by asking the gateway.')),
                ('closed', models.PositiveIntegerField(default=0, help_text='Breaks that are gone.')),
                ('balances', models.JSONField(blank=True, default=list, help_text='By currency: what the gateway has, what our books say, and what is between.')),
                ('problem', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['gateway', '-day', '-id'], name='run_of_gateway')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('RUNNING', 'INTERRUPTED'))), fields=('gateway',), name='run_one_at_a_time_per_gateway'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='run_day_has_a_length'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('next_attempt_at__isnull', False), ('state__in', ('RUNNING', 'INTERRUPTED'))), models.Q(models.Q(('state__in', ('RUNNING', 'INTERRUPTED')), _negated=True), ('finished_at__isnull', False), ('next_attempt_at__isnull', True)), _connector='OR'), name='run_ended_has_its_moment')],
                'triggers': [pgtrigger.compiler.Trigger(name='run_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c9237c92efefc97c4e55a4b7bba9bac73e3bc1de', operation='DELETE', pgid='pgtrigger_run_never_deleted_42bbc', table='reconciliation_reconciliationrun', when='BEFORE')), pgtrigger.compiler.Trigger(name='run_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{RUNNING:DONE,RUNNING:INTERRUPTED,INTERRUPTED:RUNNING,INTERRUPTED:FAILED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='c5aaf934f5716cf47dc35d1ccc9a92905ef6128b', operation='UPDATE', pgid='pgtrigger_run_moves_4e395', table='reconciliation_reconciliationrun', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='BooksProof',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('faults', models.PositiveIntegerField()),
                ('named', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'proof of the books',
                'verbose_name_plural': 'proofs of the books',
                'indexes': [models.Index(fields=['-made_at'], name='proof_newest')],
                'triggers': [pgtrigger.compiler.Trigger(name='reconciliation_booksproof_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a4324a36be6381c064828c5131fc177caa82cf1e', operation='UPDATE OR DELETE', pgid='pgtrigger_reconciliation_booksproof_append_only_9f954', table='reconciliation_booksproof', when='BEFORE')), pgtrigger.compiler.Trigger(name='reconciliation_booksproof_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'reconciliation_booksproof is append-only: it cannot be truncated';", hash='4c667f76cecf8a648c6c8aca871b3e14dd6c0ee7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_reconciliation_booksproof_no_truncate_c3254', table='reconciliation_booksproof', when='BEFORE'))],
            },
        ),
        migrations.AddField(
            model_name='break',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='break',
            name='proposed_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='break',
            name='line',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='breaks', to='reconciliation.gatewayline'),
        ),
        migrations.AddField(
            model_name='reconciliationrun',
            name='asked_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='break',
            name='first_run',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reconciliation.reconciliationrun'),
        ),
        migrations.AddField(
            model_name='break',
            name='last_run',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reconciliation.reconciliationrun'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reconciliationrun',
            trigger=pgtrigger.compiler.Trigger(name='run_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."day" IS DISTINCT FROM (NEW."day") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9790f37d5f2fb8ae5c3c45de63eea7da1b725165', operation='UPDATE', pgid='pgtrigger_run_terms_0bd16', table='reconciliation_reconciliationrun', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='break',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'OPEN'), ('legs', []), ('proposed_at__isnull', True), ('proposed_by__isnull', True), ('reason', ''), ('resolution', ''), ('reverses_id__isnull', True)), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False), ('resolution__in', ['EXPLAINED', 'CORRECTED', 'REVERSED']), ('state__in', ['PROPOSED', 'RESOLVED']), models.Q(('reason', ''), _negated=True)), models.Q(('state', 'CLOSED'), ('legs', []), ('proposed_at__isnull', True), ('proposed_by__isnull', True), ('reason', ''), ('resolution', ''), ('reverses_id__isnull', True)), _connector='OR'), name='break_proposal_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='break',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('state', 'RESOLVED')), models.Q(models.Q(('state', 'RESOLVED'), _negated=True), ('decided_by__isnull', True)), _connector='OR'), name='break_resolved_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='break',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', models.F('proposed_by')), _negated=True), name='break_resolved_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='break',
            trigger=pgtrigger.compiler.Trigger(name='break_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."gateway" IS DISTINCT FROM (NEW."gateway") OR OLD."list_kind" IS DISTINCT FROM (NEW."list_kind") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."here" IS DISTINCT FROM (NEW."here") OR OLD."there" IS DISTINCT FROM (NEW."there") OR OLD."gap_minor" IS DISTINCT FROM (NEW."gap_minor") OR OLD."net_gap_minor" IS DISTINCT FROM (NEW."net_gap_minor") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."account" IS DISTINCT FROM (NEW."account") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."record_id" IS DISTINCT FROM (NEW."record_id") OR OLD."occurred_at" IS DISTINCT FROM (NEW."occurred_at") OR OLD."first_run_id" IS DISTINCT FROM (NEW."first_run_id") OR OLD."found_at" IS DISTINCT FROM (NEW."found_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d025fbc8c1855f60fd7dd92bf2036962ff493a1f', operation='UPDATE', pgid='pgtrigger_break_terms_827af', table='reconciliation_break', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='break',
            trigger=pgtrigger.compiler.Trigger(name='break_resolved_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'RESOLVED\' AND (OLD."legs" IS DISTINCT FROM (NEW."legs") OR OLD."resolution" IS DISTINCT FROM (NEW."resolution") OR OLD."transfer_id" IS DISTINCT FROM (NEW."transfer_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='03254fc4d433f6a317b8b83648c32780138ef358', operation='UPDATE', pgid='pgtrigger_break_resolved_stays_63fe2', table='reconciliation_break', when='BEFORE')),
        ),
    ]
