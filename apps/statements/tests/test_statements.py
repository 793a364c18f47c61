"""Statements add up: what is in them, to the kobo, through whole months of everything that can happen."""

import random
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core import mail
from pypdf import PdfReader

from apps.core import clock, sweeps
from apps.ledger import addresses, queries
from apps.ledger import operations as ledger
from apps.ledger.states import TransferKind
from apps.notifications.models import Notification
from apps.notifications.operations import send_due
from apps.payments.gateways.values import MoveStatus
from apps.payments.sandbox.transfers import end_transfer
from apps.payouts.states import PayoutKind
from apps.payouts.tests.payees import ask, carry_out, of_business, performer, shop, usable_account
from apps.statements import operations
from apps.statements.models import CommissionInvoice, Statement
from apps.statements.papers.attach import attach_commission, attach_statement
from apps.statements.papers.spreadsheet import statement_csv
from apps.statements.queries import Books
from apps.statements.rules import bounds, month_after, month_before, totals
from apps.statements.tests.months import NOVEMBER, OCTOBER, account_of, all_of, told

OCT, NOV, DEC = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_OF_NOVEMBER = datetime(2026, 11, 1, 3, tzinfo=UTC)  # 04:00 in Lagos
FIRST_OF_DECEMBER = datetime(2026, 12, 1, 3, tzinfo=UTC)
FIRST_OF_JANUARY = datetime(2027, 1, 1, 3, tzinfo=UTC)


def sums(statement):
    return {str(each.kind): (each.count, each.gross_minor, each.commission_minor, each.amount_minor)
            for each in totals(statement.lines)}  # fmt: skip


def text_of(content):
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_a_month_is_told_sale_by_sale_with_gross_commission_and_net(month, business):
    month.sale(OCTOBER)
    month.sale(OCTOBER + HOUR, 300_001)
    month.sale(NOVEMBER)

    (statement,) = told(business.pk, OCT, FIRST_OF_NOVEMBER)

    assert (statement.opening_minor, statement.closing_minor) == (0, 475_000 + 285_001)
    assert sums(statement) == {"SALE": (2, 800_001, 40_000, 760_001)}
    assert [(line["kind"], line["gross_minor"], line["commission_minor"], line["amount_minor"])
            for line in statement.lines] == [("SALE", 500_000, 25_000, 475_000), ("SALE", 300_001, 15_000, 285_001)]  # fmt: skip
    assert statement.lines[0]["description"] == "Haircut at Ada’s"
    assert statement.lines[0]["reference"].startswith("GP-")


def test_everything_that_can_happen_has_its_line(month, business, now):
    with clock.frozen(OCTOBER):
        usable_account(of_business(business), business.owner)
    first = month.sale(NOVEMBER)
    month.sale(NOVEMBER + HOUR)
    month.give_back(first, NOVEMBER + 2 * HOUR, 100_000)
    at = NOVEMBER + 10 * DAY
    with clock.frozen(at):
        paid = carry_out(ask(PayoutKind.BUSINESS, of_business(business), business.owner, at=at), at)
        end_transfer(reference=paid.reference, status=MoveStatus.REVERSED, at=at + HOUR)
        carry_out(paid, at + HOUR)
        gone = carry_out(
            ask(PayoutKind.BUSINESS, of_business(business), business.owner, at=at + 2 * HOUR), at + 2 * HOUR
        )
    month.give_back(first, NOVEMBER + 12 * DAY, 400_000)  # nothing is there: it is owed
    month.sale(NOVEMBER + 13 * DAY, 600_000)  # and paid off by this
    with clock.frozen(NOVEMBER + 14 * DAY):
        ledger.post_transfer(
            kind=TransferKind.ADJUSTMENT, idempotency_key="fee", cause_type="SUBSCRIPTION", at=clock.now(),
            legs=[
                ledger.Leg(address=addresses.business_available(business.pk, "NGN"), amount_minor=-50_000),
                ledger.Leg(address=addresses.platform_revenue("NGN"), amount_minor=50_000),
            ],
        )  # fmt: skip

    (statement,) = told(business.pk, NOV, FIRST_OF_DECEMBER)

    assert (paid.state, gone.state) == ("PAID", "PAID")
    amount = gone.amount_minor
    assert sums(statement) == {
        "SALE": (3, 1_600_000, 80_000, 1_520_000),
        "REFUND": (2, -500_000, -25_000, -95_000),
        "PAYOUT": (2, 0, 0, -2 * amount),
        "PAYOUT_RETURNED": (1, 0, 0, amount),
        "NETTING": (1, 0, 0, -380_000),
        "SUBSCRIPTION": (1, 0, 0, -50_000),
    }
    assert amount == 2 * 475_000 - 95_000
    assert statement.closing_minor == queries.available_to_business(business.pk, "NGN") == 570_000 - 380_000 - 50_000
    assert (statement.opening_owed_minor, statement.closing_owed_minor) == (0, 0)
    assert [line["owed_minor"] for line in statement.lines if line["owed_minor"]] == [-380_000, 380_000]


