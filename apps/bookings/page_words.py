"""The words of the pages behind a letter's links, in the languages of the letters."""

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
        "reference": "Reference", "status": "Status", "was": "Before",
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
        "reference": "Référence", "status": "État", "was": "Avant",
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
)  # fmt: skip
_WORDS_OF = {"en": EN, "fr": FR}


def language() -> str:
    """The language of the request in hand, or else English."""
    spoken = (get_language() or DEFAULT_LANGUAGE).partition("-")[0]
    return spoken if spoken in _WORDS_OF else DEFAULT_LANGUAGE


def page_words() -> PageWords:
    """The words in the language of the request in hand."""
    return _WORDS_OF[language()]
