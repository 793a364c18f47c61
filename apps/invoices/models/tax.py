import pghistory
from django.db import models
from django.db.models import CheckConstraint, Q

from apps.core.models import BaseModel


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history_of"),
    model_name="TaxDetailsHistory",
    append_only=True,
)
class TaxDetails(BaseModel):
    """How a business stands with the tax office; its invoices carry tax where it is registered."""

    business = models.OneToOneField("catalog.Business", on_delete=models.PROTECT, related_name="tax_details")
    legal_name = models.CharField(max_length=160, blank=True, help_text="Where it is not the business's own name.")
    legal_address = models.CharField(
        max_length=300, blank=True, help_text="Where it is not the business's own address."
    )
    tin = models.CharField("TIN", max_length=40, blank=True, help_text="Tax identification number.")
    is_registered = models.BooleanField(default=False, help_text="For value added tax.")
    vat_rate_bp = models.PositiveSmallIntegerField(
        "VAT rate", null=True, blank=True, help_text="In basis points; its country's where it is empty."
    )

    class Meta:
        verbose_name_plural = "tax details"
        constraints = [
            CheckConstraint(condition=Q(is_registered=False) | ~Q(tin=""), name="tax_registered_has_its_number"),
            CheckConstraint(
                condition=Q(vat_rate_bp__isnull=True) | Q(vat_rate_bp__lte=5_000), name="tax_rate_is_no_slip"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business}: {self.tin or 'no TIN'}"
