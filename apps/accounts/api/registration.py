"""Coming in, and proving addresses and numbers."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, operations
from apps.accounts.api.serializers.account import AccountOut
from apps.accounts.api.serializers.credentials import CodeIn, EmailIn, TokenIn
from apps.accounts.api.serializers.sessions import RegisterIn
from apps.accounts.api.sessions import ANYONE, OpenView
from apps.accounts.states import CodePurpose
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput
from apps.core.api.views import DomainView


class Register(OpenView):
    throttle_scope = "register"

    @documented(
        summary="Register",
        description="As `CUSTOMER`, `STAFF` or `CEO`, by e-mail and password or by phone. A link proves the e-mail; a "
        "number without e-mail gets a one-time code to sign in with. Whoever booked as a guest with the same e-mail "
        "finds that history once the address is proven.",
        permissions=ANYONE,
        request=RegisterIn,
        responses={201: AccountOut},
        errors=[errors.EmailTaken, errors.PhoneTaken, errors.WeakPassword],
        example={
            "email": "ada@example.com",
            "password": "Harmattan-Breeze-7",
            "first_name": "Ada",
            "last_name": "Okafor",
            "phone": "+2348031234567",
            "role": "CUSTOMER",
        },
    )
    def post(self, request: Request) -> Response:
        user = operations.register(**self.read_input(RegisterIn), at=clock.now())
        return success(
            AccountOut(user).data,
            message="Welcome. Open the link that we sent you."
            if user.email
            else "Welcome. Sign in by the code we sent.",
            status=201,
        )


class VerifyEmail(OpenView):
    throttle_scope = "password"

    @documented(
        summary="Prove an e-mail address",
        permissions="Whoever holds the link's token.",
        request=TokenIn,
        responses=None,
        errors=[errors.LinkEnded],
        example={"token": "eyJ1c2VyIjoi…"},
    )
    def post(self, request: Request) -> Response:
        operations.verify_email(token=self.read_input(TokenIn)["token"], at=clock.now())
        return success(message="Your e-mail is verified.")


class ResendVerification(OpenView):
    throttle_scope = "password"

    @documented(
        summary="Send the verification mail again",
        description="The answer never tells whether an address is known.",
        permissions=ANYONE,
        request=EmailIn,
        responses=None,
        example={"email": "ada@example.com"},
    )
    def post(self, request: Request) -> Response:
        operations.request_verification(email=self.read_input(EmailIn)["email"])
        return success(message="If this address waits to be verified, a mail is on its way.")


class SendPhoneCode(DomainView):
    throttle_scope = "one_time_code"

    @documented(summary="Send a code that proves the phone", request=EmptyInput, responses=None)
    def post(self, request: Request) -> Response:
        self.read_input(EmptyInput)
        operations.send_code(user=request.user, purpose=CodePurpose.VERIFY_PHONE, at=clock.now())
        return success(message="If you gave a number, a code is on its way.")


class VerifyPhone(DomainView):
    throttle_scope = "one_time_code"

    @documented(
        summary="Prove the phone",
        request=CodeIn,
        responses=AccountOut,
        errors=[errors.CodeWrong, errors.LockedOut],
        example={"code": "123456"},
    )
    def post(self, request: Request) -> Response:
        user = operations.verify_phone(user=request.user, code=self.read_input(CodeIn)["code"], at=clock.now())
        return success(AccountOut(user).data, message="Your phone is verified.")
