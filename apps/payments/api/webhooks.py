"""The gateways' own voice. A hot path: a signature, one insert, 200."""

from drf_spectacular.types import OpenApiTypes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.schema import documented
from apps.core.api.views import DomainView
from apps.payments import errors, operations
from apps.payments.api.serializers import ReceivedOut


class WebhookView(DomainView):
    authentication_classes = ()
    permission_classes = [AllowAny]
    throttle_classes = ()

    @documented(
        summary="A gateway's web hook",
        description=(
            "The raw body is checked against its signature (`Stripe-Signature`, `x-paystack-signature` or "
            "`X-Sandbox-Signature`), kept for ever by the gateway's event id, and acted on afterwards. Repeats answer 200."
        ),
        permissions="Whoever holds the gateway's secret.",
        request=OpenApiTypes.OBJECT,
        responses=ReceivedOut,
        errors=[errors.UnsignedWebhook, errors.UnknownGateway],
        example={"event": "charge.success", "data": {"reference": "GP-ACDEFGHJKMNPQRTW", "amount": 500000}},
        response_example={"received": True},
    )
    def post(self, request: Request, gateway: str) -> Response:
        operations.receive_webhook(gateway=gateway, body=request._request.body, headers=request.headers, at=clock.now())
        return Response({"received": True})
