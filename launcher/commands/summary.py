"""What the person at the terminal needs to know about a running instance."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from launcher import console, instance, variables
from launcher.commands import prepare

if TYPE_CHECKING:
    from launcher.home import Home

PLACES = (
    ("API", "/api/v1/"),
    ("API documentation", "/api/docs/"),
    ("Administration", "/admin/"),
    ("Health", "/readyz"),
)


def show(home: Home) -> None:
    """Addresses and demo people are on the terminal."""
    state = instance.state(home)
    if not state:
        return
    base = state.get("public_base_url", f"http://127.0.0.1:{state.get('port')}")
    rows = [(name, f"{base}{path}") for name, path in PLACES]
    if state.get("web_port"):
        rows.append(("Web server without the front", f"http://127.0.0.1:{state['web_port']}/"))
    rows += [("Mail and SMS", f"{home.path / 'mail'}, {home.path / 'sms'}"), ("Logs", str(home.logs))]
    console.table("The Guild", ("what", "where"), rows)
    people = demo_people(home, state)
    if people:
        columns = list(people[0])
        console.table("Demo people", columns, [[str(person.get(key, "")) for key in columns] for person in people])


def demo_people(home: Home, state: dict[str, Any]) -> list[dict[str, Any]]:
    """The demo people with their passwords, as the seeding command tells them; none before they are there."""
    known = home.read("people")
    if known.get("database") == state.get("database_url") and known.get("people"):
        return list(known["people"])
    if not state.get("demo") or "seed_demo" not in prepare.commands():
        return []
    text = prepare.output(home, environment(home, state), "seed_demo", "--show")
    try:
        told = json.loads(text)
    except json.JSONDecodeError:
        return []
    people = told.get("people", []) if isinstance(told, dict) else told
    home.write("people", {"database": state.get("database_url"), "people": people})
    return list(people)


def environment(home: Home, state: dict[str, Any]) -> dict[str, str]:
    """The environment of the running instance's processes."""
    addresses = {
        name: state[name.lower()] for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL") if name.lower() in state
    }
    return variables.for_django(home) | addresses


def status(home: Home) -> int:
    """What runs is on the terminal; the exit status says whether all of it does."""
    state = instance.state(home)
    if not state:
        console.say(f"Not running ({home.path}). ./guild up")
        return 3
    children = state.get("children", {})
    rows = []
    for name, child in children.items():
        age = f"{(time.time() - child['started_at']) / 60:.0f} min" if child["pid"] else "-"
        rows.append(
            (name, "running" if child["pid"] else "restarting", str(child["pid"] or "-"), str(child["restarts"]), age)
        )
    console.table(
        f"{state.get('phase', 'starting')}, port {state['port']}", ("process", "state", "pid", "restarts", "age"), rows
    )
    show(home)
    return 0 if state.get("phase") == "ready" and all(child["pid"] for child in children.values()) else 1
