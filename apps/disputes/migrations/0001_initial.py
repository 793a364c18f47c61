import apps.core.clock
import apps.core.fields
import apps.core.ids
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('catalog', '0002_functions'),
        ('ledger', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('unit_type', models.CharField(max_length=20)),
                ('unit_id', models.UUIDField()),
                ('reference', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('opened_at', models.DateTimeField()),
                ('reason', models.CharField(choices=[('NOT_DONE', 'The work was not done'), ('POOR_WORK', 'The work was done badly'), ('DAMAGE', 'Something was damaged'), ('WRONG_AMOUNT', 'The amount is wrong'), ('OTHER', 'Another reason')], max_length=12)),
                ('note', models.TextField(help_text="In the customer's words.")),
                ('currency', apps.core.fields.CurrencyField()),
                ('frozen_minor', apps.core.fields.MinorUnitsField(help_text='What was frozen for it, over all holds.')),
                ('asked_minor', apps.core.fields.MinorUnitsField(blank=True, help_text='What the customer asks back, where they say so.', null=True)),
                ('state', django_fsm.FSMField(choices=[('OPEN', 'Open'), ('DECIDED', 'Decided'), ('WITHDRAWN', 'Withdrawn by the customer'), ('OVERTAKEN', 'Its money went another way')], default='OPEN', max_length=10)),
                ('due_at', models.DateTimeField(help_text='Until when it should be decided.')),
                ('alerted_at', models.DateTimeField(blank=True, help_text='When operations were told that it is overdue.', null=True)),
                ('proposed_decision', models.CharField(blank=True, choices=[('RELEASE', 'All to the business'), ('REFUND', 'All back to the customer'), ('SPLIT', 'A part back, the rest to the business')], max_length=8)),
                ('proposed_refund_minor', apps.core.fields.MinorUnitsField(blank=True, null=True)),
                ('proposed_reason', models.TextField(blank=True)),
                ('proposed_at', models.DateTimeField(blank=True, null=True)),
                ('decision', models.CharField(blank=True, choices=[('RELEASE', 'All to the business'), ('REFUND', 'All back to the customer'), ('SPLIT', 'A part back, the rest to the business')], max_length=8)),
                ('refund_minor', apps.core.fields.MinorUnitsField(default=0)),
                ('released_minor', apps.core.fields.MinorUnitsField(default=0)),
                ('decided_reason', models.TextField(blank=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['unit_id', 'unit_type'], name='dispute_of_unit'), models.Index(fields=['customer', '-id'], name='dispute_of_customer'), models.Index(fields=['business', '-id'], name='dispute_of_business'), models.Index(condition=models.Q(('state', 'OPEN')), fields=['due_at', 'id'], name='dispute_to_decide')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('unit_type', 'unit_id'), name='dispute_open_once'), models.CheckConstraint(condition=models.Q(('frozen_minor__gt', 0)), name='dispute_is_about_money'), models.CheckConstraint(condition=models.Q(('asked_minor__isnull', True), models.Q(('asked_minor__gt', 0), ('asked_minor__lte', models.F('frozen_minor'))), _connector='OR'), name='dispute_asks_what_is_held'), models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'DECIDED', 'WITHDRAWN', 'OVERTAKEN'])), name='dispute_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='dispute_ended_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('decision__in', ['RELEASE', 'REFUND', 'SPLIT']), ('state', 'DECIDED'), models.Q(('decided_reason', ''), _negated=True)), models.Q(models.Q(('state', 'DECIDED'), _negated=True), ('decided_by__isnull', True), ('decided_reason', ''), ('decision', ''), ('refund_minor', 0), ('released_minor', 0)), _connector='OR'), name='dispute_decided_by_whom_and_why'), models.CheckConstraint(condition=models.Q(('decision', ''), models.Q(('decision', 'RELEASE'), ('refund_minor', 0), ('released_minor__gt', 0)), models.Q(('decision', 'REFUND'), ('refund_minor__gt', 0), ('released_minor', 0)), models.Q(('decision', 'SPLIT'), ('refund_minor__gt', 0), ('released_minor__gt', 0)), _connector='OR'), name='dispute_money_goes_as_decided'), models.CheckConstraint(condition=models.Q(('frozen_minor__gte', django.db.models.expressions.CombinedExpression(models.F('refund_minor'), '+', models.F('released_minor')))), name='dispute_never_more_than_frozen'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by', models.F('customer')), _negated=True), models.Q(('decided_by', models.F('opened_by')), _negated=True)), name='dispute_not_decided_by_the_customer'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('proposed_by')), _negated=True), name='dispute_decided_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('proposed_at__isnull', True), ('proposed_by__isnull', True), ('proposed_decision', ''), ('proposed_reason', ''), ('proposed_refund_minor__isnull', True)), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False), ('proposed_decision__in', ['REFUND', 'SPLIT']), ('proposed_refund_minor__gt', 0), models.Q(('proposed_reason', ''), _negated=True)), _connector='OR'), name='dispute_proposal_is_whole')],
                'triggers': [pgtrigger.compiler.Trigger(name='dispute_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='8de6354c09441842adce2e6bc568f6b316662698', operation='DELETE', pgid='pgtrigger_dispute_never_deleted_5ea6c', table='disputes_dispute', when='BEFORE')), pgtrigger.compiler.Trigger(name='dispute_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{OPEN:DECIDED,OPEN:WITHDRAWN,OPEN:OVERTAKEN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='28fe224f34bbbe217c2ca2560de3b71cb84ec367', operation='UPDATE', pgid='pgtrigger_dispute_moves_6ee2a', table='disputes_dispute', when='BEFORE')), pgtrigger.compiler.Trigger(name='dispute_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."unit_type" IS DISTINCT FROM (NEW."unit_type") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."frozen_minor" IS DISTINCT FROM (NEW."frozen_minor") OR OLD."asked_minor" IS DISTINCT FROM (NEW."asked_minor") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e3f2ee47f0902d0206f485a4e258126bff3b9de9', operation='UPDATE', pgid='pgtrigger_dispute_terms_304a0', table='disputes_dispute', when='BEFORE')), pgtrigger.compiler.Trigger(name='dispute_ended_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."state" = \'OPEN\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e9bffa971f507abfa67ead6a38111c411433515e', operation='UPDATE', pgid='pgtrigger_dispute_ended_stays_7bf6b', table='disputes_dispute', when='BEFORE')), pgtrigger.compiler.Trigger(name='dispute_frozen_while_open', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n    IF EXISTS (SELECT FROM disputes_dispute d WHERE d.id = NEW.id AND d.state = 'OPEN') IS DISTINCT FROM EXISTS (\n        SELECT FROM disputes_disputedhold m JOIN ledger_hold h ON h.id = m.hold_id\n        WHERE m.dispute_id = NEW.id AND h.state = 'FROZEN' AND h.disputed_minor = 0 AND NOT EXISTS (\n            SELECT FROM disputes_disputedhold o JOIN disputes_dispute d ON d.id = o.dispute_id\n            WHERE o.hold_id = h.id AND o.dispute_id <> NEW.id AND d.state = 'OPEN')) THEN\n        RAISE EXCEPTION 'the money of dispute % is frozen while it is open, and only then', NEW.id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'dispute_frozen_while_open';\n    END IF;\n    RETURN NULL;\n", hash='39000f5cae42e6cd6aedc8202a105fb35a7c69c8', operation='INSERT OR UPDATE OF "state"', pgid='pgtrigger_dispute_frozen_while_open_2bdda', table='disputes_dispute', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='DisputedHold',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('frozen_minor', apps.core.fields.MinorUnitsField()),
                ('dispute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='disputes.dispute')),
                ('hold', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.escrowhold')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('dispute', 'hold'), name='disputed_hold_once'), models.CheckConstraint(condition=models.Q(('frozen_minor__gt', 0)), name='disputed_hold_has_money')],
                'triggers': [pgtrigger.compiler.Trigger(name='disputes_disputedhold_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f994768e66a28e01bef3db0c533c01831d05fa8f', operation='UPDATE OR DELETE', pgid='pgtrigger_disputes_disputedhold_append_only_e5f33', table='disputes_disputedhold', when='BEFORE')), pgtrigger.compiler.Trigger(name='disputes_disputedhold_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'disputes_disputedhold is append-only: it cannot be truncated';", hash='32ba80260fa9c40fbd6bfb7afeb736d142fae373', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_disputes_disputedhold_no_truncate_205dc', table='disputes_disputedhold', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='DisputeMessage',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('CUSTOMER', 'The customer'), ('BUSINESS', 'The business'), ('OPS', "The marketplace's operations")], max_length=8)),
                ('words', models.TextField()),
                ('is_internal', models.BooleanField(default=False, help_text='For operations alone.')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='disputes.dispute')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['dispute', 'id'], name='dispute_message_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='dispute_message_says_something'), models.CheckConstraint(condition=models.Q(('side__in', ['CUSTOMER', 'BUSINESS', 'OPS'])), name='dispute_message_side_known'), models.CheckConstraint(condition=models.Q(('is_internal', False), ('side', 'OPS'), _connector='OR'), name='dispute_note_is_of_operations')],
                'triggers': [pgtrigger.compiler.Trigger(name='disputes_disputemessage_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9c1bae1f7f3e3e168855530fa82ea8b8eab51ee1', operation='UPDATE OR DELETE', pgid='pgtrigger_disputes_disputemessage_append_only_d3a3c', table='disputes_disputemessage', when='BEFORE')), pgtrigger.compiler.Trigger(name='disputes_disputemessage_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'disputes_disputemessage is append-only: it cannot be truncated';", hash='ce64eb54279dbdff8c577e13de72f5e724047a11', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_disputes_disputemessage_no_truncate_63cbe', table='disputes_disputemessage', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('CUSTOMER', 'The customer'), ('BUSINESS', 'The business'), ('OPS', "The marketplace's operations")], max_length=8)),
                ('title', models.CharField(max_length=160)),
                ('file_name', models.CharField(max_length=300)),
                ('is_internal', models.BooleanField(default=False, help_text='For operations alone.')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='disputes.dispute')),
                ('message', models.ForeignKey(blank=True, db_index=False, help_text='What it came with; empty for what the dispute was opened with.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='disputes.disputemessage')),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['dispute', 'id'], name='evidence_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('file_name', ''), _negated=True), name='evidence_names_its_file'), models.CheckConstraint(condition=models.Q(('is_internal', False), ('side', 'OPS'), _connector='OR'), name='evidence_note_is_of_operations')],
                'triggers': [pgtrigger.compiler.Trigger(name='disputes_evidence_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b6365fd46eb726a0093f421f78d4077c964612c0', operation='UPDATE OR DELETE', pgid='pgtrigger_disputes_evidence_append_only_7d9c9', table='disputes_evidence', when='BEFORE')), pgtrigger.compiler.Trigger(name='disputes_evidence_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'disputes_evidence is append-only: it cannot be truncated';", hash='626e18a739d9f39e4d295d614c18726a246cb9a4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_disputes_evidence_no_truncate_a2675', table='disputes_evidence', when='BEFORE'))],
            },
        ),
    ]
