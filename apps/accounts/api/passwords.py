from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, operations
from apps.accounts.api.serializers.credentials import ForgotIn, PasswordIn, ResetIn
from apps.accounts.api.serializers.sessions import TokensOut
from apps.accounts.api.sessions import ANYONE, OpenView
from apps.accounts.limits import Limit
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.views import DomainView


class Password(DomainView):
    throttle_scope = "password"
    open_while = frozenset(Limit)
    closed_to_api_keys = True

    @documented(
        summary="Change the password",
        description="Every token ends at once; the answer holds a fresh pair for this device.",
        request=PasswordIn,
        responses=TokensOut,
        errors=[errors.PasswordWrong, errors.WeakPassword, errors.LockedOut],
        example={"current_password": "Harmattan-Breeze-7", "new_password": "Long-Rains-of-June-3"},
    )
    def put(self, request: Request) -> Response:
        at = clock.now()
        second_factor = bool(getattr(request.user, "sign_in_second_factor", False))
        user = operations.change_password(user=request.user, **self.read_input(PasswordIn), at=at)
        pair = operations.begin_sign_in(user=user, second_factor=second_factor, at=at)
        return success(TokensOut(pair).data, message="Your password is changed. Other devices are signed out.")


class ForgotPassword(OpenView):
    throttle_scope = "password"

    @documented(
        summary="Ask for a link that sets a new password",
        description="The link works once, within the hour; by SMS to those who have no mail. The answer never tells "
        "whether an address is known.",
        permissions=ANYONE,
        request=ForgotIn,
        responses=None,
        example={"email": "ada@example.com"},
    )
    def post(self, request: Request) -> Response:
        operations.request_password_reset(**self.read_input(ForgotIn))
        return success(message="If we know you, a link is on its way.")


class ResetPassword(OpenView):
    throttle_scope = "password"

    @documented(
        summary="Set a new password by the link",
        description="Every token ends at once; sign in with the new password.",
        permissions="Whoever holds the link's token.",
        request=ResetIn,
        responses=None,
        errors=[errors.LinkEnded, errors.WeakPassword],
        example={"token": "eyJ1c2VyIjoi…", "new_password": "Long-Rains-of-June-3"},
    )
    def post(self, request: Request) -> Response:
        operations.reset_password(**self.read_input(ResetIn), at=clock.now())
        return success(message="Your password is changed. Sign in with it.")
