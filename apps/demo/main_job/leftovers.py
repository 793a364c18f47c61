"""What an earlier run that was interrupted has left of its booking: ended as its people would, so that nothing is in the way."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from apps.demo.main_job.client import Person

# By these words the demo knows its own bookings; nobody else's unfinished plans are touched.
WISH = "Played by ./guild demo."


def end_running_jobs(staff: Person) -> Iterator[str]:
    """The person has no job under way any more, whoever started it: nothing else could start for them. Tells which."""
    for row in staff.get("/bookings/", status="IN_PROGRESS")["results"]:
        if "complete" in row["available_actions"]:
            staff.post(f"/bookings/{row['id']}/complete/")
            yield f"{row['reference']} was still running: COMPLETED"


def end_own_plans(customer: Person, staff: Person, *, now: datetime) -> Iterator[str]:
    """None of the demo's bookings waits for money or for its time any more. Tells which did."""
    for row in customer.get("/bookings/", status="PENDING,CONFIRMED", page_size=100)["results"]:
        if customer.get(f"/bookings/{row['id']}/")["special_requests"] != WISH:
            continue
        if datetime.fromisoformat(row["starts_at"]) > now:
            yield _cancel(customer, row)
        elif row["status"] == "CONFIRMED":
            yield _work(staff, row)


def _cancel(customer: Person, row: dict[str, Any]) -> str:
    customer.post(f"/bookings/{row['id']}/cancel/")
    return f"{row['reference']} was never carried out: CANCELLED"


def _work(staff: Person, row: dict[str, Any]) -> str:
    """Its time has come and gone, and it is paid: the work is done late rather than never."""
    for act in ("start", "complete"):
        staff.post(f"/bookings/{row['id']}/{act}/")
    return f"{row['reference']} was never started: COMPLETED"
