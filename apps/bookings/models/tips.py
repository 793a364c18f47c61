import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q

from apps.bookings.states import TipState
from apps.core.fields import CurrencyField, MinorUnitsField
from apps.core.models import BaseModel

T = TipState

_ONLY_AFTERWARDS = """
    IF NOT EXISTS (SELECT FROM bookings_booking AS b WHERE b.id = NEW.booking_id AND b.status = 'COMPLETED') THEN
        RAISE EXCEPTION 'a tip for booking % is given once the work is complete', NEW.booking_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tip_after_the_work';
    END IF;
    RETURN NEW;
"""


class Tip(BaseModel):
    """What a customer gives to somebody who did the work: whole, to the person's own wallet, whatever their business is."""

    booking = models.ForeignKey("bookings.Booking", on_delete=models.PROTECT, related_name="tips")
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff_member = models.ForeignKey("catalog.StaffMember", on_delete=models.PROTECT, related_name="+", db_index=False)
    performer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = MinorUnitsField()
    currency = CurrencyField()
    state = models.CharField(max_length=4, choices=T.choices, default=T.DUE)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(amount_minor__gt=0), name="tip_is_more_than_nothing"),
            CheckConstraint(
                condition=Q(state=T.DUE, paid_at=None) | Q(state=T.PAID, paid_at__isnull=False), name="tip_paid_when"
            ),
            CheckConstraint(condition=~Q(performer=models.F("customer")), name="tip_is_for_somebody_else"),
        ]
        indexes = [Index(fields=["performer", "-created_at"], name="tip_of_performer")]
        triggers = [
            pgtrigger.FSM(
                name="tip_moves",
                field="state",
                transitions=[(T.DUE.value, T.PAID.value)],
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            ),
            pgtrigger.Protect(name="tip_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="tip_terms",
                fields=[
                    "id", "booking", "customer", "staff_member", "performer", "amount_minor", "currency", "created_at",
                ],
            ),
            pgtrigger.Trigger(
                name="tip_after_the_work", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_ONLY_AFTERWARDS
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"for {self.staff_member}"
