from apps.accounts.models.activity import AccountActivity
from apps.accounts.models.addresses import Address
from apps.accounts.models.api_keys import ApiKey
from apps.accounts.models.devices import PushDevice
from apps.accounts.models.guards import SignInGuard
from apps.accounts.models.one_time_codes import MAX_TRIES, OneTimeCode
from apps.accounts.models.profiles import OpsProfile, Profile
from apps.accounts.models.second_factors import RecoveryCode, SecondFactor
from apps.accounts.models.sign_ins import RefreshToken, SignIn
from apps.accounts.models.users import User

__all__ = [
    "MAX_TRIES",
    "AccountActivity",
    "Address",
    "ApiKey",
    "OneTimeCode",
    "OpsProfile",
    "Profile",
    "PushDevice",
    "RecoveryCode",
    "RefreshToken",
    "SecondFactor",
    "SignIn",
    "SignInGuard",
    "User",
]
