from apps.core.admin.bases import BaseAdmin, BusinessScopedAdmin, ReadOnlyAdmin, ReadOnlyInline, audited_action
from apps.core.admin.core_tables import AuditEntryAdmin, OutboxMessageAdmin, SweepHeartbeatAdmin

__all__ = [
    "AuditEntryAdmin",
    "BaseAdmin",
    "BusinessScopedAdmin",
    "OutboxMessageAdmin",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "SweepHeartbeatAdmin",
    "audited_action",
]