def test_a_debt_at_the_end_of_a_month_stands_in_it_and_in_the_next(month, business):
    payment = month.sale(OCTOBER, 600_000)
    with clock.frozen(OCTOBER):
        usable_account(of_business(business), business.owner)
    with clock.frozen(OCTOBER + HOUR):
        payout = ask(PayoutKind.BUSINESS, of_business(business), business.owner, at=OCTOBER + HOUR)
        carry_out(payout, OCTOBER + HOUR)
    month.give_back(payment, OCTOBER + 2 * HOUR, 200_000)
    month.sale(NOVEMBER, 100_000)

    october, november = told(business.pk, OCT, FIRST_OF_NOVEMBER) + told(business.pk, NOV, FIRST_OF_DECEMBER)

    assert (october.closing_minor, october.closing_owed_minor) == (0, -190_000)
    assert (november.opening_owed_minor, november.closing_owed_minor, november.closing_minor) == (-190_000, -95_000, 0)
    assert "₦1,900.00" in text_of(attach_statement(str(november.pk)))


@pytest.mark.parametrize("seed", range(4))
def test_through_months_of_everything_each_opens_as_the_last_closed_and_closes_as_the_books_say(month, business, seed):
    """Random sales, refunds, payouts of every end and adjustments, at random moments around the ends of months."""
    chance = random.Random(seed)  # not a secret
    with clock.frozen(OCTOBER):
        usable_account(of_business(business), business.owner)
    at, sold, owner = datetime(2026, 10, 29, tzinfo=UTC), [], of_business(business)
    while at < datetime(2027, 1, 3, tzinfo=UTC):
        act = chance.choice(["sale", "sale", "refund", "payout", "adjust"])
        if act == "sale":
            sold.append((month.sale(at, chance.randint(10_000, 900_000)), [0]))
        elif act == "refund" and sold:
            payment, back = chance.choice(sold)
            amount = chance.randint(1, 5_000)
            if back[0] + amount <= payment.amount_minor:
                month.give_back(payment, at, amount)
                back[0] += amount
        elif act == "payout" and queries.available_to_business(business.pk, "NGN") >= 500_000:
            with clock.frozen(at):
                if not queries.owed_by(owner.owing_type, [owner.id]):
                    sent = carry_out(ask(PayoutKind.BUSINESS, owner, business.owner, at=at), at)
                    if chance.random() < 0.4:
                        end_transfer(reference=sent.reference, status=MoveStatus.REVERSED, at=at)
                        carry_out(sent, at + HOUR)
        elif act == "adjust":
            ledger.post_transfer(
                kind=TransferKind.ADJUSTMENT, idempotency_key=f"adjust:{at}", at=at,
                legs=[
                    ledger.Leg(address=addresses.business_available(business.pk, "NGN"), amount_minor=777),
                    ledger.Leg(address=addresses.suspense("NGN"), amount_minor=-777),
                ],
            )  # fmt: skip
        at += timedelta(hours=chance.randint(1, 90))

    told(business.pk, OCT, FIRST_OF_NOVEMBER)
    told(business.pk, DEC, FIRST_OF_JANUARY)  # nobody told November: it is caught up

    rows, books = all_of(business), Books.of(account_of(business.pk))
    assert [row.month for row in rows] == [OCT, NOV, DEC]
    for before, row in zip([None, *rows], rows, strict=False):
        assert row.opening_minor == (before.closing_minor if before else 0)
        assert (row.closing_minor, row.closing_owed_minor) == books.balances_before(row.ends_at)
        assert row.opening_minor + sum(line["amount_minor"] for line in row.lines) == row.closing_minor
        for line in row.lines:
            if line["kind"] in {"SALE", "REFUND"}:
                assert line["gross_minor"] - line["commission_minor"] == line["amount_minor"] + line["owed_minor"]
    charged = sum(line["commission_minor"] for row in rows for line in row.lines)
    after = books.lines(rows[-1].ends_at, FIRST_OF_JANUARY + 5 * DAY, after_id=None, until_id=10**12)
    assert charged + sum(line["commission_minor"] for line in after) == queries.balance(
        addresses.platform_revenue("NGN")
    )


