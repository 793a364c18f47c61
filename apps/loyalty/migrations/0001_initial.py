import apps.core.clock
import apps.core.ids
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('credits', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='LoyaltyAccount',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('points', models.BigIntegerField(default=0, help_text='What can be redeemed.')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('points__gte', 0)), name='loyalty_points_not_negative')],
                'triggers': [pgtrigger.compiler.Trigger(name='loyalty_points_are_counted', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (pg_trigger_depth() < 1)', func="RAISE EXCEPTION 'points are the sum of their entries';", hash='cc6dd71abe5677bcf385196f2dd77469ec7b3b0c', operation='UPDATE OF "points"', pgid='pgtrigger_loyalty_points_are_counted_3a84d', table='loyalty_loyaltyaccount', when='BEFORE')), pgtrigger.compiler.Trigger(name='loyalty_account_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='db6eb621c938ae1f956d0e1674944765dff75b10', operation='DELETE', pgid='pgtrigger_loyalty_account_never_deleted_d9ceb', table='loyalty_loyaltyaccount', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='PointEntry',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('EARNED', 'Earned by a completed trade'), ('RETURNED', 'Gone back with a refund'), ('REDEEMED', 'Redeemed as credits')], max_length=8)),
                ('points', models.BigIntegerField(help_text='Below nothing where they went.')),
                ('hold_id', models.UUIDField(blank=True, help_text='The money whose release earned them.', null=True)),
                ('transfer_id', models.UUIDField(blank=True, help_text='The refund with which they went back.', null=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='loyalty.loyaltyaccount')),
                ('grant', models.OneToOneField(blank=True, help_text='What they became.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='credits.grant')),
            ],
            options={
                'verbose_name_plural': 'point entries',
                'indexes': [models.Index(fields=['account', '-id'], name='points_of_account'), models.Index(condition=models.Q(('kind', 'EARNED')), fields=['account', 'created_at'], name='points_earned_lately')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'EARNED')), fields=('hold_id',), name='points_earned_once'), models.UniqueConstraint(condition=models.Q(('kind', 'RETURNED')), fields=('transfer_id',), name='points_returned_once'), models.CheckConstraint(condition=models.Q(models.Q(('grant', None), ('hold_id__isnull', False), ('kind', 'EARNED'), ('points__gt', 0), ('transfer_id', None)), models.Q(('grant', None), ('hold_id__isnull', False), ('kind', 'RETURNED'), ('points__lt', 0), ('transfer_id__isnull', False)), models.Q(('grant__isnull', False), ('hold_id', None), ('kind', 'REDEEMED'), ('points__lt', 0), ('transfer_id', None)), _connector='OR'), name='points_say_whence_and_whither')],
                'triggers': [pgtrigger.compiler.Trigger(name='points_count', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    UPDATE loyalty_loyaltyaccount account SET points = account.points + moved.points, updated_at = moved.at\n    FROM (SELECT account_id, sum(points) AS points, max(created_at) AS at FROM new_entries GROUP BY account_id) AS moved\n    WHERE account.id = moved.account_id;\n    RETURN NULL;\n', hash='b58d890ca559791e213490d5f3a58fa93d2e898b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_points_count_2105a', referencing='REFERENCING NEW TABLE AS new_entries ', table='loyalty_pointentry', when='AFTER')), pgtrigger.compiler.Trigger(name='points_never_change', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='99ace3294a2431dad457780a432af1d02c30b279', operation='UPDATE OR DELETE', pgid='pgtrigger_points_never_change_a4c08', table='loyalty_pointentry', when='BEFORE'))],
            },
        ),
    ]
