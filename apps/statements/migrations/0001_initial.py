import apps.core.clock
import apps.core.fields
import apps.core.ids
import django.core.serializers.json
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
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
            name='CommissionSeries',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('INVOICE', 'Invoice'), ('CREDIT_NOTE', 'Credit note')], max_length=12, unique=True)),
                ('code', models.CharField(help_text='What stands before the number.', max_length=16, unique=True)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'commission series',
                'triggers': [pgtrigger.compiler.Trigger(name='commission_series_one_by_one', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.last <> OLD.last + 1 OR pg_trigger_depth() < 2 THEN\n        RAISE EXCEPTION 'the numbers of series % go up one by one, with a paper each', OLD.code;\n    END IF;\n    RETURN NEW;\n", hash='84492947e2074715cbd840171f22e2a5d50041cb', operation='UPDATE OF "last"', pgid='pgtrigger_commission_series_one_by_one_a7515', table='statements_commissionseries', when='BEFORE')), pgtrigger.compiler.Trigger(name='commission_series_begins_at_nothing', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.last <> 0)', func="RAISE EXCEPTION 'a series begins at nothing';", hash='b58c9cb8c96b8cd054d96f5fa6deaf00a696a34f', operation='INSERT', pgid='pgtrigger_commission_series_begins_at_nothing_65887', table='statements_commissionseries', when='BEFORE')), pgtrigger.compiler.Trigger(name='commission_series_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='201226c641284c115f5d032251374d7d4415025e', operation='UPDATE', pgid='pgtrigger_commission_series_terms_dced3', table='statements_commissionseries', when='BEFORE')), pgtrigger.compiler.Trigger(name='commission_series_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='6e65d3e088d9be4030cff4d1b8f08230a9b50279', operation='DELETE', pgid='pgtrigger_commission_series_never_deleted_44337', table='statements_commissionseries', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('reference', models.CharField(max_length=40, unique=True)),
                ('currency', apps.core.fields.CurrencyField()),
                ('month', models.DateField(help_text='Its first day.')),
                ('time_zone', models.CharField(max_length=64)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('opening_minor', apps.core.fields.MinorUnitsField()),
                ('closing_minor', apps.core.fields.MinorUnitsField()),
                ('opening_owed_minor', apps.core.fields.MinorUnitsField(default=0)),
                ('closing_owed_minor', apps.core.fields.MinorUnitsField(default=0)),
                ('lines', models.JSONField(blank=True, default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('last_entry_id', models.BigIntegerField(default=0)),
                ('holder', models.JSONField(help_text='Name, address and TIN.')),
                ('issued_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('month__day', 1)), name='statement_begins_a_month'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at')), ('issued_at__gte', models.F('ends_at'))), name='statement_of_what_is_over'), models.CheckConstraint(condition=models.Q(('closing_owed_minor__lte', 0), ('opening_owed_minor__lte', 0)), name='statement_owes_below_zero')],
                'triggers': [pgtrigger.compiler.Trigger(name='statement_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cb9ef31e23361f755819d7c4bfe8027bc925051c', operation='UPDATE OR DELETE', pgid='pgtrigger_statement_never_changes_9e5f6', table='statements_statement', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='CommissionInvoice',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('INVOICE', 'Invoice'), ('CREDIT_NOTE', 'Credit note')], max_length=12)),
                ('number', models.PositiveIntegerField(default=0, help_text="The database's own count.")),
                ('reference', models.CharField(blank=True, default='', max_length=32)),
                ('currency', apps.core.fields.CurrencyField()),
                ('month', models.DateField()),
                ('sales_minor', apps.core.fields.MinorUnitsField(help_text='What the commission was charged on, less what went back of it.')),
                ('gross_minor', apps.core.fields.MinorUnitsField(help_text='The commission, tax included.')),
                ('vat_minor', apps.core.fields.MinorUnitsField(default=0, help_text='The tax in it.', verbose_name='VAT')),
                ('vat_rate_bp', models.PositiveSmallIntegerField(default=0, help_text='In basis points.', verbose_name='VAT rate')),
                ('seller', models.JSONField(help_text='The platform: name, address, TIN.')),
                ('buyer', models.JSONField(help_text='The business: name, address, TIN.')),
                ('issued_at', models.DateTimeField()),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('series', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='statements.commissionseries')),
            ],
            options={
                'indexes': [models.Index(fields=['business', '-month', '-id'], name='commission_of_business')],
                'constraints': [models.UniqueConstraint(fields=('series', 'number'), name='commission_number_once'), models.UniqueConstraint(fields=('reference',), name='commission_reference_once'), models.CheckConstraint(condition=models.Q(('gross_minor__gt', 0)), name='commission_amount_positive'), models.CheckConstraint(condition=models.Q(('vat_minor__gte', 0), ('vat_minor__lt', models.F('gross_minor'))), name='commission_tax_is_part_of_it')],
            },
        ),
        migrations.AddField(
            model_name='statement',
            name='business',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business'),
        ),
        migrations.AddField(
            model_name='statement',
            name='user',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='commissioninvoice',
            name='statement',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='commission_invoice', to='statements.statement'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['business', '-month', '-id'], name='statement_of_business'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(condition=models.Q(('user__isnull', False)), fields=['user', '-month', '-id'], name='statement_of_user'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('business__isnull', False), ('user__isnull', True)), models.Q(('business__isnull', True), ('user__isnull', False)), _connector='OR'), name='statement_of_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('business', 'user', 'currency', 'month'), name='statement_once_a_month', nulls_distinct=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='statement_adds_up', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE before_minor bigint; before_owed bigint; moved bigint; moved_owed bigint;', func="\n    SELECT closing_minor, closing_owed_minor INTO before_minor, before_owed FROM statements_statement\n        WHERE business_id IS NOT DISTINCT FROM NEW.business_id AND user_id IS NOT DISTINCT FROM NEW.user_id\n            AND currency = NEW.currency AND month < NEW.month\n        ORDER BY month DESC LIMIT 1;\n    IF FOUND AND (before_minor, before_owed) <> (NEW.opening_minor, NEW.opening_owed_minor) THEN\n        RAISE EXCEPTION 'statement %: it opens with another balance than the one before it closed with', NEW.reference;\n    END IF;\n    IF EXISTS (\n        SELECT 1 FROM statements_statement\n        WHERE business_id IS NOT DISTINCT FROM NEW.business_id AND user_id IS NOT DISTINCT FROM NEW.user_id\n            AND currency = NEW.currency AND month > NEW.month\n    ) THEN\n        RAISE EXCEPTION 'statement %: a later one has been issued', NEW.reference;\n    END IF;\n    SELECT coalesce(sum((line->>'amount_minor')::bigint), 0), coalesce(sum((line->>'owed_minor')::bigint), 0)\n        INTO moved, moved_owed FROM jsonb_array_elements(NEW.lines) AS line;\n    IF (NEW.opening_minor + moved, NEW.opening_owed_minor + moved_owed)\n        <> (NEW.closing_minor, NEW.closing_owed_minor) THEN\n        RAISE EXCEPTION 'statement %: its lines are not what is between its balances', NEW.reference;\n    END IF;\n    RETURN NEW;\n", hash='4c83db60ff71d16bdd8153c9584b629aabf40adf', operation='INSERT', pgid='pgtrigger_statement_adds_up_7b428', table='statements_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commissioninvoice',
            trigger=pgtrigger.compiler.Trigger(name='commission_is_numbered', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    UPDATE statements_commissionseries SET last = last + 1 WHERE id = NEW.series_id AND kind = NEW.kind\n        RETURNING last, code || '-' || lpad(last::text, 6, '0') INTO NEW.number, NEW.reference;\n    IF NOT FOUND THEN\n        RAISE EXCEPTION 'series % is not for this kind', NEW.series_id;\n    END IF;\n    RETURN NEW;\n", hash='8238542d2eba5097f0c8aef2f00fc2351ba2408f', operation='INSERT', pgid='pgtrigger_commission_is_numbered_6cddf', table='statements_commissioninvoice', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commissioninvoice',
            trigger=pgtrigger.compiler.Trigger(name='commission_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='12b11f951db692fd80c0d9d46c355bbd33b45e70', operation='UPDATE OR DELETE', pgid='pgtrigger_commission_never_changes_210a6', table='statements_commissioninvoice', when='BEFORE')),
        ),
    ]
