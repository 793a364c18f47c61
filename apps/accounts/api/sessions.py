"""Signing in, staying in, signing out."""

from typing import Any

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, limits, operations
from apps.accounts.api.serializers.account import AccountOut
from apps.accounts.api.serializers.sessions import (
    CodeLoginIn,
    DeviceTokenOut,
    LoginIn,
    LoginOut,
    LogoutIn,
    PhoneIn,
    RefreshIn,
    SecondFactorLoginIn,
    TokensOut,
)
from apps.accounts.limits import Limit
from apps.accounts.operations import SignInResult
from apps.accounts.rules import needs_second_factor
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput
from apps.core.api.throttles import sign_device
from apps.core.api.views import DomainView
from apps.core.errors import NotAuthenticated
from apps.core.ids import new_id

ANYONE = "Anyone."


class OpenView(DomainView):
    """A view for people who are not signed in; a token that has ended does not get in their way."""

    authentication_classes: Any = []
    permission_classes = [AllowAny]


def signed_in(result: SignInResult) -> Response:
    """The answer to a sign-in: tokens and the person, or a challenge."""
    user, pair = result.user, result.tokens
    if user is None or pair is None:
        asked: dict[str, Any] = {
            "access": None,
            "refresh": None,
            "user": None,
            "second_factor_required": True,
            "next_step": None,
        }
        return success({**asked, "challenge": result.challenge}, message="Type the code of your authenticator.")
    step = None
    if user.must_change_password:
        step = Limit.PASSWORD_CHANGE.value
    elif needs_second_factor(user) and not result.second_factor:
        step = Limit.ENROLMENT.value
    body: dict[str, Any] = {
        "access": pair.access,
        "refresh": pair.refresh,
        "user": AccountOut(user).data,
        "second_factor_required": False,
        "next_step": step,
    }
    return success({**body, "challenge": None}, message="Welcome back.")


class Login(OpenView):
    throttle_scope = "login"

    @documented(
        summary="Sign in with e-mail and password",
        description="Answers tokens and the person. Where a second factor is set, `second_factor_required` is true and "
        "`challenge` is answered at `/auth/login/second-factor/`; or the code comes along as `code`. Failures lock the "
        "account and the address for a growing time.",
        permissions=ANYONE,
        request=LoginIn,
        responses=LoginOut,
        errors=[errors.WrongCredentials, errors.LockedOut, errors.CodeWrong],
        example={"email": "ada@example.com", "password": "Harmattan-Breeze-7"},
    )
    def post(self, request: Request) -> Response:
        return signed_in(operations.sign_in_with_password(**self.read_input(LoginIn), at=clock.now()))


class SecondFactorLogin(OpenView):
    throttle_scope = "login"

    @documented(
        summary="Finish signing in with the second factor",
        permissions=ANYONE,
        request=SecondFactorLoginIn,
        responses=LoginOut,
        errors=[errors.ChallengeEnded, errors.CodeWrong, errors.LockedOut],
        example={"challenge": "eyJ1c2VyIjoi…", "code": "123456"},
    )
    def post(self, request: Request) -> Response:
        return signed_in(operations.finish_sign_in(**self.read_input(SecondFactorLoginIn), at=clock.now()))


class OneTimeCodeRequest(OpenView):
    throttle_scope = "one_time_code"

    @documented(
        summary="Ask for a one-time code by SMS",
        description="Six digits, good for five minutes and five tries. The answer never tells whether a number is known.",
        permissions=ANYONE,
        request=PhoneIn,
        responses=None,
        example={"phone": "+2348031234567"},
    )
    def post(self, request: Request) -> Response:
        operations.request_sign_in_code(phone=self.read_input(PhoneIn)["phone"])
        return success(message="If we know this number, a code is on its way.")


class CodeLogin(OpenView):
    throttle_scope = "login"

    @documented(
        summary="Sign in with phone and one-time code",
        permissions=ANYONE,
        request=CodeLoginIn,
        responses=LoginOut,
        errors=[errors.WrongCredentials, errors.LockedOut, errors.CodeWrong],
        example={"phone": "+2348031234567", "one_time_code": "123456"},
    )
    def post(self, request: Request) -> Response:
        return signed_in(operations.sign_in_with_code(**self.read_input(CodeLoginIn), at=clock.now()))


class Refresh(OpenView):
    @documented(
        summary="Get a new pair of tokens",
        description="The refresh token is replaced. For 60 s after that the same successor is answered again; later, an "
        "old token ends the whole sign-in.",
        permissions="Whoever holds the refresh token.",
        request=RefreshIn,
        responses=TokensOut,
        errors=[errors.TokenEnded],
        example={"refresh": "eyJhbGciOi…"},
    )
    def post(self, request: Request) -> Response:
        pair = operations.refresh(token=self.read_input(RefreshIn)["refresh"], at=clock.now())
        return Response(TokensOut(pair).data)


class Logout(DomainView):
    permission_classes = [AllowAny]
    open_while = frozenset(Limit)

    @documented(
        summary="Sign out on this device",
        description="Ends the sign-in of the refresh token in the body or, without one, of the access token.",
        permissions="Whoever holds either token.",
        request=LogoutIn,
        responses=None,
        errors=[NotAuthenticated],
        example={"refresh": "eyJhbGciOi…"},
    )
    def post(self, request: Request) -> Response:
        refresh = self.read_input(LogoutIn)["refresh"]
        sign_in_id = limits.sign_in_of(request.auth)
        if not refresh and not request.user.is_authenticated:
            raise NotAuthenticated
        operations.sign_out(refresh_token=refresh, sign_in_id=sign_in_id, at=clock.now())
        return success(message="You are signed out.")


class LogoutEverywhere(DomainView):
    open_while = frozenset(Limit)

    @documented(
        summary="Sign out on every device",
        description="All access and refresh tokens have ended at once.",
        request=EmptyInput,
        responses=None,
    )
    def post(self, request: Request) -> Response:
        self.read_input(EmptyInput)
        operations.sign_out_everywhere(user_id=request.user.pk, by=request.user, at=clock.now())
        return success(message="You are signed out everywhere.")


class DeviceToken(OpenView):
    throttle_scope = "device_token"
    throttle_by_address = True

    @documented(
        summary="Get a token that marks this device",
        description="Thousands share one mobile carrier's address: with the token in `X-Device-Token`, limits count this "
        "device instead.",
        permissions=ANYONE,
        request=EmptyInput,
        responses={201: DeviceTokenOut},
    )
    def post(self, request: Request) -> Response:
        self.read_input(EmptyInput)
        return success({"device_token": sign_device(str(new_id()))}, status=201)
