import apps.core.clock
import apps.core.fields
import apps.core.ids
import django.core.serializers.json
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('catalog', '0002_functions'),
        ('payments', '0002_functions'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('INVOICE', 'Invoice'), ('CREDIT_NOTE', 'Credit note')], max_length=12)),
                ('code', models.CharField(help_text='What stands before the number.', max_length=16, unique=True)),
                ('last', models.PositiveIntegerField(default=0)),
                ('business', models.ForeignKey(blank=True, db_index=False, help_text="Empty: the platform's own.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
            ],
            options={
                'verbose_name_plural': 'number series',
                'constraints': [models.UniqueConstraint(fields=('business', 'kind'), name='series_one_of_each_kind', nulls_distinct=False)],
                'triggers': [pgtrigger.compiler.Trigger(name='series_one_by_one', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.last <> OLD.last + 1 OR pg_trigger_depth() < 2 THEN\n        RAISE EXCEPTION 'the numbers of series % go up one by one, with an invoice each', OLD.code;\n    END IF;\n    RETURN NEW;\n", hash='a64a0ca690e91b9776de19683c113fa8ba9e7d61', operation='UPDATE OF "last"', pgid='pgtrigger_series_one_by_one_ff151', table='invoices_numberseries', when='BEFORE')), pgtrigger.compiler.Trigger(name='series_begins_at_nothing', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.last <> 0)', func="RAISE EXCEPTION 'a series begins at nothing';", hash='12f476cb050c6a977a531dea73b68a3d2fc5f7e8', operation='INSERT', pgid='pgtrigger_series_begins_at_nothing_d602c', table='invoices_numberseries', when='BEFORE')), pgtrigger.compiler.Trigger(name='series_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a895d6dbca9a79b4a12cc09bcf7a8e016a7cc3ad', operation='UPDATE', pgid='pgtrigger_series_terms_d26e1', table='invoices_numberseries', when='BEFORE')), pgtrigger.compiler.Trigger(name='series_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ac47224b8aa7d97d248c1262844dd4f8c524a7c8', operation='DELETE', pgid='pgtrigger_series_never_deleted_9d78a', table='invoices_numberseries', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('INVOICE', 'Invoice'), ('CREDIT_NOTE', 'Credit note')], max_length=12)),
                ('transfer_id', models.UUIDField(blank=True, help_text='Where it was paid out of what the business can withdraw.', null=True, unique=True)),
                ('number', models.PositiveIntegerField(default=0, help_text="The database's own count.")),
                ('reference', models.CharField(blank=True, default='', max_length=32)),
                ('currency', apps.core.fields.CurrencyField()),
                ('gross_minor', apps.core.fields.MinorUnitsField(help_text='What was paid, tax included.')),
                ('vat_minor', apps.core.fields.MinorUnitsField(default=0, help_text='The tax in it.', verbose_name='VAT')),
                ('vat_rate_bp', models.PositiveSmallIntegerField(default=0, help_text='In basis points.', verbose_name='VAT rate')),
                ('lines', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, help_text='What for: description and gross_minor.')),
                ('seller', models.JSONField(help_text='Name, address, TIN, telephone.')),
                ('buyer', models.JSONField(help_text='Name and e-mail.')),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('issued_at', models.DateTimeField()),
                ('business', models.ForeignKey(blank=True, db_index=False, help_text='The seller; empty where that is the platform.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('buyer_business', models.ForeignKey(blank=True, db_index=False, help_text='Whose plan it is, where the platform sold it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('corrects', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='invoices.invoice')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='payments.payment')),
                ('refund', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_note', to='payments.refund')),
                ('series', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoices.numberseries')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-issued_at', '-id'], name='invoice_of_customer'), models.Index(fields=['business', '-issued_at', '-id'], name='invoice_of_business'), models.Index(condition=models.Q(('buyer_business__isnull', False)), fields=['buyer_business', '-issued_at', '-id'], name='invoice_to_business'), models.Index(condition=models.Q(('corrects__isnull', False)), fields=['corrects'], name='invoice_corrected_by')],
                'constraints': [models.UniqueConstraint(fields=('series', 'number'), name='invoice_number_once'), models.UniqueConstraint(fields=('reference',), name='invoice_reference_once'), models.UniqueConstraint(condition=models.Q(('kind', 'INVOICE'), ('payment__isnull', False)), fields=('payment', 'business', 'buyer_business'), name='invoice_once_per_payment', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('business__isnull', False), ('buyer_business', None)), models.Q(('business', None), ('buyer_business__isnull', False)), _connector='OR'), name='invoice_of_a_business_or_the_platform'), models.CheckConstraint(condition=models.Q(models.Q(('payment__isnull', False), ('transfer_id', None)), models.Q(('business', None), ('payment', None), ('transfer_id__isnull', False)), _connector='OR'), name='invoice_paid_in_one_way'), models.CheckConstraint(condition=models.Q(('gross_minor__gt', 0)), name='invoice_amount_positive'), models.CheckConstraint(condition=models.Q(('vat_minor__gte', 0), ('vat_minor__lt', models.F('gross_minor'))), name='invoice_tax_is_part_of_it'), models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', True), ('kind', 'INVOICE'), ('refund__isnull', True)), models.Q(('corrects__isnull', False), ('kind', 'CREDIT_NOTE'), ('payment__isnull', False), ('refund__isnull', False)), models.Q(('corrects__isnull', False), ('kind', 'CREDIT_NOTE'), ('refund', None), ('transfer_id__isnull', False)), _connector='OR'), name='invoice_note_corrects_one')],
                'triggers': [pgtrigger.compiler.Trigger(name='invoice_is_numbered', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    UPDATE invoices_numberseries SET last = last + 1 WHERE id = NEW.series_id\n        AND business_id IS NOT DISTINCT FROM NEW.business_id AND kind = NEW.kind\n        RETURNING last, code || '-' || lpad(last::text, 6, '0') INTO NEW.number, NEW.reference;\n    IF NOT FOUND THEN\n        RAISE EXCEPTION 'series % is not for this business and kind', NEW.series_id;\n    END IF;\n    RETURN NEW;\n", hash='3899f7d90870f682aeb6a660c92c19e8348c6fca', operation='INSERT', pgid='pgtrigger_invoice_is_numbered_ff4f4', table='invoices_invoice', when='BEFORE')), pgtrigger.compiler.Trigger(name='invoice_note_is_within', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."kind" = \'CREDIT_NOTE\')', declare='DECLARE left_gross bigint; left_vat bigint;', func="\n    PERFORM 1 FROM invoices_invoice WHERE id = NEW.corrects_id FOR UPDATE;\n    SELECT invoice.gross_minor - coalesce(sum(note.gross_minor), 0),\n           invoice.vat_minor - coalesce(sum(note.vat_minor), 0)\n        INTO left_gross, left_vat\n        FROM invoices_invoice invoice LEFT JOIN invoices_invoice note ON note.corrects_id = invoice.id\n        WHERE invoice.id = NEW.corrects_id AND invoice.kind = 'INVOICE' AND invoice.currency = NEW.currency\n            AND invoice.business_id IS NOT DISTINCT FROM NEW.business_id\n            AND invoice.buyer_business_id IS NOT DISTINCT FROM NEW.buyer_business_id\n            AND invoice.payment_id IS NOT DISTINCT FROM NEW.payment_id\n        GROUP BY invoice.id;\n    IF NOT FOUND OR NEW.gross_minor > left_gross OR NEW.vat_minor > left_vat THEN\n        RAISE EXCEPTION 'a credit note corrects an invoice of its payment, and no more than is left of it';\n    END IF;\n    RETURN NEW;\n", hash='234d5eae2c5e821058f336c1c8b6bf8a70254ee5', operation='INSERT', pgid='pgtrigger_invoice_note_is_within_3e7d8', table='invoices_invoice', when='BEFORE')), pgtrigger.compiler.Trigger(name='invoice_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d905e8c69aaea8144ac87c028138f3c8c813e5ae', operation='UPDATE OR DELETE', pgid='pgtrigger_invoice_never_changes_9d07b', table='invoices_invoice', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='TaxDetails',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('legal_name', models.CharField(blank=True, help_text="Where it is not the business's own name.", max_length=160)),
                ('legal_address', models.CharField(blank=True, help_text="Where it is not the business's own address.", max_length=300)),
                ('tin', models.CharField(blank=True, help_text='Tax identification number.', max_length=40, verbose_name='TIN')),
                ('is_registered', models.BooleanField(default=False, help_text='For value added tax.')),
                ('vat_rate_bp', models.PositiveSmallIntegerField(blank=True, help_text="In basis points; its country's where it is empty.", null=True, verbose_name='VAT rate')),
                ('business', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='tax_details', to='catalog.business')),
            ],
            options={
                'verbose_name_plural': 'tax details',
                'constraints': [models.CheckConstraint(condition=models.Q(('is_registered', False), models.Q(('tin', ''), _negated=True), _connector='OR'), name='tax_registered_has_its_number'), models.CheckConstraint(condition=models.Q(('vat_rate_bp__isnull', True), ('vat_rate_bp__lte', 5000), _connector='OR'), name='tax_rate_is_no_slip')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_taxdetailshistory" ("business_id", "created_at", "id", "is_registered", "legal_address", "legal_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tin", "updated_at", "vat_rate_bp") VALUES (NEW."business_id", NEW."created_at", NEW."id", NEW."is_registered", NEW."legal_address", NEW."legal_name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tin", NEW."updated_at", NEW."vat_rate_bp"); RETURN NULL;', hash='3ed7ff6dbc666b5370cedc6867908b97f2b7942c', operation='INSERT', pgid='pgtrigger_insert_insert_49bdf', table='invoices_taxdetails', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "invoices_taxdetailshistory" ("business_id", "created_at", "id", "is_registered", "legal_address", "legal_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tin", "updated_at", "vat_rate_bp") VALUES (NEW."business_id", NEW."created_at", NEW."id", NEW."is_registered", NEW."legal_address", NEW."legal_name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tin", NEW."updated_at", NEW."vat_rate_bp"); RETURN NULL;', hash='18b0c09768eec5eed9f1ae7a90a4858bcf5b41fa', operation='UPDATE', pgid='pgtrigger_update_update_abf7c', table='invoices_taxdetails', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='TaxDetailsHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('legal_name', models.CharField(blank=True, help_text="Where it is not the business's own name.", max_length=160)),
                ('legal_address', models.CharField(blank=True, help_text="Where it is not the business's own address.", max_length=300)),
                ('tin', models.CharField(blank=True, help_text='Tax identification number.', max_length=40, verbose_name='TIN')),
                ('is_registered', models.BooleanField(default=False, help_text='For value added tax.')),
                ('vat_rate_bp', models.PositiveSmallIntegerField(blank=True, help_text="In basis points; its country's where it is empty.", null=True, verbose_name='VAT rate')),
                ('business', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalog.business')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_of', to='invoices.taxdetails')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='70a3d74c7389f3a36ed445f566b4ef5c3d0cde72', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ac831', table='invoices_taxdetailshistory', when='BEFORE'))],
            },
        ),
    ]
