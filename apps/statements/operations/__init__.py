"""What can be done about statements. All are keyword-only but the sweep, and harmless to repeat.

issue_statements(account_id, until, at) -> list[Statement]    every month of the account that is over and not told yet
next_month_due(at) -> datetime
issue_due_statements(at, limit) -> int                        whatever months are over, wherever their owners are
"""

from .due import issue_due_statements, next_month_due
from .issue import issue_statements

__all__ = ["issue_due_statements", "issue_statements", "next_month_due"]
