import apps.core.clock
import apps.core.fields
import apps.core.ids
import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('availability', '0002_functions'),
        ('catalog', '0002_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('is_deleted', models.BooleanField(default=False, editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('status', django_fsm.FSMField(choices=[('PENDING', 'pending'), ('CONFIRMED', 'confirmed'), ('IN_PROGRESS', 'in progress'), ('COMPLETED', 'completed'), ('CANCELLED', 'cancelled'), ('CANCELLED_BY_SYSTEM', 'cancelled by the platform'), ('REJECTED', 'rejected'), ('EXPIRED', 'expired'), ('DECLINED', 'declined'), ('DECLINED_WITH_OPTION', 'declined, a replacement is offered'), ('NO_SHOW', 'the customer did not come')], default='PENDING', max_length=20)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, help_text='Unpaid, it holds its time until then.', null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('rejected_at', models.DateTimeField(blank=True, null=True)),
                ('rejection_reason', models.TextField(blank=True)),
                ('expired_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('declined_at', models.DateTimeField(blank=True, null=True)),
                ('no_show_at', models.DateTimeField(blank=True, null=True)),
                ('actual_start_time', models.DateTimeField(blank=True, null=True)),
                ('actual_end_time', models.DateTimeField(blank=True, null=True)),
                ('duration_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('refund_cap_percent', models.PositiveSmallIntegerField(default=100, help_text='The most that goes back: what would have gone back when the customer last moved it.')),
                ('ask_at', models.DateTimeField(blank=True, help_text='When somebody is to be asked about it.', null=True)),
                ('ask_ops', models.BooleanField(default=False, help_text='Its people were asked; next it is operations.')),
                ('change_number', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
                ('changed_as', models.CharField(choices=[('CUSTOMER', 'the customer'), ('STAFF', 'the assigned staff'), ('DESK', "the business's desk"), ('OPS', "the marketplace's operations"), ('SYSTEM', 'the platform')], max_length=10)),
                ('change', models.CharField(max_length=20)),
                ('change_reason', models.TextField(blank=True)),
                ('reference', models.CharField(max_length=8)),
                ('crew', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, help_text='Everybody who does it, where it takes several people.', size=None)),
                ('seats', models.PositiveSmallIntegerField(default=1)),
                ('series', models.UUIDField(blank=True, help_text='Shared by those that were booked in one go.', null=True)),
                ('time_zone', models.CharField(help_text="The business's when it was made.", max_length=64)),
                ('place', models.CharField(choices=[('AT_BUSINESS', 'at the business'), ('AT_CUSTOMER', "at the customer's"), ('VIRTUAL', 'by video')], default='AT_BUSINESS', max_length=12)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('location', django.contrib.gis.db.models.fields.PointField(blank=True, geography=True, null=True, spatial_index=False, srid=4326)),
                ('special_requests', models.TextField(blank=True)),
                ('owner_notes', models.TextField(blank=True, help_text='Seen by the business alone.')),
                ('sop_checklist', models.JSONField(blank=True, default=list)),
                ('currency', apps.core.fields.CurrencyField()),
                ('base_minor', apps.core.fields.MinorUnitsField()),
                ('owner_premium', models.DecimalField(decimal_places=2, default=Decimal('1'), max_digits=4)),
                ('total_minor', apps.core.fields.MinorUnitsField()),
                ('price_lines', models.JSONField(default=list)),
                ('cancellation_policy', models.JSONField(default=dict)),
                ('extras_minor', apps.core.fields.MinorUnitsField(default=0, help_text='What was added while it ran; paid apart from the rest.')),
                ('payment_status', models.CharField(blank=True, choices=[('PENDING_PAYMENT', 'awaiting payment'), ('HELD', 'held in escrow'), ('PENDING_CLEARANCE', 'clearing'), ('FROZEN', 'frozen by a dispute'), ('RELEASED', 'released to the business'), ('REFUNDED', 'refunded'), ('PARTIALLY_REFUNDED', 'refunded in part')], max_length=20, null=True)),
                ('refunded_minor', apps.core.fields.MinorUnitsField(default=0)),
                ('release_due_at', models.DateTimeField(blank=True, help_text='When its money goes to the business.', null=True)),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('changed_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replacement', models.ForeignKey(blank=True, db_index=False, help_text='Who is offered to the customer in place of whoever declined.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.staffmember')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.service')),
                ('slot', models.ForeignKey(blank=True, db_index=False, help_text='The session of which it has seats.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='availability.capacityslot')),
                ('staff_member', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.staffmember')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-starts_at', '-id'], name='booking_of_customer'), models.Index(fields=['business', '-starts_at', '-id'], name='booking_of_business'), models.Index(fields=['staff_member', '-starts_at', '-id'], name='booking_of_staff'), models.Index(fields=['-starts_at', '-id'], name='booking_by_start'), django.contrib.postgres.indexes.GinIndex(condition=models.Q(('crew', []), _negated=True), fields=['crew'], name='booking_of_crew'), models.Index(condition=models.Q(('payment_status', 'PENDING_PAYMENT'), ('status', 'PENDING')), fields=['expires_at', 'id'], name='booking_to_expire'), models.Index(condition=models.Q(('status', 'PENDING')), fields=['starts_at', 'id'], name='booking_to_approve'), models.Index(condition=models.Q(('status__in', ('DECLINED', 'DECLINED_WITH_OPTION'))), fields=['starts_at', 'id'], name='booking_to_recover'), models.Index(condition=models.Q(('series__isnull', False)), fields=['series', 'starts_at'], name='booking_of_series'), models.Index(condition=models.Q(('slot__isnull', False)), fields=['slot', 'id'], name='booking_of_slot'), models.Index(condition=models.Q(('ask_at__isnull', False)), fields=['ask_at', 'id'], name='booking_to_ask_about')],
                'constraints': [models.UniqueConstraint(fields=('reference',), name='booking_reference_once'), models.UniqueConstraint(condition=models.Q(('slot__isnull', True), ('status', 'IN_PROGRESS')), fields=('staff_member',), name='booking_one_job_in_progress'), models.CheckConstraint(condition=models.Q(('seats', 1), models.Q(('seats__gt', 1), ('slot__isnull', False)), _connector='OR'), name='booking_seats_are_of_a_slot'), models.CheckConstraint(condition=models.Q(('status__in', ['PENDING', 'CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'CANCELLED_BY_SYSTEM', 'REJECTED', 'EXPIRED', 'DECLINED', 'DECLINED_WITH_OPTION', 'NO_SHOW'])), name='booking_status_known'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='booking_in_order'), models.CheckConstraint(condition=models.Q(('base_minor__gte', 0), ('total_minor__gte', 0)), name='booking_price_not_negative'), models.CheckConstraint(condition=models.Q(('owner_premium__gte', 1)), name='booking_premium_at_least_one'), models.CheckConstraint(condition=models.Q(('refunded_minor__gte', 0), ('refunded_minor__lte', models.F('total_minor'))), name='booking_refunds_at_most_its_price'), models.CheckConstraint(condition=models.Q(models.Q(('payment_status__isnull', True), ('total_minor', 0)), models.Q(('payment_status__in', ['PENDING_PAYMENT', 'HELD', 'PENDING_CLEARANCE', 'FROZEN', 'RELEASED', 'REFUNDED', 'PARTIALLY_REFUNDED']), ('payment_status__isnull', False), ('total_minor__gt', 0)), _connector='OR'), name='booking_free_needs_no_payment'), models.CheckConstraint(condition=models.Q(models.Q(('payment_status', 'PENDING_PAYMENT'), ('status', 'PENDING'), _negated=True), ('expires_at__isnull', False), _connector='OR'), name='booking_unpaid_runs_out'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'NO_SHOW']), _negated=True), models.Q(('confirmed_at__isnull', False), models.Q(('payment_status__isnull', True), models.Q(('payment_status', 'PENDING_PAYMENT'), _negated=True), _connector='OR')), _connector='OR'), name='booking_unpaid_work_does_not_start'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['IN_PROGRESS', 'COMPLETED']), _negated=True), ('actual_start_time__isnull', False), _connector='OR'), name='booking_started_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'COMPLETED'), _negated=True), models.Q(('actual_end_time__gte', models.F('actual_start_time')), ('actual_end_time__isnull', False), ('duration_minutes__isnull', False)), _connector='OR'), name='booking_completed_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['CANCELLED', 'CANCELLED_BY_SYSTEM']), _negated=True), ('cancelled_at__isnull', False), _connector='OR'), name='booking_cancelled_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'REJECTED'), _negated=True), models.Q(('rejected_at__isnull', False), models.Q(('rejection_reason', ''), _negated=True)), _connector='OR'), name='booking_rejected_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'EXPIRED'), _negated=True), ('expired_at__isnull', False), _connector='OR'), name='booking_expired_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['DECLINED', 'DECLINED_WITH_OPTION']), _negated=True), ('declined_at__isnull', False), _connector='OR'), name='booking_declined_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('replacement__isnull', False), ('status', 'DECLINED_WITH_OPTION')), models.Q(models.Q(('status', 'DECLINED_WITH_OPTION'), _negated=True), ('replacement__isnull', True)), _connector='OR'), name='booking_option_names_its_person'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'NO_SHOW'), _negated=True), ('no_show_at__isnull', False), _connector='OR'), name='booking_no_show_has_its_moment'), models.CheckConstraint(condition=models.Q(('ask_at__isnull', True), ('status__in', ['CONFIRMED', 'IN_PROGRESS']), _connector='OR'), name='booking_asks_while_it_is_on')],
            },
        ),
        migrations.CreateModel(
            name='AddedExtra',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('EXTRA', 'an extra of the service'), ('SERVICE', 'another service'), ('PRODUCT', 'a product')], max_length=10)),
                ('name', models.CharField(max_length=160)),
                ('quantity', models.PositiveSmallIntegerField(default=1)),
                ('unit_minor', apps.core.fields.MinorUnitsField()),
                ('amount_minor', apps.core.fields.MinorUnitsField()),
                ('currency', apps.core.fields.CurrencyField()),
                ('state', models.CharField(choices=[('ADDED', 'added, may be refused'), ('REFUSED', 'refused by the customer'), ('DUE', 'to be paid'), ('PAID', 'paid'), ('RETURNED', 'paid and given back'), ('WAIVED', 'waived by the business')], default='ADDED', max_length=10)),
                ('added_as', models.CharField(choices=[('CUSTOMER', 'the customer'), ('STAFF', 'the assigned staff'), ('DESK', "the business's desk"), ('OPS', "the marketplace's operations"), ('SYSTEM', 'the platform')], max_length=10)),
                ('added_at', models.DateTimeField()),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('block_at', models.DateTimeField(blank=True, help_text='Unpaid, it keeps its customer from booking from then on.', null=True)),
                ('blocked_told_at', models.DateTimeField(blank=True, null=True)),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('returned_at', models.DateTimeField(blank=True, null=True)),
                ('waived_at', models.DateTimeField(blank=True, null=True)),
                ('waive_reason', models.TextField(blank=True)),
                ('added_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('extra', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.extra')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.product')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.service')),
                ('waived_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='added_extras', to='bookings.booking')),
            ],
            options={
                'ordering': ['added_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('state', 'DUE')), fields=['customer', 'block_at'], name='extra_owed'), models.Index(condition=models.Q(('blocked_told_at__isnull', True), ('state', 'DUE')), fields=['block_at', 'id'], name='extra_to_tell')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('extra__isnull', False), ('kind', 'EXTRA'), ('product__isnull', True), ('service__isnull', True)), models.Q(('extra__isnull', True), ('kind', 'SERVICE'), ('product__isnull', True), ('service__isnull', False)), models.Q(('extra__isnull', True), ('kind', 'PRODUCT'), ('product__isnull', False), ('service__isnull', True)), _connector='OR'), name='extra_is_of_one_kind'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1), ('quantity__lte', 99)), name='extra_quantity_in_range'), models.CheckConstraint(condition=models.Q(('amount_minor', django.db.models.expressions.CombinedExpression(models.F('unit_minor'), '*', models.F('quantity'))), ('unit_minor__gte', 0)), name='extra_amount_adds_up'), models.CheckConstraint(condition=models.Q(('state__in', ['ADDED', 'REFUSED', 'DUE', 'PAID', 'RETURNED', 'WAIVED'])), name='extra_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'REFUSED'), _negated=True), ('refused_at__isnull', False), _connector='OR'), name='extra_refused_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'DUE'), _negated=True), models.Q(('amount_minor__gt', 0), ('block_at__isnull', False), ('due_at__isnull', False)), _connector='OR'), name='extra_due_when'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['PAID', 'RETURNED']), _negated=True), ('paid_at__isnull', False), _connector='OR'), name='extra_paid_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'WAIVED'), _negated=True), models.Q(('waived_at__isnull', False), ('waived_by__isnull', False), models.Q(('waive_reason', ''), _negated=True)), _connector='OR'), name='extra_waived_by_whom_and_why')],
            },
        ),
        migrations.CreateModel(
            name='BookingTransition',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('change', models.CharField(max_length=20)),
                ('from_status', models.CharField(blank=True, choices=[('PENDING', 'pending'), ('CONFIRMED', 'confirmed'), ('IN_PROGRESS', 'in progress'), ('COMPLETED', 'completed'), ('CANCELLED', 'cancelled'), ('CANCELLED_BY_SYSTEM', 'cancelled by the platform'), ('REJECTED', 'rejected'), ('EXPIRED', 'expired'), ('DECLINED', 'declined'), ('DECLINED_WITH_OPTION', 'declined, a replacement is offered'), ('NO_SHOW', 'the customer did not come')], max_length=20)),
                ('to_status', models.CharField(choices=[('PENDING', 'pending'), ('CONFIRMED', 'confirmed'), ('IN_PROGRESS', 'in progress'), ('COMPLETED', 'completed'), ('CANCELLED', 'cancelled'), ('CANCELLED_BY_SYSTEM', 'cancelled by the platform'), ('REJECTED', 'rejected'), ('EXPIRED', 'expired'), ('DECLINED', 'declined'), ('DECLINED_WITH_OPTION', 'declined, a replacement is offered'), ('NO_SHOW', 'the customer did not come')], max_length=20)),
                ('starts_at', models.DateTimeField()),
                ('acting_as', models.CharField(choices=[('CUSTOMER', 'the customer'), ('STAFF', 'the assigned staff'), ('DESK', "the business's desk"), ('OPS', "the marketplace's operations"), ('SYSTEM', 'the platform')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='history', to='bookings.booking')),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('staff_member', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.staffmember')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('booking', 'number'), name='booking_history_in_order')],
            },
        ),
        migrations.CreateModel(
            name='ContactReveal',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('CALL', 'telephone'), ('SMS', 'SMS'), ('EMAIL', 'e-mail'), ('ADDRESS', 'address')], max_length=10)),
                ('acting_as', models.CharField(choices=[('CUSTOMER', 'the customer'), ('STAFF', 'the assigned staff'), ('DESK', "the business's desk"), ('OPS', "the marketplace's operations"), ('SYSTEM', 'the platform')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reveals', to='bookings.booking')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['booking', 'at'], name='reveal_of_booking')],
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['CALL', 'SMS', 'EMAIL', 'ADDRESS'])), name='reveal_channel_known')],
            },
        ),
        migrations.CreateModel(
            name='Decline',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('reason_code', models.CharField(choices=[('SICK', 'ill'), ('OVERBOOKED', 'too many jobs'), ('TOO_FAR', 'too far away'), ('UNSAFE', 'not safe'), ('EQUIPMENT', 'equipment is missing'), ('OTHER', 'another reason')], max_length=12)),
                ('note', models.TextField(blank=True, help_text='Seen by the business alone.')),
                ('acting_as', models.CharField(choices=[('CUSTOMER', 'the customer'), ('STAFF', 'the assigned staff'), ('DESK', "the business's desk"), ('OPS', "the marketplace's operations"), ('SYSTEM', 'the platform')], max_length=10)),
                ('at', models.DateTimeField()),
                ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declines', to='bookings.booking')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('staff_member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.staffmember')),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(condition=models.Q(('reason_code__in', ('SICK', 'OVERBOOKED'))), fields=['starts_at'], name='decline_by_who_cannot_come')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason_code__in', ['SICK', 'OVERBOOKED', 'TOO_FAR', 'UNSAFE', 'EQUIPMENT', 'OTHER'])), name='decline_reason_known'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='decline_in_order')],
            },
        ),
        migrations.CreateModel(
            name='JobPosition',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('lat', models.FloatField()),
                ('lng', models.FloatField()),
                ('accuracy', models.FloatField(blank=True, help_text='Metres.', null=True)),
                ('recorded_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='bookings.booking')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['recorded_at', 'id'],
                'indexes': [models.Index(fields=['received_at', 'id'], name='job_position_to_forget')],
                'constraints': [models.UniqueConstraint(fields=('booking', 'by', 'recorded_at'), name='job_position_once'), models.CheckConstraint(condition=models.Q(models.Q(('accuracy__gte', 0), ('lat__gte', -90), ('lat__lte', 90), ('lng__gte', -180), ('lng__lte', 180)), models.Q(('accuracy__isnull', True), ('lat__gte', -90), ('lat__lte', 90), ('lng__gte', -180), ('lng__lte', 180)), _connector='OR'), name='job_position_on_earth')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(blank=True, max_length=120)),
                ('attendance', models.CharField(choices=[('EXPECTED', 'not marked yet'), ('PRESENT', 'came'), ('ABSENT', 'did not come')], default='EXPECTED', max_length=10)),
                ('note', models.CharField(blank=True, help_text='Seen by the business alone.', max_length=500)),
                ('marked_at', models.DateTimeField(blank=True, null=True)),
                ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='bookings.booking')),
                ('marked_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('booking', 'position'), name='participant_in_order'), models.CheckConstraint(condition=models.Q(('attendance__in', ['EXPECTED', 'PRESENT', 'ABSENT'])), name='participant_attendance_known'), models.CheckConstraint(condition=models.Q(('attendance', 'EXPECTED'), models.Q(('marked_at__isnull', False), ('marked_by__isnull', False)), _connector='OR'), name='participant_marked_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='RankingReview',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('opened_at', models.DateTimeField()),
                ('declines', models.PositiveSmallIntegerField(help_text='How many there were in the window when they last declined.')),
                ('clears_at', models.DateTimeField(help_text='When few enough will be left in the window.')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end', models.CharField(blank=True, choices=[('CLEARED', 'few enough declines in the last days'), ('LIFTED', 'lifted by operations')], max_length=8)),
                ('reason', models.TextField(blank=True)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('staff_member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.staffmember')),
            ],
            options={
                'ordering': ['-opened_at', '-id'],
                'indexes': [models.Index(fields=['staff_member', '-opened_at'], name='review_of_staff'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['clears_at', 'id'], name='review_to_clear')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('staff_member',), name='review_of_a_person_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('end', ''), ('ended_at__isnull', True)), models.Q(('end__in', ['CLEARED', 'LIFTED']), ('ended_at__isnull', False)), _connector='OR'), name='review_ended_says_how'), models.CheckConstraint(condition=models.Q(models.Q(('end', 'LIFTED'), _negated=True), models.Q(('ended_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='review_lifted_says_by_whom_and_why')],
            },
        ),
        migrations.CreateModel(
            name='ReplacementOffer',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('offered_at', models.DateTimeField()),
                ('alert_at', models.DateTimeField(help_text='When the owner hears that the customer has not answered.')),
                ('alerted_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(choices=[('OPEN', 'awaits the customer'), ('ACCEPTED', 'accepted'), ('PASSED', 'the customer chose otherwise'), ('WITHDRAWN', 'the person cannot come after all'), ('LAPSED', 'the start passed without an answer')], default='OPEN', max_length=10)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='bookings.booking')),
                ('decline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='bookings.decline')),
                ('staff_member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.staffmember')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('alerted_at__isnull', True), ('outcome', 'OPEN')), fields=['alert_at', 'id'], name='offer_to_alert')],
                'constraints': [models.UniqueConstraint(fields=('booking', 'staff_member'), name='offer_of_a_person_once'), models.UniqueConstraint(condition=models.Q(('outcome', 'OPEN')), fields=('booking',), name='offer_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('outcome', 'OPEN')), models.Q(models.Q(('outcome', 'OPEN'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='offer_closed_has_its_moment')],
            },
        ),
        migrations.CreateModel(
            name='SickLeave',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('reported_as', models.CharField(choices=[('CUSTOMER', 'the customer'), ('STAFF', 'the assigned staff'), ('DESK', "the business's desk"), ('OPS', "the marketplace's operations"), ('SYSTEM', 'the platform')], max_length=10)),
                ('business', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.business')),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('staff_member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.staffmember')),
                ('time_off', models.ForeignKey(blank=True, help_text='Empty where the person came back earlier.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='availability.timeoff')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staff_member', 'starts_at', 'ends_at'), name='sick_leave_reported_once'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='sick_leave_in_order')],
            },
        ),
        migrations.AddField(
            model_name='decline',
            name='sick_leave',
            field=models.ForeignKey(blank=True, help_text='Taken off the person by the desk; these do not count for Ranking Review.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='declines', to='bookings.sickleave'),
        ),
        migrations.CreateModel(
            name='SosAlarm',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('raised_as', models.CharField(choices=[('CUSTOMER', 'the customer'), ('STAFF', 'the assigned staff'), ('DESK', "the business's desk"), ('OPS', "the marketplace's operations"), ('SYSTEM', 'the platform')], max_length=10)),
                ('raised_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('rounds', models.PositiveSmallIntegerField(default=1, help_text='How often it has been told.')),
                ('next_alert_at', models.DateTimeField(blank=True, help_text='When it is told again.', null=True)),
                ('acknowledged_as', models.CharField(blank=True, choices=[('CUSTOMER', 'the customer'), ('STAFF', 'the assigned staff'), ('DESK', "the business's desk"), ('OPS', "the marketplace's operations"), ('SYSTEM', 'the platform')], max_length=10)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='bookings.booking')),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['raised_at', 'id'],
                'indexes': [models.Index(fields=['booking', 'raised_at'], name='sos_of_booking'), models.Index(condition=models.Q(('next_alert_at__isnull', False)), fields=['next_alert_at', 'id'], name='sos_to_repeat')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('acknowledged_at__isnull', True)), fields=('booking', 'raised_by'), name='sos_open_once'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False), ('next_alert_at__isnull', True)), _connector='OR'), name='sos_acknowledged_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='SosPosition',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('lat', models.FloatField()),
                ('lng', models.FloatField()),
                ('accuracy', models.FloatField(blank=True, help_text='Metres.', null=True)),
                ('at', models.DateTimeField()),
                ('alarm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='bookings.sosalarm')),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['alarm', 'at'], name='sos_position_of_alarm')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accuracy__gte', 0), ('lat__gte', -90), ('lat__lte', 90), ('lng__gte', -180), ('lng__lte', 180)), models.Q(('accuracy__isnull', True), ('lat__gte', -90), ('lat__lte', 90), ('lng__gte', -180), ('lng__lte', 180)), _connector='OR'), name='sos_position_on_earth')],
            },
        ),
        migrations.CreateModel(
            name='SosRecording',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('path', models.CharField(max_length=300)),
                ('content_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('alarm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='bookings.sosalarm')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('alarm', 'number'), name='sos_chunk_once'), models.CheckConstraint(condition=models.Q(('size__gte', 1), ('size__lte', 1048576)), name='sos_chunk_size'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 600)), name='sos_chunk_number')],
            },
        ),
        migrations.CreateModel(
            name='WaitingEntry',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('state', models.CharField(choices=[('WAITING', 'in line'), ('OFFERED', 'a seat is offered'), ('ACCEPTED', 'has booked the seat'), ('LAPSED', 'did not answer in time'), ('LEFT', 'has left the line')], default='WAITING', max_length=10)),
                ('offered_at', models.DateTimeField(blank=True, null=True)),
                ('offer_expires_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('booking', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bookings.booking')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.service')),
                ('slot', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='availability.capacityslot')),
            ],
            options={
                'verbose_name_plural': 'waiting entries',
                'indexes': [models.Index(condition=models.Q(('state', 'WAITING')), fields=['slot', 'created_at', 'id'], name='waiting_in_line'), models.Index(condition=models.Q(('state', 'OFFERED')), fields=['offer_expires_at', 'id'], name='waiting_to_lapse'), models.Index(fields=['customer', '-created_at'], name='waiting_of_customer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('WAITING', 'OFFERED'))), fields=('slot', 'customer'), name='waiting_once'), models.CheckConstraint(condition=models.Q(('state__in', ['WAITING', 'OFFERED', 'ACCEPTED', 'LAPSED', 'LEFT'])), name='waiting_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'OFFERED'), _negated=True), models.Q(('offer_expires_at__gt', models.F('offered_at')), ('offered_at__isnull', False)), _connector='OR'), name='waiting_offer_runs_out'), models.CheckConstraint(condition=models.Q(models.Q(('booking__isnull', False), ('state', 'ACCEPTED')), models.Q(models.Q(('state', 'ACCEPTED'), _negated=True), ('booking', None)), _connector='OR'), name='waiting_accepted_has_booked'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state__in', ('WAITING', 'OFFERED'))), models.Q(models.Q(('state__in', ('WAITING', 'OFFERED')), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='waiting_closed_has_its_moment')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='booking_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."status" IS DISTINCT FROM (NEW."status"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{PENDING:CONFIRMED,PENDING:REJECTED,PENDING:EXPIRED,PENDING:CANCELLED,PENDING:CANCELLED_BY_SYSTEM,EXPIRED:PENDING,CONFIRMED:IN_PROGRESS,CONFIRMED:CANCELLED,CONFIRMED:NO_SHOW,IN_PROGRESS:COMPLETED,IN_PROGRESS:NO_SHOW,PENDING:DECLINED,CONFIRMED:DECLINED,DECLINED:DECLINED_WITH_OPTION,DECLINED_WITH_OPTION:DECLINED,DECLINED:CONFIRMED,DECLINED_WITH_OPTION:CONFIRMED,DECLINED:CANCELLED_BY_SYSTEM,DECLINED_WITH_OPTION:CANCELLED_BY_SYSTEM}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='ad989407ab1b0983aee89d80db487b8ee65189ea', operation='UPDATE', pgid='pgtrigger_booking_moves_565a2', table='bookings_booking', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='booking_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='1334bcce8ad6d3e979ade3988997cab952d3887c', operation='DELETE', pgid='pgtrigger_booking_never_deleted_faab2', table='bookings_booking', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='booking_agreed_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."cancellation_policy" IS DISTINCT FROM (NEW."cancellation_policy") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='70a9a83a195be88a9de3336b95994be3b1cb04fc', operation='UPDATE', pgid='pgtrigger_booking_agreed_terms_1b916', table='bookings_booking', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='booking_never_costs_more', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.staff_member_id, OLD.crew) IS DISTINCT FROM (NEW.staff_member_id, NEW.crew) AND NEW.total_minor > OLD.total_minor)', func="\n    RAISE EXCEPTION 'booking % would cost more with another person', NEW.reference\n        USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_never_costs_more';\n", hash='6c817c093621b7221933fa45942c5b0ccaafe7db', operation='UPDATE OF "staff_member_id", "crew"', pgid='pgtrigger_booking_never_costs_more_69656', table='bookings_booking', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='booking_seats_are_counted', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE was integer := 0; are integer := 0;', func="\n    IF TG_OP = 'UPDATE' AND OLD.slot_id IS NOT NULL AND OLD.status NOT IN ('CANCELLED', 'CANCELLED_BY_SYSTEM', 'REJECTED', 'EXPIRED') THEN\n        was := OLD.seats;\n    END IF;\n    IF NEW.slot_id IS NOT NULL AND NEW.status NOT IN ('CANCELLED', 'CANCELLED_BY_SYSTEM', 'REJECTED', 'EXPIRED') THEN\n        are := NEW.seats;\n    END IF;\n    IF TG_OP = 'UPDATE' AND OLD.slot_id IS DISTINCT FROM NEW.slot_id THEN\n        PERFORM availability_count_seats(OLD.slot_id, -was);\n        was := 0;\n    END IF;\n    PERFORM availability_count_seats(NEW.slot_id, are - was);\n    RETURN NULL;\n", hash='b0e9bf4ee4828a541281f2eb4db7c5bf8e5a2cbe', operation='INSERT OR UPDATE OF "status", "slot_id", "seats"', pgid='pgtrigger_booking_seats_are_counted_b2a84', table='bookings_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='booking_customer_owes_nothing', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owed jsonb;', func="\n    SELECT jsonb_agg(jsonb_build_object('extra', e.id, 'booking', b.reference, 'name', e.name,\n            'amount_minor', e.amount_minor, 'currency', e.currency) ORDER BY e.due_at, e.id) INTO owed\n        FROM bookings_addedextra AS e JOIN bookings_booking AS b ON b.id = e.booking_id\n        WHERE e.customer_id = NEW.customer_id AND e.state = 'DUE' AND e.block_at <= NEW.created_at;\n    IF owed IS NOT NULL THEN\n        RAISE EXCEPTION 'the customer of booking % owes for extras', NEW.reference\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_customer_owes_nothing', DETAIL = owed::text;\n    END IF;\n    RETURN NEW;\n", hash='c334ae54d8edc7d4eb91ed717933305aac74527a', operation='INSERT', pgid='pgtrigger_booking_customer_owes_nothing_776be', table='bookings_booking', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='booking_history', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' AND NEW.change_number IS DISTINCT FROM OLD.change_number + 1 THEN\n        RAISE EXCEPTION 'booking % changes without saying who, when and why', NEW.reference\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_change_is_noted';\n    END IF;\n    INSERT INTO bookings_bookingtransition (\n        id, booking_id, number, change, from_status, to_status, starts_at, staff_member_id, by_id, acting_as, reason, at)\n    VALUES (\n        encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())\n            PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),\n            52, 1), 53, 1), 'hex')::uuid,\n        NEW.id, NEW.change_number, NEW.change, CASE WHEN TG_OP = 'UPDATE' THEN OLD.status ELSE '' END, NEW.status,\n        NEW.starts_at, NEW.staff_member_id, NEW.changed_by_id, NEW.changed_as, NEW.change_reason, NEW.changed_at);\n    RETURN NULL;\n", hash='bc535c6b593915a1f4be25b0decbe0f276e64ec9', operation='INSERT OR UPDATE OF "status", "starts_at", "ends_at", "staff_member_id"', pgid='pgtrigger_booking_history_99e01', table='bookings_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='addedextra',
            trigger=pgtrigger.compiler.Trigger(name='extra_moves', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))', declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ADDED:REFUSED,ADDED:DUE,ADDED:PAID,ADDED:WAIVED,DUE:PAID,DUE:WAIVED,PAID:RETURNED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='6dfd7cb180726b89be36b52b728320150f99026b', operation='UPDATE', pgid='pgtrigger_extra_moves_4fabe', table='bookings_addedextra', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='addedextra',
            trigger=pgtrigger.compiler.Trigger(name='extra_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='f47f89e36f01071e75cbf1819d6ef1dc012eaecc', operation='DELETE', pgid='pgtrigger_extra_never_deleted_117bc', table='bookings_addedextra', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='addedextra',
            trigger=pgtrigger.compiler.Trigger(name='extra_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."customer_id" IS DISTINCT FROM (NEW."customer_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."extra_id" IS DISTINCT FROM (NEW."extra_id") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id") OR OLD."product_id" IS DISTINCT FROM (NEW."product_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."quantity" IS DISTINCT FROM (NEW."quantity") OR OLD."unit_minor" IS DISTINCT FROM (NEW."unit_minor") OR OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."added_as" IS DISTINCT FROM (NEW."added_as") OR OLD."added_at" IS DISTINCT FROM (NEW."added_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1a6d9b116672cf9832db545116ec30451ea29225', operation='UPDATE', pgid='pgtrigger_extra_terms_d3964', table='bookings_addedextra', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='addedextra',
            trigger=pgtrigger.compiler.Trigger(name='extra_added_while_it_runs', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NOT EXISTS (SELECT FROM bookings_booking AS b WHERE b.id = NEW.booking_id AND b.status = 'IN_PROGRESS') THEN\n        RAISE EXCEPTION 'extras of booking % are added and refused while it runs', NEW.booking_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'extra_while_it_runs';\n    END IF;\n    RETURN NEW;\n", hash='ce68caf6293b3f308c388a8fed000227a1d9570d', operation='INSERT', pgid='pgtrigger_extra_added_while_it_runs_04970', table='bookings_addedextra', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='addedextra',
            trigger=pgtrigger.compiler.Trigger(name='extra_refused_while_it_runs', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state = 'REFUSED' AND OLD.state <> 'REFUSED')", func="\n    IF NOT EXISTS (SELECT FROM bookings_booking AS b WHERE b.id = NEW.booking_id AND b.status = 'IN_PROGRESS') THEN\n        RAISE EXCEPTION 'extras of booking % are added and refused while it runs', NEW.booking_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'extra_while_it_runs';\n    END IF;\n    RETURN NEW;\n", hash='722768c9d1501903c36ecc3cfe746db10e064b8c', operation='UPDATE OF "state"', pgid='pgtrigger_extra_refused_while_it_runs_d1291', table='bookings_addedextra', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='addedextra',
            trigger=pgtrigger.compiler.Trigger(name='extra_sums_up', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    UPDATE bookings_booking SET extras_minor = (\n        SELECT coalesce(sum(e.amount_minor), 0) FROM bookings_addedextra AS e\n        WHERE e.booking_id = NEW.booking_id AND e.state NOT IN ('REFUSED', 'WAIVED', 'RETURNED'))\n    WHERE id = NEW.booking_id;\n    RETURN NULL;\n", hash='cd9544d3c619e8808356b6b96740f1004576cc5f', operation='INSERT OR UPDATE OF "state"', pgid='pgtrigger_extra_sums_up_e55b8', table='bookings_addedextra', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookingtransition',
            trigger=pgtrigger.compiler.Trigger(name='bookings_bookingtransition_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e9a984d68c9dd79de0c779171048cd1c14098abd', operation='UPDATE OR DELETE', pgid='pgtrigger_bookings_bookingtransition_append_only_8fad5', table='bookings_bookingtransition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookingtransition',
            trigger=pgtrigger.compiler.Trigger(name='bookings_bookingtransition_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'bookings_bookingtransition is append-only: it cannot be truncated';", hash='bed597947ab1017323475b897510a266948261b3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_bookings_bookingtransition_no_truncate_e32ff', table='bookings_bookingtransition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contactreveal',
            trigger=pgtrigger.compiler.Trigger(name='bookings_contactreveal_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2524665addb20f6cb53e289bb86764e80bbc9a63', operation='UPDATE OR DELETE', pgid='pgtrigger_bookings_contactreveal_append_only_e53c0', table='bookings_contactreveal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='contactreveal',
            trigger=pgtrigger.compiler.Trigger(name='bookings_contactreveal_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'bookings_contactreveal is append-only: it cannot be truncated';", hash='221e8d2d393d60060f27743abf864ad797a8fb10', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_bookings_contactreveal_no_truncate_75027', table='bookings_contactreveal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='jobposition',
            trigger=pgtrigger.compiler.Trigger(name='job_position_never_changed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1b89d363769b7922f563eae3ef02106b90b90e3f', operation='UPDATE', pgid='pgtrigger_job_position_never_changed_106a4', table='bookings_jobposition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rankingreview',
            trigger=pgtrigger.compiler.Trigger(name='review_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b2848adc979b4a3358fa3a7cf9749b61da88ca34', operation='DELETE', pgid='pgtrigger_review_never_deleted_fbeb5', table='bookings_rankingreview', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='replacementoffer',
            trigger=pgtrigger.compiler.Trigger(name='offer_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='6af760b8a71a58d1b906bf83605bba28851035f8', operation='DELETE', pgid='pgtrigger_offer_never_deleted_843b9', table='bookings_replacementoffer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='replacementoffer',
            trigger=pgtrigger.compiler.Trigger(name='offer_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."decline_id" IS DISTINCT FROM (NEW."decline_id") OR OLD."staff_member_id" IS DISTINCT FROM (NEW."staff_member_id") OR OLD."offered_at" IS DISTINCT FROM (NEW."offered_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='cdf64e2441b142e0a6db5a3619e1fd9350380a6a', operation='UPDATE', pgid='pgtrigger_offer_terms_c3044', table='bookings_replacementoffer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='replacementoffer',
            trigger=pgtrigger.compiler.Trigger(name='offer_never_to_who_declined', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (SELECT FROM bookings_decline AS d\n               WHERE d.booking_id = NEW.booking_id AND d.staff_member_id = NEW.staff_member_id) THEN\n        RAISE EXCEPTION 'booking % is offered to somebody who has declined it', NEW.booking_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'offer_never_to_who_declined';\n    END IF;\n    RETURN NEW;\n", hash='7f03a84294bc0d268803ecca7f8b90fab932e516', operation='INSERT', pgid='pgtrigger_offer_never_to_who_declined_1ee47', table='bookings_replacementoffer', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='decline',
            index=models.Index(condition=models.Q(('sick_leave__isnull', True)), fields=['staff_member', '-at'], name='decline_that_counts'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decline',
            trigger=pgtrigger.compiler.Trigger(name='bookings_decline_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='151e9890a47f1f8e9089375de2fa5a581e8d809f', operation='UPDATE OR DELETE', pgid='pgtrigger_bookings_decline_append_only_84007', table='bookings_decline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decline',
            trigger=pgtrigger.compiler.Trigger(name='bookings_decline_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'bookings_decline is append-only: it cannot be truncated';", hash='3437677d2aebb928b7f26ecc367ed045d5200590', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_bookings_decline_no_truncate_69cd0', table='bookings_decline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sosalarm',
            trigger=pgtrigger.compiler.Trigger(name='sos_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='34383ce94d0b352b3739c85f35b5920c02c61d7e', operation='DELETE', pgid='pgtrigger_sos_never_deleted_fab21', table='bookings_sosalarm', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sosalarm',
            trigger=pgtrigger.compiler.Trigger(name='sos_terms', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."booking_id" IS DISTINCT FROM (NEW."booking_id") OR OLD."raised_by_id" IS DISTINCT FROM (NEW."raised_by_id") OR OLD."raised_as" IS DISTINCT FROM (NEW."raised_as") OR OLD."raised_at" IS DISTINCT FROM (NEW."raised_at") OR OLD."note" IS DISTINCT FROM (NEW."note"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0f93a31d35f41f940fdbddb9b11c147a6de930cf', operation='UPDATE', pgid='pgtrigger_sos_terms_786e4', table='bookings_sosalarm', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sosalarm',
            trigger=pgtrigger.compiler.Trigger(name='sos_acknowledged_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."acknowledged_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='07f73046e886279dc8f6debf0087614e715764a9', operation='UPDATE', pgid='pgtrigger_sos_acknowledged_once_1ecf6', table='bookings_sosalarm', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sosposition',
            trigger=pgtrigger.compiler.Trigger(name='bookings_sosposition_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='177579dd2f387af47e99d975d4bb3c9d20688083', operation='UPDATE OR DELETE', pgid='pgtrigger_bookings_sosposition_append_only_bd041', table='bookings_sosposition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sosposition',
            trigger=pgtrigger.compiler.Trigger(name='bookings_sosposition_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'bookings_sosposition is append-only: it cannot be truncated';", hash='603f0966b8bada7a23078c465b815c4db56f54d0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_bookings_sosposition_no_truncate_acb73', table='bookings_sosposition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sosrecording',
            trigger=pgtrigger.compiler.Trigger(name='bookings_sosrecording_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='51e00023398f8111a932b8270d2e5b5590cb0ddc', operation='UPDATE OR DELETE', pgid='pgtrigger_bookings_sosrecording_append_only_e607f', table='bookings_sosrecording', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sosrecording',
            trigger=pgtrigger.compiler.Trigger(name='bookings_sosrecording_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'bookings_sosrecording is append-only: it cannot be truncated';", hash='814bc0b035c6a48f11047fc4144c9f3989c08c78', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_bookings_sosrecording_no_truncate_d8220', table='bookings_sosrecording', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitingentry',
            trigger=pgtrigger.compiler.Trigger(name='waiting_offer_is_counted', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    PERFORM availability_count_seats(NEW.slot_id,\n        (NEW.state = 'OFFERED')::integer - CASE WHEN TG_OP = 'UPDATE' THEN (OLD.state = 'OFFERED')::integer ELSE 0 END);\n    RETURN NULL;\n", hash='89218567456ae96ee5cc139fac3a60a47ed9dd0b', operation='INSERT OR UPDATE OF "state"', pgid='pgtrigger_waiting_offer_is_counted_e03b2', table='bookings_waitingentry', when='AFTER')),
        ),
    ]
