from apps.accounts.operations.back_office import follow_memberships

__all__ = ["follow_memberships"]
