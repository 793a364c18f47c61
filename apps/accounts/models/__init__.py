from apps.accounts.models.users import User

__all__ = ["User"]
