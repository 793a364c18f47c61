"""Walks through the end points in the stranger's world, one request after the other, each of them undone."""

import json
from dataclasses import dataclass, field

from apps.accounts.models import User
from tests.security.endpoints import example_body
from tests.security.registry import BODIES, QUERIES, address_of
from tests.security.undoing import Print, undone
from tests.security.world import ROLES, Stranger, bearer_of, make_person, make_stranger


@dataclass
class Seen:
    """What one request came to."""

    status: int
    told: dict
    changed: list
    text: str

    @property
    def is_empty_list(self):
        return self.status == 200 and (self.told["data"] or {}).get("results") == []

    def leaks(self, secrets):
        return [secret for secret in secrets if secret in self.text]


@dataclass
class Walk:
    """The stranger's world, somebody of every role with whom the stranger has nothing to do, and what was found wrong."""

    stranger: Stranger
    people: dict[str, User]
    bearers: dict[str, dict]
    before: Print
    wrong: list = field(default_factory=list)

    def send(self, client, point, address=None):
        """A request of the right shape that aims at the stranger; afterwards all is as before."""
        address = address or address_of(point, self.stranger)
        with undone():
            if point.is_safe:
                query = QUERIES[point.name](self.stranger) if point.name in QUERIES else None
                answer = client.get(address, query)
            else:
                body = BODIES[point.name](self.stranger) if point.name in BODIES else example_body(point)
                answer = getattr(client, point.method)(address, json.loads(json.dumps(body, default=str)))
            changed = self.before.changed()
        return Seen(answer.status_code, _told(answer), changed, answer.content.decode(errors="replace"))

    def complain(self, point, *what):
        self.wrong.append((point.name, *what))

    def ends_well(self):
        assert not self.wrong, "\n" + "\n".join(str(each) for each in self.wrong)


def begin():
    """A walk in a new world, in which everybody is signed in."""
    stranger = make_stranger()
    people = {role: make_person(role) for role in ROLES}
    bearers = {role: bearer_of(person) for role, person in people.items()}
    return Walk(stranger, people, bearers, Print())


def _told(answer):
    """What the answer says, but for what differs with every request."""
    if not answer.content or "json" not in answer.headers["Content-Type"]:
        return {}
    return {name: value for name, value in answer.json().items() if name != "request_id"}
