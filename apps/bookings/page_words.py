"""The words of the pages that a letter leads to, in the languages of the letters."""

from dataclasses import dataclass

from django.utils.translation import get_language

from apps.bookings.states import BookingStatus, LinkAction

S = BookingStatus
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, kw_only=True)
class PageWords:
    """What the pages say. Places in braces are filled in."""

    titles: dict[str, str]
    buttons: dict[str, str]
    done: dict[str, str]
    status: dict[str, str]
    labels: dict[str, str]
    visit_status: dict[str, str]
    visit_buttons: dict[str, str]
    visit_done: dict[str, str]
    dead: str
    nothing_yet: str
    nothing_paid: str
    all_back: str
    part_back: str
    none_back: str
    free_until: str
    to_wallet: str
    same_people: str
    keeps_fee: str
    choose: str
    no_times: str
    times_of_day: str
    one_time: str
    later: str
    earlier: str
    way_on: str
    see: str
    see_more: str
    call: str
    write: str
    help: str
    help_more: str
    free: str
    held: str
    pay_by: str
    pay_on: str
    pay_extras: str
    to_card: str
    no_pay_page: str
    no_button: str


EN = PageWords(
    titles={
        LinkAction.CANCEL: "Cancel this booking?",
        LinkAction.RESCHEDULE: "Move this booking",
    },
    buttons={
        LinkAction.CANCEL: "Cancel the booking",
        LinkAction.RESCHEDULE: "Move the booking",
    },
    done={
        LinkAction.CANCEL: "Your booking is cancelled.",
        LinkAction.RESCHEDULE: "Your booking has moved.",
    },
    status={state.value: str(state.label) for state in S},
    labels={
        "service": "Service", "business": "Where", "when": "When", "staff": "With", "place": "Place",
        "reference": "Reference", "status": "Status", "was": "Before", "total": "Total",
    },
    visit_status={
        S.PENDING: "Awaits its payment or the business's word", S.CONFIRMED: "Confirmed", S.IN_PROGRESS: "Under way",
        S.COMPLETED: "Complete", S.CANCELLED: "Cancelled", S.CANCELLED_BY_SYSTEM: "Cancelled",
        S.REJECTED: "Not accepted by the business", S.EXPIRED: "Not paid in time: the time was given away",
        S.DECLINED: "Looking for somebody else to do it", S.DECLINED_WITH_OPTION: "Somebody else is offered to you",
        S.NO_SHOW: "Missed",
    },
    visit_buttons={
        "pay": "Pay now", "accept-replacement": "Accept the replacement",
        "confirm-release": "All is well: pay the business out", "reschedule": "Choose another time",
        "cancel": "Cancel this booking",
    },
    visit_done={
        "accept-replacement": "Your booking is confirmed.", "confirm-release": "The business has been paid. Thank you.",
        "cancel": "Your booking is cancelled.",
    },
    dead="This link does nothing any more",
    nothing_yet="Nothing happens until you press the button.",
    nothing_paid="Nothing has been paid, so nothing is charged.",
    all_back="You paid {total}. All of it comes back to you.",
    part_back="You paid {total}. {back} comes back to you; {kept} is kept, by the cancellation policy of the booking.",
    none_back="You paid {total}. By the cancellation policy of the booking, none of it comes back any more.",
    free_until="Until {until} everything comes back.",
    to_wallet="The money goes to your wallet with us.",
    same_people="It keeps its people and its price; moving costs nothing.",
    keeps_fee="It is late to move: should you cancel afterwards, at most {percent} % comes back.",
    choose="Choose a new time",
    no_times="There is no free time in these weeks.",
    times_of_day="{count} times",
    one_time="1 time",
    later="Later days",
    earlier="From the first day",
    way_on="What you can do",
    see="See the booking",
    see_more="In the app, with all that can be done with it",
    call="Call {business}",
    write="Write to {business}",
    help="Ask us",
    help_more="We answer at {email}",
    free="Free",
    held="{total} waits safely with us until the work is done.",
    pay_by="Please pay by {until}; after that the time is given away.",
    pay_on="Go on to the payment page",
    pay_extras="Pay {amount} for extras",
    to_card="The money goes back the way it came.",
    no_pay_page="This payment cannot be made on this page. Please pay at the desk, or register with your number and pay "
    "there.",
    no_button="This page has no such button.",
)  # fmt: skip
FR = PageWords(
    titles={
        LinkAction.CANCEL: "Annuler cette réservation ?",
        LinkAction.RESCHEDULE: "Déplacer cette réservation",
    },
    buttons={
        LinkAction.CANCEL: "Annuler la réservation",
        LinkAction.RESCHEDULE: "Déplacer la réservation",
    },
    done={
        LinkAction.CANCEL: "Votre réservation est annulée.",
        LinkAction.RESCHEDULE: "Votre réservation est déplacée.",
    },
    status={
        S.PENDING: "en attente", S.CONFIRMED: "confirmée", S.IN_PROGRESS: "en cours", S.COMPLETED: "terminée",
        S.CANCELLED: "annulée", S.CANCELLED_BY_SYSTEM: "annulée par la plateforme", S.REJECTED: "refusée",
        S.EXPIRED: "expirée", S.DECLINED: "déclinée", S.DECLINED_WITH_OPTION: "déclinée, un remplacement est proposé",
        S.NO_SHOW: "le client n'est pas venu",
    },
    labels={
        "service": "Prestation", "business": "Où", "when": "Quand", "staff": "Avec", "place": "Lieu",
        "reference": "Référence", "status": "État", "was": "Avant", "total": "Total",
    },
    visit_status={
        S.PENDING: "Attend son paiement ou l'accord de l'entreprise", S.CONFIRMED: "Confirmée",
        S.IN_PROGRESS: "En cours", S.COMPLETED: "Terminée", S.CANCELLED: "Annulée", S.CANCELLED_BY_SYSTEM: "Annulée",
        S.REJECTED: "Refusée par l'entreprise", S.EXPIRED: "Non payée à temps : l'heure a été libérée",
        S.DECLINED: "Nous cherchons quelqu'un d'autre", S.DECLINED_WITH_OPTION: "Quelqu'un d'autre vous est proposé",
        S.NO_SHOW: "Manquée",
    },
    visit_buttons={
        "pay": "Payer maintenant", "accept-replacement": "Accepter le remplacement",
        "confirm-release": "Tout va bien : payer l'entreprise", "reschedule": "Choisir une autre heure",
        "cancel": "Annuler cette réservation",
    },
    visit_done={
        "accept-replacement": "Votre réservation est confirmée.", "confirm-release": "L'entreprise est payée. Merci.",
        "cancel": "Votre réservation est annulée.",
    },
    dead="Ce lien ne fait plus rien",
    nothing_yet="Rien ne se passe avant que vous n'appuyiez sur le bouton.",
    nothing_paid="Rien n'a été payé, rien n'est donc dû.",
    all_back="Vous avez payé {total}. Tout vous est rendu.",
    part_back="Vous avez payé {total}. {back} vous sont rendus ; {kept} sont retenus, selon les conditions d'annulation "
    "de la réservation.",
    none_back="Vous avez payé {total}. Selon les conditions d'annulation de la réservation, rien n'est plus rendu.",
    free_until="Jusqu'au {until}, tout est rendu.",
    to_wallet="L'argent va sur votre portefeuille chez nous.",
    same_people="Elle garde ses personnes et son prix ; la déplacer ne coûte rien.",
    keeps_fee="Il est tard pour déplacer : si vous annulez ensuite, {percent} % au plus vous sont rendus.",
    choose="Choisissez une nouvelle heure",
    no_times="Il n'y a pas d'heure libre dans ces semaines.",
    times_of_day="{count} heures",
    one_time="1 heure",
    later="Jours suivants",
    earlier="Depuis le premier jour",
    way_on="Ce que vous pouvez faire",
    see="Voir la réservation",
    see_more="Dans l'application, avec tout ce qui est possible",
    call="Appeler {business}",
    write="Écrire à {business}",
    help="Nous demander",
    help_more="Nous répondons à {email}",
    free="Gratuit",
    held="{total} restent en sûreté chez nous jusqu'à ce que le travail soit fait.",
    pay_by="Veuillez payer avant {until} ; passé ce délai, l'heure est libérée.",
    pay_on="Aller à la page de paiement",
    pay_extras="Payer {amount} de suppléments",
    to_card="L'argent revient par le chemin par lequel il est venu.",
    no_pay_page="Ce paiement n'est pas possible sur cette page. Payez à l'accueil, ou inscrivez-vous avec votre numéro "
    "et payez ensuite.",
    no_button="Cette page n'a pas ce bouton.",
)  # fmt: skip
_WORDS_OF = {"en": EN, "fr": FR}


def language() -> str:
    """The language of the request in hand, or else English."""
    spoken = (get_language() or DEFAULT_LANGUAGE).partition("-")[0]
    return spoken if spoken in _WORDS_OF else DEFAULT_LANGUAGE


def page_words() -> PageWords:
    """The words in the language of the request in hand."""
    return _WORDS_OF[language()]
