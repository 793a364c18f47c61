"""What is printed on papers, in the languages of the letters."""

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, kw_only=True)
class PaperWords:
    """The labels. Places in braces are filled in."""

    invoice: str
    credit_note: str
    receipt: str
    number: str
    issued: str
    corrects: str
    reason: str
    seller: str
    buyer: str
    payer: str
    tin: str
    description: str
    amount: str
    net: str
    vat: str
    no_vat: str
    total: str
    credited: str
    paid: str
    paid_with: str
    payment: str
    returned: str
    held: str
    from_available: str
    to_available: str
    page: str
    dates: str


EN = PaperWords(
    invoice="Invoice", credit_note="Credit note", receipt="Receipt", number="Number", issued="Date",
    corrects="Corrects invoice {reference}", reason="Reason", seller="From", buyer="To", payer="Paid by",
    tin="TIN {tin}", description="Description", amount="Amount", net="Net", vat="VAT {rate} %",
    no_vat="The seller is not registered for VAT.", total="Total", credited="Credited", paid="Paid",
    paid_with="Paid with", payment="Payment", returned="Given back since",
    held="The Guild holds the money until the work is done.",
    from_available="It has been paid out of what the business can withdraw: nothing is to be transferred.",
    to_available="It is in what the business can withdraw.", page="Page {number}", dates="j F Y",
)  # fmt: skip
FR = PaperWords(
    invoice="Facture", credit_note="Avoir", receipt="Reçu", number="Numéro", issued="Date",
    corrects="Rectifie la facture {reference}", reason="Motif", seller="De", buyer="À", payer="Payé par",
    tin="NIF {tin}", description="Désignation", amount="Montant", net="Hors taxe", vat="TVA {rate} %",
    no_vat="Le vendeur n'est pas assujetti à la TVA.", total="Total", credited="Crédité", paid="Payé",
    paid_with="Moyen de paiement", payment="Paiement", returned="Rendu depuis",
    held="The Guild garde l'argent jusqu'à ce que le travail soit fait.",
    from_available="Payé sur ce que l'entreprise peut retirer : rien n'est à virer.",
    to_available="Le montant est dans ce que l'entreprise peut retirer.", page="Page {number}", dates="j F Y",
)  # fmt: skip
_WORDS_OF = {"en": EN, "fr": FR}


def paper_words() -> PaperWords:
    """The words in the language in hand, or else English."""
    return _WORDS_OF.get((get_language() or "en").partition("-")[0], EN)