def test_a_month_ends_where_the_business_is(month, business):
    """23:59:59.999 and 00:00 in Lagos, an hour ahead of UTC."""
    midnight = datetime(2026, 10, 31, 23, tzinfo=UTC)
    month.sale(midnight - timedelta(milliseconds=1), 100_000)
    month.sale(midnight, 200_000)

    october, november = told(business.pk, OCT, FIRST_OF_NOVEMBER) + told(business.pk, NOV, FIRST_OF_DECEMBER)

    assert (october.starts_at, october.ends_at) == (datetime(2026, 9, 30, 23, tzinfo=UTC), midnight)
    assert [sums(each)["SALE"][1] for each in (october, november)] == [100_000, 200_000]


def test_what_is_booked_late_with_an_earlier_moment_stands_in_the_next_month(month, business):
    month.sale(OCTOBER)
    (october,) = told(business.pk, OCT, FIRST_OF_NOVEMBER)
    month.sale(OCTOBER + DAY, 100_000)

    (november,) = told(business.pk, NOV, FIRST_OF_DECEMBER)

    assert october.closing_minor == november.opening_minor == 475_000
    assert sums(november)["SALE"] == (1, 100_000, 5_000, 95_000)


def test_the_same_month_is_told_once(month, business):
    month.sale(OCTOBER)
    assert len(told(business.pk, OCT, FIRST_OF_NOVEMBER)) == 1
    assert told(business.pk, OCT, FIRST_OF_NOVEMBER + DAY) == []
    assert Notification.objects.filter(notification_type="month_statement").count() == 1


# --- Commission ----------------------------------------------------------------------------------------------------
def test_the_commission_of_a_month_is_invoiced_with_a_number_that_has_no_gap(month, business, settings):
    settings.GUILD = {
        **settings.GUILD,
        "PLATFORM_VAT_COUNTRIES": ["NG"],
        "PLATFORM_SELLER": {"name": "The Guild Ltd", "address": "1 Marina, Lagos", "tin": "99887766-0001"},
    }
    payment = month.sale(OCTOBER)
    month.give_back(payment, OCTOBER + HOUR, 100_000)
    month.sale(NOVEMBER)
    other = shop(name="Other Place")
    month.business = other
    month.sale(OCTOBER)
    told(business.pk, OCT, FIRST_OF_NOVEMBER)
    told(other.pk, OCT, FIRST_OF_NOVEMBER)
    told(business.pk, NOV, FIRST_OF_DECEMBER)

    rows = list(CommissionInvoice.objects.order_by("number"))

    assert [row.reference for row in rows] == ["COM-000001", "COM-000002", "COM-000003"]
    assert [(row.sales_minor, row.gross_minor, row.vat_minor, row.vat_rate_bp) for row in rows] == [
        (400_000, 20_000, 1_395, 750), (500_000, 25_000, 1_744, 750), (500_000, 25_000, 1_744, 750),
    ]  # fmt: skip
    words = text_of(attach_commission(str(rows[0].pk)))
    for said in ("COM-000001", "The Guild Ltd", "TIN 99887766-0001", "Serenity Spa", "₦200.00", "VAT 7.5 %", "₦13.95"):
        assert said in words


def test_a_month_in_which_more_was_given_back_than_charged_has_a_credit_note(month, business):
    payment = month.sale(OCTOBER)
    month.give_back(payment, NOVEMBER, 100_000)
    told(business.pk, OCT, FIRST_OF_NOVEMBER)
    told(business.pk, NOV, FIRST_OF_DECEMBER)

    assert [(row.kind, row.reference, row.gross_minor, row.sales_minor)
            for row in CommissionInvoice.objects.order_by("month")] == [
        ("INVOICE", "COM-000001", 25_000, 500_000), ("CREDIT_NOTE", "COMCN-000001", 5_000, -100_000),
    ]  # fmt: skip


def test_a_month_without_commission_has_no_invoice(month, business):
    month.sale(OCTOBER)
    told(business.pk, OCT, FIRST_OF_NOVEMBER)
    (november,) = told(business.pk, NOV, FIRST_OF_DECEMBER)

    assert (november.lines, november.opening_minor, november.closing_minor) == ([], 475_000, 475_000)
    assert CommissionInvoice.objects.count() == 1
    assert "Nothing moved in this month." in text_of(attach_statement(str(november.pk)))


