from apps.accounts.admin.belongings import AddressAdmin, ApiKeyAdmin, PushDeviceAdmin
from apps.accounts.admin.people import UserAdmin
from apps.accounts.admin.trails import AccountActivityAdmin, SignInAdmin, SignInGuardAdmin

__all__ = [
    "AccountActivityAdmin",
    "AddressAdmin",
    "ApiKeyAdmin",
    "PushDeviceAdmin",
    "SignInAdmin",
    "SignInGuardAdmin",
    "UserAdmin",
]
