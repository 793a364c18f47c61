"""What is printed on statements, in the languages of the letters."""

from dataclasses import dataclass

from django.utils.translation import get_language

from apps.statements.states import LineKind

K = LineKind


@dataclass(frozen=True, kw_only=True)
class StatementWords:
    """The labels. Places in braces are filled in."""

    statement: str
    tips: str
    period: str
    account: str
    available: str
    issued: str
    holder: str
    platform: str
    opening: str
    closing: str
    owed: str
    nothing_moved: str
    heads: tuple[str, ...]
    kinds: dict[LineKind, str]
    sales: str
    commission: str
    commission_back: str
    invoice: str
    credit_note: str
    commission_of: str
    sales_of: str
    set_off: str


EN = StatementWords(
    statement="Statement", tips="Statement of tips", period="Period", account="Account",
    available="{currency}, by the clock of {zone}", issued="Issued", holder="Account of", platform="Kept by",
    opening="Balance at the beginning", closing="Balance at the end",
    owed="Owed to the marketplace at the beginning: {opening}, at the end: {closing}.",
    nothing_moved="Nothing moved in this month.",
    heads=("Date", "What", "Gross", "Commission", "Amount", "Balance"),
    kinds={
        K.SALE: "Sales", K.REFUND: "Refunds after the release", K.PAYOUT: "Payouts",
        K.PAYOUT_RETURNED: "Payouts returned", K.NETTING: "Debts paid off", K.SUBSCRIPTION: "Subscription fees",
        K.TIP: "Tips", K.OTHER: "Other",
    },
    sales="Sales, gross", commission="Commission", commission_back="Commission given back",
    invoice="Invoice for commission", credit_note="Credit note on commission",
    commission_of="Commission, {month}", sales_of="on sales of {amount}",
    set_off="It has been kept from what was paid out: nothing is to be transferred.",
)  # fmt: skip
FR = StatementWords(
    statement="Relevé", tips="Relevé des pourboires", period="Période", account="Compte",
    available="{currency}, à l'heure de {zone}", issued="Émis", holder="Compte de", platform="Tenu par",
    opening="Solde au début", closing="Solde à la fin",
    owed="Dû à la place de marché au début : {opening}, à la fin : {closing}.",
    nothing_moved="Aucun mouvement ce mois-ci.",
    heads=("Date", "Objet", "Brut", "Commission", "Montant", "Solde"),
    kinds={
        K.SALE: "Ventes", K.REFUND: "Remboursements après versement", K.PAYOUT: "Versements",
        K.PAYOUT_RETURNED: "Versements revenus", K.NETTING: "Dettes réglées", K.SUBSCRIPTION: "Abonnements",
        K.TIP: "Pourboires", K.OTHER: "Autres",
    },
    sales="Ventes, brut", commission="Commission", commission_back="Commission rendue",
    invoice="Facture de commission", credit_note="Avoir sur commission",
    commission_of="Commission, {month}", sales_of="sur des ventes de {amount}",
    set_off="Elle a été retenue sur les versements : rien n'est à payer.",
)  # fmt: skip
_WORDS_OF = {"en": EN, "fr": FR}


def statement_words() -> StatementWords:
    """The words in the language in hand, or else English."""
    return _WORDS_OF.get((get_language() or "en").partition("-")[0], EN)
