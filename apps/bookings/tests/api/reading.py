"""What is read off answers about bookings in tests."""

URL = "/api/v1/bookings/"


def data(answer):
    assert answer.status_code == 200, answer.json()
    return answer.json()["data"]


def references(answer):
    return [row["reference"] for row in data(answer)["results"]]
