from apps.core.admin.bases import (
    BaseAdmin,
    BusinessReadOnlyAdmin,
    BusinessScopedAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    audited_action,
)
from apps.core.admin.columns import local_moment, money_of
from apps.core.admin.core_tables import AuditEntryAdmin, OutboxMessageAdmin, SweepHeartbeatAdmin
from apps.core.admin.reasons import ReasonedActionForm, reason_of
from apps.core.admin.schedules import CrontabAdmin, IntervalAdmin, ScheduleAdmin

__all__ = [
    "AuditEntryAdmin",
    "BaseAdmin",
    "BusinessReadOnlyAdmin",
    "BusinessScopedAdmin",
    "CrontabAdmin",
    "IntervalAdmin",
    "OutboxMessageAdmin",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "ReasonedActionForm",
    "ScheduleAdmin",
    "SweepHeartbeatAdmin",
    "audited_action",
    "local_moment",
    "money_of",
    "reason_of",
]
