"""Runs, breaks and proofs in the back office: for looking, with the same acts as the API."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from apps.core import clock
from apps.core.admin import ReadOnlyAdmin, ReadOnlyInline, ReasonedActionForm, audited_action, reason_of
from apps.core.errors import Invalid
from apps.core.money import CURRENCIES, money_words, parse_amount
from apps.reconciliation import operations
from apps.reconciliation.books.balance import BalanceCheck
from apps.reconciliation.models import BooksProof, Break, GatewayLine, ReconciliationRun
from apps.reconciliation.operations import CorrectionLeg, Proposal
from apps.reconciliation.states import Resolution, RunState


class ProposalForm(ReasonedActionForm):
    """The actions' form, which also asks between which accounts a correction moves how much."""

    debit = forms.CharField(required=False, max_length=120, label="Debit account")
    credit = forms.CharField(required=False, max_length=120, label="Credit account")
    amount = forms.CharField(required=False, max_length=20, label="Amount")


class FirstSeenInline(ReadOnlyInline):
    """What the run was the first to find."""

    model = Break
    fk_name = "first_run"
    fields = ("kind", "subject", "here", "there", "account", "state")
    readonly_fields = fields
    show_change_link = True
    verbose_name_plural = "breaks first found by this run"


@admin.register(ReconciliationRun)
class ReconciliationRunAdmin(ReadOnlyAdmin):
    list_display = (
        "day", "gateway", "state", "lines", "found", "fresh", "healed", "closed", "in_flight", "started_at", "problem",
    )  # fmt: skip
    list_filter = ("state",)
    search_fields = ("=id", "=gateway")
    ordering = ("-id",)
    inlines = (FirstSeenInline,)
    exclude = ("balances",)
    readonly_fields = ("what_the_gateway_has",)
    actions = ("again", "last_day")

    @admin.display(description="balances")
    def what_the_gateway_has(self, run: ReconciliationRun) -> str:
        """What the gateway has of ours, what the books say, and what is between the two, by currency."""
        rows = [(BalanceCheck(**balance).words,) for balance in run.balances]
        return format_html_join(format_html("<br>"), "{}", rows) if rows else "–"

    @audited_action("Compare this day again")
    def again(self, request: HttpRequest, run: ReconciliationRun) -> None:
        """The same day of the same gateway is compared once more."""
        self._told(request, operations.reconcile(gateway=run.gateway, day=run.day, by=request.user, at=clock.now()))

    @audited_action("Compare the gateway's last whole day")
    def last_day(self, request: HttpRequest, run: ReconciliationRun) -> None:
        """The day that was over last at the gateway of this run is compared."""
        self._told(request, operations.reconcile(gateway=run.gateway, by=request.user, at=clock.now()))

    def _told(self, request: HttpRequest, run: ReconciliationRun) -> None:
        level = messages.SUCCESS if run.state == RunState.DONE and not run.found else messages.WARNING
        self.message_user(request, f"{run}: {run.found} breaks, {run.healed} made good. {run.problem}", level)


@admin.register(Break)
class BreakAdmin(ReadOnlyAdmin):
    list_display = (
        "kind", "subject", "here", "there", "gap", "gateway", "state", "found_at", "seen_at", "proposed_by",
    )  # fmt: skip
    list_filter = ("state", "kind")
    search_fields = ("=id", "=subject", "=payment_id", "=gateway")
    list_select_related = ("proposed_by",)
    ordering = ("-id",)
    exclude = ("legs", "line")
    readonly_fields = ("correction", "line_of_gateway", "gap")
    actions = ("explain", "correct", "resolve", "send_back")
    action_form = ProposalForm

    @admin.display(description="gap")
    def gap(self, each: Break) -> str:
        """By how much the gateway has more."""
        return money_words(each.gap_minor, each.currency) if each.currency in CURRENCIES else "–"

    @admin.display(description="correction")
    def correction(self, each: Break) -> str:
        """The legs that were proposed, or posted."""
        rows = [
            ("Credit" if amount > 0 else "Debit", address, money_words(abs(amount), address.rpartition(":")[2]))
            for address, amount in each.legs
        ]
        return format_html_join(format_html("<br>"), "{} {}: {}", rows) if rows else "–"

    @admin.display(description="line at the gateway")
    def line_of_gateway(self, each: Break) -> str:
        """With its own page."""
        if each.line is None:
            return "–"
        address = reverse("admin:reconciliation_gatewayline_change", args=[each.line.pk])
        return format_html('<a href="{}">{}</a>', address, each.line)

    @audited_action("Propose: it is explained")
    def explain(self, request: HttpRequest, each: Break) -> None:
        """Nothing is to be posted; the reason field's words say why."""
        proposal = Proposal(resolution=Resolution.EXPLAINED, reason=reason_of(request))
        operations.propose_break(break_id=each.pk, proposal=proposal, by=request.user, at=clock.now())

    @audited_action("Propose: correct by a transfer")
    def correct(self, request: HttpRequest, each: Break) -> None:
        """So much is to go from the debit account to the credit account."""
        debit, credit = (str(request.POST.get(name, "")).strip() for name in ("debit", "credit"))
        words = str(request.POST.get("amount", "")).strip()
        if not (debit and credit and words):
            raise Invalid("Name the account to debit, the account to credit and the amount, beside the action.")
        amount_minor = parse_amount(words, credit.rpartition(":")[2])
        legs = [
            CorrectionLeg(address=debit, amount_minor=-amount_minor),
            CorrectionLeg(address=credit, amount_minor=amount_minor),
        ]
        proposal = Proposal(resolution=Resolution.CORRECTED, reason=reason_of(request), legs=legs)
        operations.propose_break(break_id=each.pk, proposal=proposal, by=request.user, at=clock.now())

    @audited_action("Resolve as proposed", roles=frozenset({"ADMIN"}))
    def resolve(self, request: HttpRequest, each: Break) -> None:
        """What was proposed is posted."""
        operations.resolve_break(break_id=each.pk, by=request.user, at=clock.now())

    @audited_action("Send the proposal back")
    def send_back(self, request: HttpRequest, each: Break) -> None:
        """The reason field's words say what was wrong."""
        operations.send_back_break(break_id=each.pk, reason=reason_of(request), by=request.user, at=clock.now())


@admin.register(GatewayLine)
class GatewayLineAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "gateway", "kind", "reference", "amount", "fee", "status", "settlement")
    search_fields = ("=reference", "=gateway_id", "=line_id", "=settlement")
    ordering = ("-id",)

    @admin.display(description="amount")
    def amount(self, line: GatewayLine) -> str:
        """As the gateway says."""
        return money_words(line.amount_minor, line.currency)

    @admin.display(description="fee")
    def fee(self, line: GatewayLine) -> str:
        """What the gateway kept of it."""
        return money_words(line.fee_minor, line.currency)


@admin.register(BooksProof)
class BooksProofAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "faults")
    ordering = ("-made_at",)
    exclude = ("named",)
    readonly_fields = ("what_is_broken",)

    @admin.display(description="what is broken")
    def what_is_broken(self, proof: BooksProof) -> str:
        """Rule by rule, with the row or account."""
        rows = [(each["rule"], each["subject"], each["expected"], each["found"]) for each in proof.named]
        words = "{} {}: should be {}, is {}"
        return format_html_join(format_html("<br>"), words, rows) if rows else "Nothing: the books are sound."
