"""Addresses that somebody gave us: read within bounds, and never where only we can go."""

import socket
from ipaddress import ip_address

import httpcore
import pytest

from apps.core import outgoing
from apps.core.outgoing import NotRead, checked_address, is_public
from apps.core.tests.web import web

LIMITS = {"headers": {}, "most_bytes": 1000, "seconds": 5.0}


@pytest.fixture
def site():
    with web() as told:
        yield told


@pytest.fixture
def in_production(settings):
    settings.SANDBOX = False


@pytest.fixture
def names(monkeypatch):
    """What each name means, one answer after the other; and where connections went."""
    known, went = {}, []

    def looked_up(host, port, **_):
        answers = known[host]
        address = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in address.split(",")]

    def connect(self, host, port, *args, **kwargs):
        went.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return known, went


def test_what_an_address_answers(site):
    site.answers["/a"] = lambda asked: (200, {"ETag": '"1"'}, b"hello")

    answer = outgoing.read(site.address("/a"), headers={"X-Asked": "yes"}, most_bytes=1000, seconds=5)

    assert (answer.status, answer.headers["etag"], answer.body) == (200, '"1"', b"hello")
    (asked,) = site.asked
    assert (asked[1]["x-asked"], asked[1]["accept-encoding"]) == ("yes", "identity")


def test_redirects_are_followed_so_far(site):
    site.answers["/a"] = lambda asked: (302, {"Location": "/b"}, b"")
    site.answers["/b"] = lambda asked: (301, {"Location": site.address("/c")}, b"")
    site.answers["/c"] = lambda asked: (200, {}, b"there")
    site.answers["/round"] = lambda asked: (307, {"Location": "/round"}, b"")

    assert outgoing.read(site.address("/a"), **LIMITS).body == b"there"
    with pytest.raises(NotRead, match="leads on and on"):
        outgoing.read(site.address("/round"), **LIMITS)


def test_too_much_is_not_read_to_the_end(site):
    site.answers["/large"] = lambda asked: (200, {}, b"x" * 2_000_000)

    with pytest.raises(NotRead, match="larger than"):
        outgoing.read(site.address("/large"), **LIMITS)


def test_what_was_packed_without_being_asked_for_is_not_unpacked(site):
    site.answers["/bomb"] = lambda asked: (200, {"Content-Encoding": "gzip"}, b"x")

    with pytest.raises(NotRead, match="not asked for"):
        outgoing.read(site.address("/bomb"), **LIMITS)


def test_time_runs_out(site, monkeypatch):
    moments = iter([0.0, 1.0, 100.0, 200.0, 300.0])
    monkeypatch.setattr(outgoing.time, "monotonic", lambda: next(moments))
    site.answers["/slow"] = lambda asked: (200, {}, b"x")

    with pytest.raises(NotRead, match="too long"):
        outgoing.read(site.address("/slow"), **LIMITS)


def test_nobody_there(site):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"

        with pytest.raises(NotRead, match="cannot be reached"):
            outgoing.read(address, **LIMITS)


@pytest.mark.parametrize("address", [
    "http://calendar.example/a.ics", "ftp://calendar.example/a", "file:///etc/passwd", "gopher://x", "//calendar.example/a",
    "calendar.example", "https://", "https://user:secret@calendar.example/", "https://calendar.example:99999/",
    "https://calendar.example/a b", "https://calendar.example/\r\nHost: x", "https://[::1", "",
])  # fmt: skip
def test_addresses_that_are_not_read(in_production, address):
    with pytest.raises(NotRead):
        checked_address(address)


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
])  # fmt: skip
def test_addresses_that_are_not_of_the_open_network(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "64:ff9b::808:808"])
def test_addresses_of_the_open_network(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1"])
def test_a_name_that_means_our_own_network_is_not_read(in_production, names, inside):
    known, went = names
    known["innocent.example"] = [inside]

    with pytest.raises(NotRead, match="not on the open network"):
        outgoing.read("https://innocent.example/a.ics", **LIMITS)
    assert went == []


def test_a_number_for_a_name_is_judged_as_well(in_production, names):
    known, went = names
    known["2130706433"] = ["127.0.0.1"]

    with pytest.raises(NotRead, match="not on the open network"):
        outgoing.read("https://2130706433/", **LIMITS)
    assert went == []


def test_a_name_that_changes_its_mind_is_connected_to_as_it_was_judged(in_production, names):
    known, went = names
    known["rebinding.example"] = ["8.8.8.8", "127.0.0.1"]

    with pytest.raises(NotRead):
        outgoing.read("https://rebinding.example/", **LIMITS)
    assert went == ["8.8.8.8"]


def test_of_several_addresses_the_open_one_is_taken(in_production, names):
    known, went = names
    known["both.example"] = ["10.0.0.1,8.8.4.4"]

    with pytest.raises(NotRead):
        outgoing.read("https://both.example/", **LIMITS)
    assert went == ["8.8.4.4"]


@pytest.mark.parametrize("onward", ["http://calendar.example/", "https://inside.example/", "file:///etc/passwd"])
def test_a_redirect_is_judged_like_the_first_address(site, settings, monkeypatch, onward):
    """The first address answers from loopback, as in a sandbox; from the redirect on it is production."""
    real = socket.getaddrinfo

    def leading(asked):
        settings.SANDBOX = False
        return 302, {"Location": onward}, b""

    def looked_up(host, *more, **named):
        return real("10.9.8.7" if host == "inside.example" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    site.answers["/a"] = leading

    with pytest.raises(NotRead, match=r"https://|open network"):
        outgoing.read(site.address("/a"), **LIMITS)
