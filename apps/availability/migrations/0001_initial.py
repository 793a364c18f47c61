import apps.core.clock
import apps.core.fields
import apps.core.ids
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
import django.db.models.lookups
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('catalog', '0001_initial'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('title', models.CharField(max_length=160)),
                ('price_minor', apps.core.fields.MinorUnitsField(help_text="Of one seat in every session, in the business's currency.")),
                ('allows_single', models.BooleanField(default=False, help_text='Whether its sessions are also booked one by one.')),
                ('is_available', models.BooleanField(default=True, help_text='Off closes the course without deleting it.')),
                ('business', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='catalog.business')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='catalog.service')),
            ],
            options={
                'indexes': [models.Index(fields=['business', '-id'], name='course_of_business')],
                'constraints': [models.CheckConstraint(condition=models.Q(('price_minor__gte', 0)), name='course_price_not_negative')],
                'triggers': [pgtrigger.compiler.Trigger(name='course_stays_of_its_service', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."business_id" IS DISTINCT FROM (NEW."business_id") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d37b1b351ac7d64f021238ebe3e5b663ff3354d4', operation='UPDATE', pgid='pgtrigger_course_stays_of_its_service_ca55f', table='availability_course', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='CapacitySlot',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('max_capacity', models.PositiveIntegerField()),
                ('booked_count', models.PositiveIntegerField(default=0)),
                ('is_available', models.BooleanField(default=True, help_text='Off closes the slot without deleting it.')),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('business', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='catalog.business')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='catalog.service')),
                ('staff_member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='catalog.staffmember')),
                ('course', models.ForeignKey(blank=True, db_index=False, help_text='The course of which it is a session.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sessions', to='availability.course')),
            ],
            options={
                'indexes': [models.Index(fields=['service', 'starts_at'], name='slot_of_service'), models.Index(condition=models.Q(('course__isnull', False)), fields=['course', 'starts_at'], name='slot_of_course')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='slot_in_order'), models.CheckConstraint(condition=models.Q(('booked_count__lte', models.F('max_capacity'))), name='slot_not_overbooked'), models.CheckConstraint(condition=models.Q(('completed_at', None), models.Q(('completed_at__gte', models.F('started_at')), ('started_at__isnull', False)), _connector='OR'), name='slot_completed_after_its_start'), models.UniqueConstraint(condition=models.Q(('completed_at', None), ('started_at__isnull', False)), fields=('staff_member',), name='slot_one_session_in_progress'), models.UniqueConstraint(fields=('business', 'starts_at', 'service', 'staff_member'), name='slot_once', nulls_distinct=False)],
                'triggers': [pgtrigger.compiler.Trigger(name='slot_of_its_course', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.course_id IS NOT NULL)', func="\n    IF NOT EXISTS (SELECT FROM availability_course AS c WHERE c.id = NEW.course_id\n                   AND c.business_id = NEW.business_id AND c.service_id = NEW.service_id) THEN\n        RAISE EXCEPTION 'slot % is in a course of another service or business', NEW.id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'slot_of_its_course';\n    END IF;\n    RETURN NEW;\n", hash='020de1c03120ad69c7c5b452fb328709e710d407', operation='INSERT OR UPDATE OF "course_id", "service_id", "business_id"', pgid='pgtrigger_slot_of_its_course_06304', table='availability_capacityslot', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ImportedCalendar',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('name', models.CharField(max_length=80)),
                ('address', apps.core.fields.EncryptedTextField()),
                ('digest', models.CharField(help_text='Of the address, so that no calendar is read twice.', max_length=64)),
                ('host', models.CharField(max_length=253)),
                ('next_read_at', models.DateTimeField()),
                ('reads', models.PositiveIntegerField(default=0)),
                ('failures', models.PositiveSmallIntegerField(default=0, help_text='In a row; none since the last success.')),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, help_text='The last success: how fresh it is.', null=True)),
                ('changed_at', models.DateTimeField(blank=True, help_text='When it last said something new.', null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('etag', models.CharField(blank=True, max_length=200)),
                ('last_modified', models.CharField(blank=True, max_length=100)),
                ('content_digest', models.CharField(blank=True, max_length=64)),
                ('covered_until', models.DateTimeField(blank=True, help_text='How far its recurring events are laid out.', null=True)),
                ('events', models.PositiveIntegerField(default=0, help_text='Spans of time that it takes.')),
                ('added_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('staff_member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendars', to='catalog.staffmember')),
            ],
            options={
                'indexes': [models.Index(fields=['next_read_at', 'id'], name='imported_calendar_due')],
                'constraints': [models.UniqueConstraint(fields=('staff_member', 'digest'), name='imported_calendar_once'), models.CheckConstraint(condition=models.Q(('read_at__isnull', True), models.Q(('tried_at__gte', models.F('read_at')), ('tried_at__isnull', False)), _connector='OR'), name='imported_calendar_tried_to_read'), models.CheckConstraint(condition=models.Q(('failures', 0), models.Q(('last_error', ''), _negated=True), _connector='OR'), name='imported_calendar_failure_says_why')],
            },
        ),
        migrations.CreateModel(
            name='ImportedSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='availability.importedcalendar')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['person', 'during'], name='imported_span_when')],
                'constraints': [models.CheckConstraint(condition=models.Q(('during__isempty', False)), name='imported_span_has_length')],
            },
        ),
        migrations.CreateModel(
            name='OpeningException',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('on', models.DateField()),
                ('spans', models.JSONField(blank=True, default=list, help_text='Pairs of minutes after midnight, [opens, closes]; a closing minute above 1440 is on the next day.')),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('business', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opening_exceptions', to='catalog.business')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('business', 'on'), name='opening_exception_once_a_date')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('weekday', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(6)])),
                ('spans', models.JSONField(default=list, help_text='Pairs of minutes after midnight, [opens, closes]; a closing minute above 1440 is on the next day.')),
                ('business', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opening_hours', to='catalog.business')),
            ],
            options={
                'verbose_name_plural': 'opening hours',
                'constraints': [models.UniqueConstraint(fields=('business', 'weekday'), name='opening_hours_once_a_weekday'), models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='opening_hours_weekday_in_week')],
            },
        ),
        migrations.CreateModel(
            name='ScheduleOverride',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('on', models.DateField()),
                ('spans', models.JSONField(blank=True, default=list, help_text='Pairs of minutes after midnight, [opens, closes]; a closing minute above 1440 is on the next day.')),
                ('staff_member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schedule_overrides', to='catalog.staffmember')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('staff_member', 'on'), name='schedule_override_once_a_date')],
            },
        ),
        migrations.CreateModel(
            name='TimeOff',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('reason', models.CharField(choices=[('HOLIDAY', 'holiday'), ('SICK', 'sick'), ('TRAINING', 'training'), ('OTHER', 'other')], default='OTHER', max_length=10)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('staff_member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='time_off', to='catalog.staffmember')),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'time off',
                'indexes': [models.Index(fields=['staff_member', 'ends_at'], name='time_off_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='time_off_in_order')],
            },
        ),
        migrations.CreateModel(
            name='TravelPeriod',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField(blank=True, help_text='Empty: for good.', null=True)),
                ('time_zone', models.CharField(max_length=64)),
                ('staff_member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='travel_periods', to='catalog.staffmember')),
            ],
            options={
                'ordering': ['first_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_on__isnull', True), ('last_on__gte', models.F('first_on')), _connector='OR'), name='travel_period_in_order')],
            },
        ),
        migrations.CreateModel(
            name='WeeklySchedule',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('weekly', models.JSONField(help_text='Seven lists, Monday first. Pairs of minutes after midnight, [opens, closes]; a closing minute above 1440 is on the next day.')),
                ('time_zone', models.CharField(blank=True, help_text="The person's, or else the business's, where empty.", max_length=64)),
                ('staff_member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='weekly_schedule', to='catalog.staffmember')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('weekly'), function='jsonb_array_length', output_field=models.IntegerField()), 7), name='weekly_schedule_has_seven_days')],
            },
        ),
        migrations.CreateModel(
            name='BusyBlock',
            fields=[
                ('id', models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=apps.core.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('BOOKING', 'booking'), ('REPLACEMENT_HOLD', 'held for a customer who was offered this replacement'), ('MANUAL', 'taken by hand'), ('SESSION', 'a session with seats'), ('IMPORTED', 'from another calendar')], default='BOOKING', max_length=16)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(help_text='The work with its buffers, half-open.')),
                ('is_active', models.BooleanField(default=True)),
                ('is_running', models.BooleanField(default=False, help_text='The job has started and is not completed.')),
                ('booking_id', models.UUIDField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, help_text='An unpaid hold takes no time from then on.', null=True)),
                ('overrun_told_at', models.DateTimeField(blank=True, help_text='When it was claimed, once, as one that the job before it runs into.', null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('source', models.CharField(blank=True, help_text='The calendar that an imported block came from.', max_length=200)),
                ('holder', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.service')),
                ('staff_member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='busy_blocks', to='catalog.staffmember')),
                ('slot', models.ForeignKey(blank=True, db_index=False, help_text='The session that the person holds.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='availability.capacityslot')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_active', True)), fields=['booking_id'], name='busy_block_booking'), models.Index(fields=['staff_member', 'starts_at'], name='busy_block_staff'), models.Index(condition=models.Q(('is_active', True)), fields=['person', 'starts_at'], name='busy_block_when'), models.Index(condition=models.Q(('is_active', True), ('is_running', True)), fields=['person'], name='busy_block_running'), models.Index(condition=models.Q(('is_active', True), ('is_running', True)), fields=['ends_at'], name='busy_block_to_end')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_active', True)), expressions=[('person', '='), ('during', '&&')], name='busy_block_one_at_a_time'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='busy_block_in_order'), models.CheckConstraint(condition=models.Q(('during__startswith__lte', models.F('starts_at')), ('during__endswith__gte', models.F('ends_at'))), name='busy_block_has_its_work'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'BOOKING'), _negated=True), ('booking_id__isnull', False), _connector='OR'), name='busy_block_of_booking_names_it'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'SESSION'), ('slot__isnull', False)), models.Q(models.Q(('kind', 'SESSION'), _negated=True), ('slot', None)), _connector='OR'), name='busy_block_of_session_names_it'), models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('slot',), name='busy_block_of_session_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='busy_block_uncovers_imports', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.is_active AND OLD.kind <> 'IMPORTED' AND (NOT NEW.is_active OR OLD.during <> NEW.during))", constraint='CONSTRAINT', func='\n    IF EXISTS (SELECT FROM availability_importedspan s WHERE s.person_id = OLD.person_id AND s.during && OLD.during) THEN\n        PERFORM availability_lay_imports(OLD.person_id, NEW.updated_at, false);\n    END IF;\n    RETURN NULL;\n', hash='2870e42de4f9689b1e511739b2a4c000dfce3d9d', operation='UPDATE', pgid='pgtrigger_busy_block_uncovers_imports_5ea92', table='availability_busyblock', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER'))],
            },
        ),
    ]
