"""The sandbox's hosted checkout page: what a customer sees where a real gateway would show its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError
from apps.core.money import money_words
from apps.payments.models import SandboxCharge
from apps.payments.sandbox.disputes import open_dispute_of
from apps.payments.sandbox.play import Act, act

BUTTONS = (
    (Act.APPROVE, "Approve", "Pays, and tells the marketplace at once."),
    (Act.FAIL, "Fail", "The card is refused; you may try again."),
    (Act.DELAY, "Delay", "Pays now; the web hook comes a minute later."),
    (Act.REPEAT, "Repeat", "Pays; the web hook comes five times."),
    (Act.REORDER, "Reorder", "Pays; older news arrives after the success."),
    (Act.PENDING, "Pending", "Like a bank transfer that is still on its way."),
)

OF_A_PAID_CHARGE = ((Act.DISPUTE, "Dispute", "The customer’s bank takes the money back for now."),)
OF_A_DISPUTED_ONE = (
    (Act.WIN_DISPUTE, "The bank decides for the marketplace", "The money comes back; the fee does not."),
    (Act.LOSE_DISPUTE, "The bank decides for the customer", "The money stays with the customer."),
)


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest, reference: str) -> HttpResponse:
    """The page, or what follows from pressing one of its buttons."""
    charge = SandboxCharge.objects.filter(reference=reference).first()
    if charge is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        choice = request.POST.get("act", "")
        if choice not in {each.value for each in Act}:
            raise Http404
        try:
            act(reference=reference, choice=Act(choice), at=clock.now())
        except DomainError as refusal:
            problem = refusal.message
        else:
            return redirect("sandbox-checkout", reference=reference)
    is_open = charge.status in {"OPEN", "FAILED", "PENDING"} and not (
        charge.expires_at and clock.now() >= charge.expires_at
    )
    page = {
        "charge": charge,
        "amount": money_words(charge.amount_minor, charge.currency),
        "buttons": BUTTONS if is_open else _of_the_bank(charge),
        "is_open": is_open,
        "problem": problem,
    }
    return render(request, "payments/sandbox_checkout.html", page, status=409 if problem else 200)


def _of_the_bank(charge: SandboxCharge) -> tuple[tuple[Act, str, str], ...]:
    if charge.status != "PAID":
        return ()
    return OF_A_PAID_CHARGE if open_dispute_of(charge) is None else OF_A_DISPUTED_ONE
