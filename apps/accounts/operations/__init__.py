from apps.accounts.operations.account import update_account, update_ops_profile, update_profile
from apps.accounts.operations.activity import note_activity
from apps.accounts.operations.addresses import AddressText, add_address, change_address, remove_address
from apps.accounts.operations.api_keys import NewApiKey, create_api_key, revoke_api_key
from apps.accounts.operations.back_office import follow_memberships
from apps.accounts.operations.devices import forget_device, register_device, remove_device
from apps.accounts.operations.one_time_codes import (
    request_sign_in_code,
    send_code,
    send_sign_in_code,
    verify_phone,
)
from apps.accounts.operations.passwords import (
    change_password,
    check_password,
    request_password_reset,
    reset_password,
    send_password_reset,
)
from apps.accounts.operations.people import View, change_role, restore_user, suspend_user, view_as
from apps.accounts.operations.privacy import erase, export_personal_data
from apps.accounts.operations.register import ensure_first_admin, guest_customer, register
from apps.accounts.operations.second_factor import (
    Enrolment,
    begin_enrolment,
    check_second_factor,
    code_at,
    confirm_enrolment,
    disable_second_factor,
    pending_enrolment,
    renew_recovery_codes,
    reset_second_factor,
)
from apps.accounts.operations.sessions import TokenPair, begin_sign_in, refresh, sign_out, sign_out_everywhere
from apps.accounts.operations.sign_in import SignInResult, finish_sign_in, sign_in_with_code, sign_in_with_password
from apps.accounts.operations.verification import request_verification, send_verification, verify_email

__all__ = [
    "AddressText",
    "Enrolment",
    "NewApiKey",
    "SignInResult",
    "TokenPair",
    "View",
    "add_address",
    "begin_enrolment",
    "begin_sign_in",
    "change_address",
    "change_password",
    "change_role",
    "check_password",
    "check_second_factor",
    "code_at",
    "confirm_enrolment",
    "create_api_key",
    "disable_second_factor",
    "ensure_first_admin",
    "erase",
    "export_personal_data",
    "finish_sign_in",
    "follow_memberships",
    "forget_device",
    "guest_customer",
    "note_activity",
    "pending_enrolment",
    "refresh",
    "register",
    "register_device",
    "remove_address",
    "remove_device",
    "renew_recovery_codes",
    "request_password_reset",
    "request_sign_in_code",
    "request_verification",
    "reset_password",
    "reset_second_factor",
    "restore_user",
    "revoke_api_key",
    "send_code",
    "send_password_reset",
    "send_sign_in_code",
    "send_verification",
    "sign_in_with_code",
    "sign_in_with_password",
    "sign_out",
    "sign_out_everywhere",
    "suspend_user",
    "update_account",
    "update_ops_profile",
    "update_profile",
    "verify_email",
    "verify_phone",
    "view_as",
]
