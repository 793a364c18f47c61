import apps.core.clock
import apps.core.fields
import apps.core.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
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
            name='Redemption',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('number', models.PositiveSmallIntegerField(help_text="The customer's first, second … use of the code.")),
                ('payment_id', models.UUIDField(blank=True, help_text='The payment whose price a discount lowered.', null=True)),
                ('state', models.CharField(choices=[('TAKEN', 'used'), ('RETURNED', 'can be used again')], default='TAKEN', max_length=8)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('payment_id__isnull', False)), fields=['payment_id'], name='promo_redemption_of_payment')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['TAKEN', 'RETURNED'])), name='promo_redemption_state_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='promo_redemption_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='02a918f17865571f573c86a0e2c1996d954d1cc3', operation='DELETE', pgid='pgtrigger_promo_redemption_never_deleted_5d317', table='credits_redemption', when='BEFORE')), pgtrigger.compiler.Trigger(name='promo_redemption_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{TAKEN:RETURNED,RETURNED:TAKEN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='3fda0a619a7394c8426f0d11b7ff331fb78e29a8', operation='UPDATE', pgid='pgtrigger_promo_redemption_moves_70cf9', table='credits_redemption', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('code', models.CharField(max_length=12, unique=True)),
                ('rewarded_at', models.DateTimeField(blank=True, help_text='When both sides had their credits.', null=True)),
                ('reward_minor', apps.core.fields.MinorUnitsField(default=0)),
                ('currency', apps.core.fields.CurrencyField(blank=True, default='')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='referral_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b4f77c332007c12ef2415faf0ee9fe9cb18a70fc', operation='DELETE', pgid='pgtrigger_referral_never_deleted_967c3', table='credits_referral', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Use',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('payment_id', models.UUIDField(blank=True, null=True)),
                ('refund_id', models.UUIDField(blank=True, help_text="A claim of the customer's bank, or a refund made at the gateway.", null=True)),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('returned_minor', apps.core.fields.MinorUnitsField(default=0, help_text='What refunds have given back of it.')),
                ('renewed_minor', apps.core.fields.MinorUnitsField(default=0, help_text='What of it came back in a new grant, since this one had run out.')),
                ('state', models.CharField(choices=[('RESERVED', 'Set aside'), ('SPENT', 'Spent'), ('FREED', 'Set free')], default='RESERVED', max_length=8)),
                ('moved_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['RESERVED', 'SPENT', 'FREED'])), name='credit_use_state_known'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='credit_use_positive'), models.CheckConstraint(condition=models.Q(('returned_minor__gte', 0), ('returned_minor__lte', models.F('amount_minor'))), name='credit_use_never_returns_more'), models.CheckConstraint(condition=models.Q(('returned_minor', 0), ('state', 'SPENT'), _connector='OR'), name='credit_use_spent_before_returned'), models.CheckConstraint(condition=models.Q(('renewed_minor', 0), models.Q(('renewed_minor__gt', 0), ('renewed_minor__lte', models.F('returned_minor')), ('state', 'SPENT')), models.Q(('renewed_minor', models.F('amount_minor')), ('state', 'FREED')), _connector='OR'), name='credit_use_renews_what_came_back')],
                'triggers': [pgtrigger.compiler.Trigger(name='credit_use_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='7d6b7e2ff20fe031e60e62978e14bdc77b879798', operation='DELETE', pgid='pgtrigger_credit_use_never_deleted_912df', table='credits_use', when='BEFORE')), pgtrigger.compiler.Trigger(name='credit_use_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{RESERVED:SPENT,RESERVED:FREED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='bd4c686b1074b76225770ff48c5ad9c9ca257268', operation='UPDATE', pgid='pgtrigger_credit_use_moves_a19d1', table='credits_use', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('currency', apps.core.fields.CurrencyField()),
                ('source', models.CharField(choices=[('PURCHASE', 'Bought'), ('REFUND', 'Given for a refund'), ('PROMOTION', 'Promotion'), ('LOYALTY', 'Loyalty'), ('REFERRAL', 'Referral')], max_length=10)),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('used_minor', apps.core.fields.MinorUnitsField(default=0, help_text='Set aside, spent or given away; kept by the database.')),
                ('expires_at', models.DateTimeField(blank=True, help_text='Bought and refunded credits never run out.', null=True)),
                ('expired_at', models.DateTimeField(blank=True, null=True)),
                ('warned_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('pinned_to', models.UUIDField(blank=True, help_text='The one payment that may take it: a discount.', null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given_by', models.ForeignKey(blank=True, db_index=False, help_text='Who gave them, of operations or as a gift.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('origin', models.ForeignKey(blank=True, db_index=False, help_text='The grant in whose place this one stands, since that had run out.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credits.grant')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-id'], name='credit_of_customer'), models.Index(condition=models.Q(('expired_at', None), ('used_minor__lt', models.F('amount_minor'))), fields=['customer', 'currency'], name='credit_to_spend'), models.Index(condition=models.Q(('expired_at', None), ('expires_at__isnull', False)), fields=['expires_at', 'id'], name='credit_to_expire'), models.Index(condition=models.Q(('expired_at', None), ('expires_at__isnull', False), ('warned_at', None)), fields=['expires_at', 'id'], name='credit_to_warn')],
                'constraints': [models.CheckConstraint(condition=models.Q(('source__in', ['PURCHASE', 'REFUND', 'PROMOTION', 'LOYALTY', 'REFERRAL'])), name='credit_source_known'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='credit_grant_positive'), models.CheckConstraint(condition=models.Q(('used_minor__gte', 0), ('used_minor__lte', models.F('amount_minor'))), name='credit_never_spent_twice'), models.CheckConstraint(condition=models.Q(models.Q(('expires_at', None), ('pinned_to', None), ('source__in', ('PURCHASE', 'REFUND'))), models.Q(('expires_at__isnull', False), ('source__in', ('PROMOTION', 'LOYALTY', 'REFERRAL'))), _connector='OR'), name='credit_expiry_by_source'), models.CheckConstraint(condition=models.Q(('expired_at', None), ('expired_at__gte', models.F('expires_at')), _connector='OR'), name='credit_expired_in_time')],
                'triggers': [pgtrigger.compiler.Trigger(name='credit_grant_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='0055a51d8725ee332bcb639a44fc64b230b651f1', operation='DELETE', pgid='pgtrigger_credit_grant_never_deleted_9694b', table='credits_grant', when='BEFORE')), pgtrigger.compiler.Trigger(name='credit_grant_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."origin_id" IS DISTINCT FROM (NEW."origin_id") OR OLD."given_by_id" IS DISTINCT FROM (NEW."given_by_id") OR OLD."pinned_to" IS DISTINCT FROM (NEW."pinned_to") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7dd833f4d497c0d43a45072634414b6acb7f8be5', operation='UPDATE', pgid='pgtrigger_credit_grant_terms_08fc0', table='credits_grant', when='BEFORE')), pgtrigger.compiler.Trigger(name='credit_grant_line', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.pinned_to IS NULL THEN\n        INSERT INTO credits_line (grant_id, customer_id, kind, amount_minor, at)\n        VALUES (NEW.id, NEW.customer_id, 'GRANTED', NEW.amount_minor, NEW.created_at);\n    END IF;\n    RETURN NEW;\n", hash='525f9f6f66e77e5a8c1d0129cbdb14720a16df2d', operation='INSERT', pgid='pgtrigger_credit_grant_line_e7ab8', table='credits_grant', when='AFTER')), pgtrigger.compiler.Trigger(name='credit_expiry_line', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."expired_at" IS NOT NULL AND OLD."expired_at" IS NULL)', func="\n    IF NEW.amount_minor > NEW.used_minor AND NEW.pinned_to IS NULL THEN\n        INSERT INTO credits_line (grant_id, customer_id, kind, amount_minor, at)\n        VALUES (NEW.id, NEW.customer_id, 'EXPIRED', NEW.used_minor - NEW.amount_minor, NEW.expired_at);\n    END IF;\n    RETURN NEW;\n", hash='c36f0922d169bc58e9bbf4a807333058f002f41c', operation='UPDATE OF "expired_at"', pgid='pgtrigger_credit_expiry_line_23500', table='credits_grant', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Gift',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('currency', apps.core.fields.CurrencyField()),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('message', models.CharField(blank=True, default='', max_length=300)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='gift', to='credits.grant')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='credit_gift_positive'), models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='credit_gift_is_for_somebody_else')],
                'triggers': [pgtrigger.compiler.Trigger(name='credit_gift_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;", hash='714662b620899633a2160f8b5ed4e0b872cb090f', operation='DELETE OR UPDATE', pgid='pgtrigger_credit_gift_stays_6dd62', table='credits_gift', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='CreditPurchase',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('currency', apps.core.fields.CurrencyField()),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('status', models.CharField(choices=[('PENDING', 'awaiting payment'), ('PAID', 'paid')], default='PENDING', max_length=8)),
                ('pay_until', models.DateTimeField()),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('payment_id', models.UUIDField(blank=True, null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='purchase', to='credits.grant')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='credit_purchase_positive'), models.CheckConstraint(condition=models.Q(models.Q(('grant', None), ('paid_at', None), ('payment_id', None), ('status', 'PENDING')), models.Q(('grant__isnull', False), ('paid_at__isnull', False), ('payment_id__isnull', False), ('status', 'PAID')), _connector='OR'), name='credit_purchase_paid_is_granted')],
                'triggers': [pgtrigger.compiler.Trigger(name='credit_purchase_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='bd715c8195cb36e8de80dd9bebce65759ee47ac1', operation='DELETE', pgid='pgtrigger_credit_purchase_never_deleted_e0c49', table='credits_creditpurchase', when='BEFORE')), pgtrigger.compiler.Trigger(name='credit_purchase_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."status" IS DISTINCT FROM (NEW."status"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{PENDING:PAID}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='b66960512c2e497f9f5c3ae2a97f2852127e6875', operation='UPDATE', pgid='pgtrigger_credit_purchase_moves_98033', table='credits_creditpurchase', when='BEFORE')), pgtrigger.compiler.Trigger(name='credit_purchase_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='08ced8a82d3906ab1e1995ca865df0e7ac6e4b74', operation='UPDATE', pgid='pgtrigger_credit_purchase_terms_46961', table='credits_creditpurchase', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('GRANTED', 'Received'), ('USED', 'Set aside or spent'), ('FREED', 'Set free'), ('RETURNED', 'Came back with a refund'), ('GIVEN', 'Given away'), ('CLAIMED', 'Claimed by your bank'), ('TAKEN', 'Went back to your bank or card'), ('EXPIRED', 'Ran out')], max_length=8)),
                ('amount_minor', apps.core.fields.MinorUnitsField(help_text='Above zero came in, below went out.')),
                ('payment_id', models.UUIDField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='credits.grant')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-id'], name='credit_line_of_customer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='credit_line_not_zero')],
                'triggers': [pgtrigger.compiler.Trigger(name='credits_line_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='61cb8e29aace993716dcaf3446aa17482d82b11b', operation='UPDATE OR DELETE', pgid='pgtrigger_credits_line_append_only_e5f71', table='credits_line', when='BEFORE')), pgtrigger.compiler.Trigger(name='credits_line_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'credits_line is append-only: it cannot be truncated';", hash='c26b54869b0ad0696d3d6ca26c9c445be6a043a4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_credits_line_no_truncate_705d3', table='credits_line', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='PromoCode',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('code', models.CharField(help_text='In capitals; customers may type it as they like.', max_length=30)),
                ('title', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('GRANT', 'grants credits'), ('DISCOUNT', 'lowers the price of a payment')], max_length=8)),
                ('is_active', models.BooleanField(default=True)),
                ('currency', apps.core.fields.CurrencyField()),
                ('amount_minor', apps.core.fields.MinorUnitsField(blank=True, help_text='What it grants, or takes off the price.', null=True)),
                ('percent', models.PositiveSmallIntegerField(blank=True, help_text='Of the price, in place of an amount.', null=True)),
                ('cap_minor', apps.core.fields.MinorUnitsField(blank=True, help_text='The most that a percentage takes off.', null=True)),
                ('minimum_minor', apps.core.fields.MinorUnitsField(default=0, help_text='The least that has to be paid for with it.')),
                ('starts_at', models.DateTimeField(default=apps.core.clock.now)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('valid_days', models.PositiveSmallIntegerField(default=90, help_text='How long what it grants can be spent.')),
                ('limit_total', models.PositiveIntegerField(blank=True, help_text='How often it can be used in all.', null=True)),
                ('limit_each', models.PositiveSmallIntegerField(default=1, help_text='How often by the same customer.')),
                ('is_for_first', models.BooleanField(default=False, verbose_name='first purchase only')),
                ('businesses', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, help_text='Only for these; empty for all.', size=None)),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, help_text='Only for these; empty for all.', size=None)),
                ('redeemed', models.PositiveIntegerField(default=0, editable=False, help_text='Kept by the database.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Upper('code'), name='promo_code_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['GRANT', 'DISCOUNT'])), name='promo_code_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('amount_minor__gt', 0), ('cap_minor', None), ('percent', None)), models.Q(('amount_minor', None), ('kind', 'DISCOUNT'), ('percent__gte', 1), ('percent__lte', 100)), _connector='OR'), name='promo_code_amount_or_percent'), models.CheckConstraint(condition=models.Q(('cap_minor', None), ('cap_minor__gt', 0), _connector='OR'), name='promo_code_cap_positive'), models.CheckConstraint(condition=models.Q(('minimum_minor__gte', 0)), name='promo_code_minimum_not_negative'), models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='promo_code_in_order'), models.CheckConstraint(condition=models.Q(('limit_each__gt', 0), ('valid_days__gt', 0)), name='promo_code_lasts'), models.CheckConstraint(condition=models.Q(('limit_total', None), ('redeemed__lte', models.F('limit_total')), _connector='OR'), name='promo_code_never_used_too_often')],
                'triggers': [pgtrigger.compiler.Trigger(name='promo_code_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b5ce4fb9491caba56252d9dc71644c43664cfba2', operation='DELETE', pgid='pgtrigger_promo_code_never_deleted_7a420', table='credits_promocode', when='BEFORE')), pgtrigger.compiler.Trigger(name='promo_code_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3d65023623f2e5b29765ec5eeccacc0bb7c416f9', operation='UPDATE', pgid='pgtrigger_promo_code_terms_a9987', table='credits_promocode', when='BEFORE'))],
            },
        ),
        migrations.AddField(
            model_name='redemption',
            name='code',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='credits.promocode'),
        ),
        migrations.AddField(
            model_name='redemption',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='redemption',
            name='grant',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='redemption', to='credits.grant'),
        ),
        migrations.AddField(
            model_name='referral',
            name='referred_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='referral',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='use',
            name='gift',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='credits.gift'),
        ),
        migrations.AddField(
            model_name='use',
            name='grant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='credits.grant'),
        ),
        migrations.AddConstraint(
            model_name='redemption',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'TAKEN')), fields=('code', 'customer', 'number'), name='promo_code_each_use_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='redemption',
            trigger=pgtrigger.compiler.Trigger(name='promo_redemption_counts', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE change integer;', func="\n    change := CASE WHEN NEW.state = 'TAKEN' THEN 1 ELSE 0 END;\n    IF TG_OP = 'UPDATE' AND OLD.state = 'TAKEN' THEN\n        change := change - 1;\n    END IF;\n    IF change <> 0 THEN\n        UPDATE credits_promocode SET redeemed = redeemed + change WHERE id = NEW.code_id;\n    END IF;\n    RETURN NEW;\n", hash='2c8e25ec44dc8d7ac3b3c52ddb4413ca589f3d55', operation='INSERT OR UPDATE OF "state"', pgid='pgtrigger_promo_redemption_counts_912a9', table='credits_redemption', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('referred_by', models.F('user')), _negated=True), name='referral_of_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('currency', ''), ('reward_minor', 0), ('rewarded_at', None)), models.Q(('referred_by__isnull', False), ('reward_minor__gt', 0), ('rewarded_at__isnull', False), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='referral_rewarded_once_for_somebody'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referral',
            trigger=pgtrigger.compiler.Trigger(name='referral_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."referred_by_id" IS DISTINCT FROM (NEW."referred_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='16f89f1788d5675a012c44f79b04b5a85372a500', operation='UPDATE', pgid='pgtrigger_referral_terms_17403', table='credits_referral', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='use',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('gift', None), ('payment_id__isnull', False), ('refund_id', None)), models.Q(('gift__isnull', False), ('payment_id', None), ('refund_id', None), ('state', 'SPENT')), models.Q(('gift', None), ('payment_id', None), ('refund_id__isnull', False), ('renewed_minor', 0), ('returned_minor', 0)), _connector='OR'), name='credit_use_is_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='use',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'FREED'), _negated=True), fields=('payment_id', 'grant'), name='credit_used_once_by_a_payment'),
        ),
        migrations.AddConstraint(
            model_name='use',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'FREED'), _negated=True), fields=('refund_id',), name='credit_used_once_by_a_refund'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='use',
            trigger=pgtrigger.compiler.Trigger(name='credit_use_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."grant_id" IS DISTINCT FROM (NEW."grant_id") OR OLD."payment_id" IS DISTINCT FROM (NEW."payment_id") OR OLD."gift_id" IS DISTINCT FROM (NEW."gift_id") OR OLD."refund_id" IS DISTINCT FROM (NEW."refund_id") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='bd98fd0687ddad4dc37783beb92883da3c7891de', operation='UPDATE', pgid='pgtrigger_credit_use_terms_7d5c6', table='credits_use', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='use',
            trigger=pgtrigger.compiler.Trigger(name='credit_use_counts', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE after bigint; before bigint := 0;', func="\n    after := CASE NEW.state WHEN 'FREED' THEN NEW.renewed_minor ELSE NEW.amount_minor - NEW.returned_minor + NEW.renewed_minor END;\n    IF TG_OP = 'UPDATE' THEN\n        before := CASE OLD.state WHEN 'FREED' THEN OLD.renewed_minor\n                  ELSE OLD.amount_minor - OLD.returned_minor + OLD.renewed_minor END;\n    END IF;\n    IF after <> before THEN\n        UPDATE credits_grant SET used_minor = used_minor + after - before WHERE id = NEW.grant_id;\n        INSERT INTO credits_line (grant_id, customer_id, kind, amount_minor, payment_id, at)\n        SELECT g.id, g.customer_id,\n               CASE WHEN NEW.state = 'FREED' THEN 'FREED' WHEN TG_OP = 'UPDATE' THEN 'RETURNED'\n                    WHEN NEW.gift_id IS NOT NULL THEN 'GIVEN'\n                    WHEN NEW.refund_id IS NULL THEN 'USED' WHEN NEW.state = 'SPENT' THEN 'TAKEN' ELSE 'CLAIMED' END,\n               before - after, NEW.payment_id, NEW.moved_at\n        FROM credits_grant g WHERE g.id = NEW.grant_id AND g.pinned_to IS NULL;\n    END IF;\n    RETURN NEW;\n", hash='9b7a126a8cd3be4fdec7242b05708f6ee0ced164', operation='INSERT OR UPDATE', pgid='pgtrigger_credit_use_counts_9fc80', table='credits_use', when='AFTER')),
        ),
    ]
