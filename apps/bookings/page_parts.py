"""What the pages that a letter leads to show: plain values, in the words of the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateformat import format as format_date

from apps.bookings import stakes
from apps.bookings.models import Booking
from apps.bookings.notices import place_of
from apps.bookings.page_words import PageWords, page_words
from apps.bookings.policy import ALL_PERCENT, CancellationPolicy
from apps.bookings.queries.new_times import NewDay
from apps.bookings.states import RECOVERING, LinkAction, Party
from apps.bookings.visits import visit_link
from apps.core.conf import setting
from apps.core.money import money_words

Facts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class WayOn:
    """Somewhere to go from here."""

    address: str
    label: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day with its times: each the value that the form sends, and what a clock shows."""

    label: str
    count: str
    times: list[tuple[str, str]]


def facts(booking: Booking, *, was: Booking | None = None) -> Facts:
    """What the booking is, for its own customer; ``was`` is the same one before it moved."""
    words = page_words().labels
    told = [(words["service"], booking.service.title), (words["business"], booking.business.name)]
    told.append((words["when"], span_words(booking)))
    if was is not None:
        told.append((words["was"], span_words(was)))
    if booking.staff_member is not None:
        told.append((words["staff"], booking.staff_member.display_name))
    told += [(words["place"], place_of(booking)), (words["reference"], booking.reference)]
    return [(label, value) for label, value in told if value]


def public_facts(booking: Booking) -> Facts:
    """As anybody sees it who has the reference: a link that has ended proves no more than that."""
    words = page_words().labels
    return [
        (words["service"], booking.service.title),
        (words["business"], booking.business.name),
        (words["when"], span_words(booking)),
        (words["status"], page_words().status[booking.status]),
        (words["reference"], booking.reference),
    ]


def total(booking: Booking) -> str:
    """What it costs; nothing is said where that is nothing."""
    return money_words(booking.total_minor, booking.currency) if booking.total_minor else ""


def effects(action: LinkAction, booking: Booking, at: datetime) -> list[str]:
    """What will happen when the button is pressed."""
    words = page_words()
    if action == LinkAction.CANCEL:
        return [*money_back(booking, at), words.nothing_yet]
    percent = stakes.refund_percent(booking, at)
    late = [words.keeps_fee.format(percent=percent)] if percent < ALL_PERCENT and booking.total_minor else []
    return [words.same_people, *late, words.nothing_yet]


def money_back(booking: Booking, at: datetime) -> list[str]:
    """What becomes of the money when its customer cancels now."""
    words = page_words()
    if not stakes.has_held_money(booking):
        return [words.nothing_paid] if booking.total_minor else []
    kept = 0 if booking.status in RECOVERING else stakes.kept_on_cancel(booking, Party.CUSTOMER, at)
    back = stakes.held_minor(booking) - kept
    if kept == 0:
        told = [words.all_back.format(total=total(booking)), *_free_until(booking, at, words)]
    elif back == 0:
        told = [words.none_back.format(total=total(booking))]
    else:
        sums = {"back": money_words(back, booking.currency), "kept": money_words(kept, booking.currency)}
        told = [words.part_back.format(total=total(booking), **sums)]
    way = words.to_card if booking.customer.is_guest else words.to_wallet
    return [*told, way] if back else told


def _free_until(booking: Booking, at: datetime, words: PageWords) -> list[str]:
    until = CancellationPolicy.read(booking.cancellation_policy).free_until(starts_at=booking.starts_at)
    if booking.status in RECOVERING or until is None or until <= at:
        return []
    return [words.free_until.format(until=moment_words(until, booking.time_zone))]


def days(found: list[NewDay], time_zone: str) -> list[ShownDay]:
    """Days with their times as clocks show them; where the clocks change, with the zone's name."""
    words, zone = page_words(), ZoneInfo(time_zone)
    shown = []
    for day in found:
        local = [(each.value, each.starts_at.astimezone(zone)) for each in day.times]
        changes = len({moment.utcoffset() for _, moment in local}) > 1
        times = [(value, f"{moment:%H:%M}{f' {moment.tzname()}' if changes else ''}") for value, moment in local]
        count = words.one_time if len(times) == 1 else words.times_of_day.format(count=len(times))
        shown.append(ShownDay(format_date(day.on, "l j F"), count, times))
    return shown


def day_after(found: list[NewDay]) -> date | None:
    """From where the next days are read on."""
    return found[-1].on + timedelta(days=1) if found else None


def span_words(booking: Booking) -> str:
    """``Friday 20 November 2026, 10:00 – 11:00 (WAT)``."""
    zone = ZoneInfo(booking.time_zone)
    ends_at = booking.ends_at.astimezone(zone)
    begin = format_date(booking.starts_at.astimezone(zone), "l j F Y, H:i")
    return f"{begin} – {ends_at:%H:%M} ({_zone_name(ends_at)})"


def moment_words(moment: datetime, time_zone: str) -> str:
    """``Friday 20 November 2026, 10:00 (WAT)``."""
    there = moment.astimezone(ZoneInfo(time_zone))
    return f"{format_date(there, 'l j F Y, H:i')} ({_zone_name(there)})"


def clock_words(moment: datetime, booking: Booking) -> str:
    """``10:00 (WAT)``, where the booking takes place."""
    there = moment.astimezone(ZoneInfo(booking.time_zone))
    return f"{there:%H:%M} ({_zone_name(there)})"


def _zone_name(moment: datetime) -> str:
    name = moment.tzname() or "UTC"
    return f"UTC{name}" if name[:1] in "+-" else name


def ways_on(booking: Booking | None, *, is_here: bool = False) -> list[WayOn]:
    """Where to go when the page itself does not help; ``is_here`` where that page shows the booking.

    A guest, who has no app to see it in, sees it on the page of their own link.
    """
    words, email = page_words(), setting("PLATFORM_SUPPORT_EMAIL")
    found = []
    if booking is not None:
        business = booking.business
        if booking.customer.is_guest and not is_here:
            found.append(WayOn(visit_link(booking.pk, booking.customer_id), words.see))
        elif not is_here:
            found.append(WayOn(f"{settings.PUBLIC_BASE_URL}/bookings/{booking.reference}", words.see, words.see_more))
        if business.contact_phone:
            call = words.call.format(business=business.name)
            found.append(WayOn(f"tel:{business.contact_phone}", call, business.contact_phone))
        elif business.contact_email:
            write = words.write.format(business=business.name)
            found.append(WayOn(f"mailto:{business.contact_email}", write, business.contact_email))
    return [*found, WayOn(f"mailto:{email}", words.help, words.help_more.format(email=email))]