# --- The papers ------------------------------------------------------------------------------------------------------
def test_the_papers_are_mailed_to_the_owner_alone_and_are_the_same_whenever_they_are_made(month, business):
    month.sale(OCTOBER)
    (statement,) = told(business.pk, OCT, FIRST_OF_NOVEMBER)
    with clock.frozen(FIRST_OF_NOVEMBER):
        send_due(at=FIRST_OF_NOVEMBER)

    (letter,) = [each for each in mail.outbox if "Statement of" in each.subject]
    assert letter.to == [business.owner.email]
    first, second = letter.attachments
    assert (first[0], second[0]) == (f"statement-{statement.reference}.pdf", "invoice-COM-000001.pdf")
    assert first[1] == attach_statement(str(statement.pk)) == attach_statement(str(statement.pk))
    words = text_of(first[1])
    for said in ("Statement October 2026", "Serenity Spa", "₦5,000.00", "−₦250.00", "₦4,750.00", "Haircut at Ada’s"):
        assert said in words


def test_a_spreadsheet_has_every_line_with_the_balance_after_it(month, business):
    month.sale(OCTOBER)
    (statement,) = told(business.pk, OCT, FIRST_OF_NOVEMBER)
    statement.lines[0]["description"] = "=1+1"

    head, opening, line, closing = statement_csv(statement).splitlines()

    assert head.startswith("at,kind,description,reference,gross,commission,amount,balance,owed")
    assert ",OPENING,,ST-2026-10-" in opening
    assert ",SALE,'=1+1," in line
    assert ",5000.00,250.00,4750.00,4750.00,0.00,NGN," in line
    assert closing.endswith(",,,,4750.00,0.00,NGN,")


def test_a_performer_has_a_statement_of_tips(month, business, desk, ada):
    who = performer(business)
    with clock.frozen(OCTOBER):
        desk.pay(ada, desk.trade.tip(ada, who, 20_000))

    (statement,) = told(who.pk, OCT, FIRST_OF_NOVEMBER, kind="TIPS")

    assert (statement.user, statement.business, statement.closing_minor) == (who, None, 20_000)
    assert [(line["kind"], line["amount_minor"]) for line in statement.lines] == [("TIP", 20_000)]
    assert CommissionInvoice.objects.count() == 0
    assert Notification.objects.get(notification_type="month_statement").user == who
    assert "Statement of tips" in text_of(attach_statement(str(statement.pk)))


def test_the_tips_of_one_who_was_erased_are_told_to_nobody_and_hold_up_nobody(month, business, desk, ada):
    who = performer(business)
    with clock.frozen(OCTOBER):
        desk.pay(ada, desk.trade.tip(ada, who, 20_000))
        month.sale(OCTOBER)
    who.soft_delete(at=FIRST_OF_NOVEMBER)

    with clock.frozen(FIRST_OF_NOVEMBER):
        assert operations.issue_due_statements(FIRST_OF_NOVEMBER, 10) == 2

    assert list(Notification.objects.values_list("user", flat=True)) == [business.owner_id]


# --- By itself -------------------------------------------------------------------------------------------------------
def test_on_the_first_every_owner_whose_month_is_over_is_told_by_the_clock_of_their_place(month, business, desk, ada):
    lagos = business
    month.sale(OCTOBER)
    new_york = shop(name="Brooklyn Cuts", time_zone="America/New_York", currency="USD", country="US")
    with clock.frozen(OCTOBER):
        desk.pay(ada, desk.trade.tip(ada, performer(business), 20_000))
    month.business = new_york
    month.sale(OCTOBER)

    def due(at):
        with clock.frozen(at):
            return sweeps.run_sweep("statements.monthly", at=at)

    assert due(datetime(2026, 11, 1, 1, 59, tzinfo=UTC)) == 0  # before three in Lagos
    assert operations.next_month_due(datetime(2026, 11, 1, 1, 59, tzinfo=UTC)) == datetime(2026, 11, 1, 2, tzinfo=UTC)
    assert due(datetime(2026, 11, 1, 2, tzinfo=UTC)) == 2
    assert list(Statement.objects.exclude(business=None).values_list("business__name", flat=True)) == [lagos.name]
    assert due(datetime(2026, 11, 1, 6, 59, tzinfo=UTC)) == 0  # before three in New York, where clocks go back
    assert due(datetime(2026, 11, 1, 8, tzinfo=UTC)) == 1
    assert due(datetime(2026, 11, 2, tzinfo=UTC)) == 0
    assert Statement.objects.get(business=new_york).month == OCT


def test_an_account_that_is_empty_and_had_nothing_is_left_alone(month, business):
    month.sale(NOVEMBER)
    with clock.frozen(FIRST_OF_NOVEMBER):
        assert operations.issue_due_statements(FIRST_OF_NOVEMBER, 10) == 0


def test_months_follow_each_other():
    assert (month_after(DEC), month_before(date(2027, 1, 1)), month_before(NOV)) == (date(2027, 1, 1), DEC, OCT)
    assert bounds(OCT, "Africa/Lagos")[1] == datetime(2026, 10, 31, 23, tzinfo=UTC)
