import pytest
from hypothesis import given
from hypothesis import strategies as st

from launcher.front.heads import BadRequest, Head, RequestReader, read_head


def heads_and_bodies(stream: bytes, cuts: list[int]) -> tuple[list[Head], bytes]:
    reader, heads, body, last = RequestReader("10.0.0.1"), [], b"", 0
    for cut in [*sorted({cut % (len(stream) + 1) for cut in cuts}), len(stream)]:
        for piece in reader.feed(stream[last:cut]):
            if isinstance(piece, Head):
                heads.append(piece)
            else:
                body += piece
        last = cut
    return heads, body


THREE_REQUESTS = (
    b"POST /api/v1/a/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    b"POST /api/v1/b/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4;q=1\r\nwiki\r\n0\r\nTrailer: 1\r\n\r\n"
    b"\r\nGET /ws/live/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n\x81\x02hi"
)


@given(st.lists(st.integers(min_value=0), max_size=12))
def test_reader_finds_every_request_wherever_the_stream_is_cut(cuts):
    heads, body = heads_and_bodies(THREE_REQUESTS, cuts)

    assert [(head.is_live, head.is_upgrade, head.length, head.is_chunked) for head in heads] == [
        (False, False, 5, False),
        (False, False, 0, True),
        (True, True, 0, False),
    ]
    assert body == b"hello" + b"4;q=1\r\nwiki\r\n0\r\nTrailer: 1\r\n\r\n" + b"\x81\x02hi"


def test_head_says_who_the_client_is_after_what_others_said():
    head = read_head(b"GET / HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nHost: x", "10.0.0.1")

    assert head.passed_on == (
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6, 10.0.0.1\r\nX-Forwarded-Proto: http\r\n\r\n"
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense",
        b"GET  / HTTP/1.1",
        b"GET / HTTP/2",
        b"GET / HTTP/1.1\r\nno colon",
        b"GET / HTTP/1.1\r\nHost : x",
        b"GET / HTTP/1.1\r\n folded: x",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
        b"POST / HTTP/1.1\r\nContent-Length: -1",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked",
    ],
)
def test_head_that_could_be_read_in_two_ways_is_refused(raw):
    with pytest.raises(BadRequest):
        read_head(raw, "10.0.0.1")


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 2000,
    ],
)
def test_reader_refuses_what_has_no_end(stream):
    with pytest.raises(BadRequest):
        RequestReader("10.0.0.1").feed(stream)
