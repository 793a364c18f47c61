"""What one main job has left behind: in the books, in the history, on dashboards and in letter boxes."""

import email
import email.policy
from collections import Counter

# Each row counted; whatever is there twice counts two. Reminders are counted apart: which of them were due depends on how
# far the clock was moved between two sweeps, which a death changes.
_ABOUT = (
    "(SELECT %(booking)s::text UNION SELECT payment_id::text FROM payments_paymentallocation"
    " WHERE item_id = %(booking)s::uuid)"
)
QUESTIONS = {
    "booking": "SELECT status, payment_status FROM bookings_booking WHERE id = %(booking)s",
    "history": "SELECT change, to_status, acting_as FROM bookings_bookingtransition WHERE booking_id = %(booking)s",
    # An attempt whose process died before it knew the gateway's answer is given up, once its key comes again (FAILED), and
    # closed when it runs out (ABANDONED). It costs nobody anything.
    "payments": (
        "SELECT p.status, p.amount_minor, p.refunded_minor, a.state FROM payments_payment p"
        " JOIN payments_paymentallocation a ON a.payment_id = p.id WHERE a.item_id = %(booking)s"
        " AND NOT (p.status IN ('FAILED', 'ABANDONED') AND p.sent_at IS NULL)"
    ),
    "holds": "SELECT state, gross_minor, released_minor FROM ledger_hold WHERE unit_id = %(booking)s",
    "entries": (
        "SELECT t.kind, a.kind, e.amount FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id"
        " JOIN ledger_account a ON a.id = e.account_id WHERE t.cause_id = %(booking)s OR t.cause_id IN"
        " (SELECT payment_id FROM payments_paymentallocation WHERE item_id = %(booking)s)"
    ),
    "events": (
        "SELECT w.event_type, w.state FROM payments_webhookevent w JOIN payments_payment p ON p.gateway_id = w.subject"
        " JOIN payments_paymentallocation a ON a.payment_id = p.id WHERE a.item_id = %(booking)s"
    ),
    "time": "SELECT kind, is_active, is_running FROM availability_busyblock WHERE booking_id = %(booking)s",
    "invoices": (
        "SELECT i.kind, i.gross_minor FROM invoices_invoice i"
        " JOIN payments_paymentallocation a ON a.payment_id = i.payment_id WHERE a.item_id = %(booking)s"
    ),
    "told": f"SELECT notification_type, recipient FROM notifications_notification WHERE subject_id IN {_ABOUT}"
    " AND notification_type NOT LIKE %(reminders)s",
    "deliveries": (
        "SELECT n.notification_type, n.recipient, d.channel, d.state FROM notifications_deliverylog d"
        " JOIN notifications_notification n ON n.id = d.notification_id WHERE n.subject_id IN "
        f"{_ABOUT} AND n.notification_type NOT LIKE %(reminders)s"
    ),
}
REMINDED_TWICE = (
    "SELECT (SELECT count(*) FROM notifications_notification WHERE subject_id = %(booking)s::text"
    " AND notification_type LIKE %(reminders)s) > (SELECT count(*) FROM bookings_reminder WHERE booking_id = %(booking)s::uuid)"
)


def footprint(instance, booking):
    """Everything that can be counted about the booking, whole, so that two jobs can be compared."""
    about = {"booking": booking["id"], "reminders": "%reminder%"}
    with instance.connect() as connection:
        found = {name: Counter(connection.execute(query, about).fetchall()) for name, query in QUESTIONS.items()}
        assert connection.execute(REMINDED_TWICE, about).fetchone() == (False,)
    found["mails"] = Counter(
        (letter["To"], letter["Subject"].replace(booking["reference"], "…"))
        for letter in letters(instance)
        if booking["reference"] in letter.get_body(("plain",)).get_content()
        and not letter["Subject"].startswith("Reminder:")
    )
    return found


def letters(instance):
    """Every mail that has gone out."""
    for path in sorted(instance.mail.glob("*.eml")):
        yield email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


# What is still on its way: none of these may stay for ever.
UNDER_WAY = {
    "orders": "SELECT task FROM core_outboxmessage",
    "hooks": "SELECT event_type FROM payments_sandboxhook WHERE last_status IS DISTINCT FROM 200",
    "events": "SELECT state FROM payments_webhookevent WHERE state NOT IN ('PROCESSED', 'IGNORED')",
    "letters": "SELECT state FROM notifications_deliverylog WHERE state NOT IN ('SENT', 'SUPPRESSED')",
}


def under_way(instance):
    """What is still to be done, by kind; empty once everything is."""
    with instance.connect() as connection:
        found = {name: connection.execute(query).fetchall() for name, query in UNDER_WAY.items()}
    return {name: rows for name, rows in found.items() if rows}
