from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import errors, limits, operations, queries
from apps.accounts.api.serializers.credentials import (
    CodeIn,
    EnrolmentOut,
    RecoveryCodesOut,
    SecondFactorOut,
)
from apps.accounts.limits import Limit
from apps.accounts.qr import qr_svg
from apps.accounts.rules import needs_second_factor
from apps.core import clock
from apps.core.api.responses import success
from apps.core.api.schema import documented
from apps.core.api.serializers import EmptyInput
from apps.core.api.views import DomainView


class SecondFactorView(DomainView):
    open_while = frozenset({Limit.ENROLMENT})
    closed_to_viewers = True


class SecondFactorState(SecondFactorView):
    @documented(summary="Whether a second factor is on", responses=SecondFactorOut)
    def get(self, request: Request) -> Response:
        return Response(
            {
                "enabled": queries.has_second_factor(request.user),
                "required": needs_second_factor(request.user),
                "recovery_codes_left": queries.recovery_codes_left(request.user),
            }
        )


class Enrol(SecondFactorView):
    @documented(
        summary="Begin to set up a second factor",
        description="Scan the picture with an authenticator, then confirm with its code.",
        request=EmptyInput,
        responses=EnrolmentOut,
        errors=[errors.AlreadyEnrolled],
    )
    def post(self, request: Request) -> Response:
        self.read_input(EmptyInput)
        enrolment = operations.begin_enrolment(user_id=request.user.pk, at=clock.now())
        return Response({"seed": enrolment.seed, "uri": enrolment.uri, "qr_svg": qr_svg(enrolment.uri)})


class ConfirmEnrolment(SecondFactorView):
    @documented(
        summary="Switch the second factor on",
        description="Answers ten recovery codes, this once. Your token opens everything from now on.",
        request=CodeIn,
        responses=RecoveryCodesOut,
        errors=[errors.NotEnrolled, errors.AlreadyEnrolled, errors.CodeWrong, errors.LockedOut],
        example={"code": "123456"},
    )
    def post(self, request: Request) -> Response:
        codes = operations.confirm_enrolment(
            user_id=request.user.pk, sign_in_id=limits.sign_in_of(request.auth), **self.read_input(CodeIn),
            at=clock.now(),
        )  # fmt: skip
        return success({"recovery_codes": codes}, message="Your second factor is on. Keep the recovery codes safe.")


class DisableSecondFactor(DomainView):
    @documented(
        summary="Switch the second factor off",
        permissions="Anyone signed in whose role may be without; not `ADMIN` and `OPS`.",
        request=CodeIn,
        responses=None,
        errors=[errors.NotEnrolled, errors.SecondFactorNeeded, errors.CodeWrong, errors.LockedOut],
        example={"code": "123456"},
    )
    def post(self, request: Request) -> Response:
        operations.disable_second_factor(user=request.user, **self.read_input(CodeIn), at=clock.now())
        return success(message="Your second factor is off.")


class RecoveryCodes(DomainView):
    @documented(
        summary="Get fresh recovery codes",
        description="The old ones are worth nothing.",
        request=CodeIn,
        responses=RecoveryCodesOut,
        errors=[errors.NotEnrolled, errors.CodeWrong, errors.LockedOut],
        example={"code": "123456"},
    )
    def post(self, request: Request) -> Response:
        codes = operations.renew_recovery_codes(user_id=request.user.pk, **self.read_input(CodeIn), at=clock.now())
        return Response({"recovery_codes": codes})
