"""Money that leaves: payouts and refunds to the card at a Paystack apart from us, that may see us die before we hear of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial

from apps.demo.main_job import MainJob
from apps.demo.people import OPS_TOTP_SEED
from apps.payments.standins.paystack import PaystackStandIn
from tests.stories.instance import wait_until

# Longer than any lease that a dead process can have left, and than a gateway may take to know of an order.
LEASES = timedelta(minutes=15)
WITHDRAWALS = REFUNDS = 3
# The least that a business, and a customer, may be paid out; and what the customer's wallet has before.
PAYOUT, WITHDRAWAL, REFUND, WALLET = 500_000, 10_000, 20_000, 200_000


@dataclass
class DeadlyPaystack(PaystackStandIn):
    """Once it has acted on the order it waits for, ``kill`` is called, and only then does it answer. It tells nothing by itself."""

    kill: Callable[[], None] | None = None
    awaited: str = ""

    def answer(self, call):
        answered = super().answer(call)
        if call.method == "POST" and call.path.rstrip("/") == self.awaited:
            self.awaited = ""
            self.kill()
        return answered

    def orders(self):
        """What has left, by its own rows: each transfer with our reference, and what went back to the card."""
        transfers = sorted((row["reference"], row["amount"]) for row in self.transfers.values())
        return transfers, sorted(row["amount"] for row in self.refunds)


@dataclass
class OnCard(MainJob):
    """A job that is paid for with a card at Paystack."""

    gateway: str = "paystack"
    paystack: DeadlyPaystack | None = None

    def steps(self):
        """Every step, while Paystack's clock goes with the sandbox's."""
        for step in super().steps():
            moment = self.now().timestamp()
            self.paystack.clock = lambda moment=moment: moment
            yield step

    def _approve(self, reference):
        self.paystack.control("pay", reference=reference)


class Leaving:
    """A business with money to pay out, a customer with a wallet and a paid booking; and what was asked and acknowledged."""

    def __init__(self, instance, paystack):
        self.instance, self.paystack = instance, paystack
        self.asked, self.rounds = {"payouts": {}, "withdrawals": {}, "refunds": {}}, 0
        released = OnCard(instance.base_url, paystack=paystack)
        for step in released.steps():
            if step.did == "books":  # the account is of use a day later, when the job is done
                self.accounts = self._accounts(released)
        self.job = OnCard(instance.base_url, people=released.people, paystack=paystack)
        next(step for step in self.job.steps() if step.did == "pays in the sandbox checkout")
        self.ada, self.owner = self.job.people["ada"], self.job.people["owner"]
        self.admin = self.job._person("admin", second_factor=OPS_TOTP_SEED)
        paid = "SELECT payment_id FROM payments_paymentallocation WHERE item_id = %s"
        ((self.payment,),) = instance.rows(paid, self.job.booking["id"])
        had = self.balances()
        self.refund(WALLET, destination="WALLET")
        wait_until(lambda: self.balances() == (had[0], had[1] + WALLET), "the customer's wallet has something")

    def _accounts(self, job):
        """Bank accounts of the business and of the customer at Paystack."""
        business = job.booking["business"]
        people = [(job._person("owner"), "0123450001", business["name"], {"business": business["id"]})]
        people.append((job.people["ada"], "0123450002", "Ada Obi", {}))
        made = []
        for person, number, holder, more in people:
            self.paystack.control("name_account", number=number, holder=holder)
            wish = {"account_number": number, "bank_code": "058", "currency": "NGN", **more}
            made.append(person.post("/payout-accounts/", wish)["id"])
        return made

    def balances(self):
        """What the business has AVAILABLE, and the customer in the wallet, in kobo."""
        found = (self.job._balance("owner", "NGN")["available_payout"], self.job._balance("ada", "NGN")["wallet"])
        return tuple(int(Decimal(amount["amount"]) * 100) for amount in found)

    # --- What clients ask for, each with a key, until it is acknowledged ------------------------------------------
    def pay_out(self, amount):
        """The business asks for its money."""
        wish = {"amount": naira(amount), "account": self.accounts[0]}
        return self.owner.post("/practitioner/payouts/request/", wish)["id"]

    def withdraw(self, amount):
        """The customer asks for money out of the wallet."""
        return self.ada.post("/wallet/withdraw/", {"amount": naira(amount), "account": self.accounts[1]})["id"]

    def refund(self, amount, destination="GATEWAY"):
        """The marketplace gives back a part of what was paid."""
        wish = {"amount": naira(amount), "destination": destination, "reason": "It rained in."}
        (proposed,) = self.admin.post(f"/payments/{self.payment}/refunds/", wish)
        return self.admin.post(f"/refunds/{proposed['id']}/approve/")["id"]

    def while_dying(self, victim):
        """The victim dies when the gateway has acted on the first order; web also when the first request is acknowledged."""
        self.rounds += 1
        number = self.rounds * 10
        self._ask("/transfer", victim, {
            "payouts": {PAYOUT + number: self.pay_out},
            "withdrawals": {WITHDRAWAL + number + each: self.withdraw for each in range(WITHDRAWALS)},
        })  # fmt: skip
        self._ask("/refund", victim, {"refunds": {REFUND + number + each: self.refund for each in range(REFUNDS)}})

    def _ask(self, order, victim, wishes):
        """Every amount is another, so that each request is known by its own."""
        carries_out = victim != "web"
        self.paystack.kill, self.paystack.awaited = partial(self.instance.strike, victim), order if carries_out else ""
        each = [(kind, amount, ask) for kind, amounts in wishes.items() for amount, ask in amounts.items()]
        with ThreadPoolExecutor(len(each)) as clients:
            running = {clients.submit(ask, amount): (kind, amount) for kind, amount, ask in each}
            next(as_completed(running)).result()
            if not carries_out:
                self.instance.strike(victim)
        for done, (kind, amount) in running.items():
            self.asked[kind][done.result()] = amount
        wait_until(lambda: not self.paystack.awaited, f"the gateway has had its {order}")

    # --- What becomes of it ---------------------------------------------------------------------------------------
    def settle(self):
        """Leases have ended, all is sent; banks have it, and the gateway tells everything, in disorder, and again."""
        everything = sum(map(len, self.asked.values()))

        def is_sent():
            self.job.advance(LEASES)
            return sum(map(len, self.paystack.orders())) >= everything

        wait_until(is_sent, "the gateway has every order")
        self.job.advance(LEASES)
        for reference in self.paystack.transfers:
            self.paystack.control("settle_transfer", reference=reference, status="success")
        for row in self.paystack.refunds:
            self.paystack.control("settle_refund", refund_id=row["id"], succeeded=True)
        self.paystack.hooks.url = f"{self.instance.base_url}/api/v1/payments/webhooks/paystack/"
        self.paystack.hooks.repeat(times=2)

    def payouts(self):
        """Every payout at Paystack: id, reference, amount and state."""
        query = "SELECT id::text, reference, amount_minor, state FROM payouts_payout WHERE gateway = 'paystack'"
        return sorted(self.instance.rows(query))

    def refunds(self):
        """Every refund to the card: id, amount and state."""
        query = (
            "SELECT id::text, amount_minor, status FROM payments_refund"
            " WHERE payment_id = %s AND destination = 'GATEWAY'"
        )
        return sorted(self.instance.rows(query, self.payment))


def naira(minor):
    return {"amount": f"{Decimal(minor) / 100:.2f}", "currency": "NGN"}
