"""The transport against plain sockets, well-behaved and not."""

import asyncio
import gzip
from contextlib import asynccontextmanager

import httpx
import pytest

from tessy.engines.transport import AiohttpTransport, open_transport


@asynccontextmanager
async def listening(answer):
    """A server that reads whole requests and lets `answer(number, body, writer)` do the rest; yields a client."""
    seen = []
    connections = 0

    async def handle(reader, writer):
        nonlocal connections
        connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                seen.append((head, await reader.readexactly(length)))
                await answer(len(seen), seen[-1][1], writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    timeout = httpx.Timeout(5.0)
    async with httpx.AsyncClient(transport=AiohttpTransport(), base_url=url, timeout=timeout) as client:
        client.seen, client.connections = seen, lambda: connections
        yield client
    server.close()


def whole(body, *, status=200, headers=b""):
    return b"HTTP/1.1 %d X\r\n%bContent-Length: %d\r\n\r\n%b" % (status, headers, len(body), body)


async def echo(number, body, writer):
    writer.write(whole(body))


async def test_requests_arrive_as_they_are_and_connections_are_used_again():
    async with listening(echo) as client:
        for body in (b"{}", b"x" * 500_000):
            response = await client.post("/v1/completions?a=%2F", content=body, headers={"Authorization": "Bearer k"})
            assert (response.status_code, response.content) == (200, body)
        head, _ = client.seen[0]
        assert head.startswith(b"post /v1/completions?a=%2f http/1.1")
        assert b"authorization: bearer k" in head
        assert client.connections() == 1


async def test_as_many_at_once_as_ask():
    arrived = asyncio.Event()

    async def answer(number, body, writer):
        if number == 150:
            arrived.set()
        await arrived.wait()
        writer.write(whole(body))

    async with listening(answer) as client:
        responses = await asyncio.gather(*(client.post("/", content=b"%d" % number) for number in range(150)))
    assert [response.content for response in responses] == [b"%d" % number for number in range(150)]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"", httpx.TransportError),
        (b"SSH-2.0-OpenSSH\r\n", httpx.TransportError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", httpx.TransportError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", httpx.TransportError),
        (whole(b"no gzip", headers=b"Content-Encoding: gzip\r\n"), httpx.DecodingError),
    ],
)
async def test_what_breaks_is_an_error_of_httpx(said, error):
    async def answer(number, body, writer):
        writer.write(said)
        await writer.drain()
        writer.close()

    async with listening(answer) as client:
        with pytest.raises(error):
            await client.post("/", content=b"{}")


async def test_a_server_that_is_silent_or_not_there_is_an_error_of_httpx():
    async def answer(number, body, writer):
        await asyncio.sleep(1)

    async with listening(answer) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post("/", content=b"{}", timeout=0.05)
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient(transport=AiohttpTransport()) as client:
            await client.get("http://127.0.0.1:9/")


async def test_statuses_and_packed_answers_are_httpx_s_business():
    async def answer(number, body, writer):
        if number == 1:
            writer.write(whole(gzip.compress(b"packed"), status=503, headers=b"Content-Encoding: gzip\r\n"))
        else:
            writer.write(whole(b"", status=302, headers=b"Location: /elsewhere\r\n"))

    async with listening(answer) as client:
        response = await client.get("/")
        assert (response.status_code, response.text) == (503, "packed")
        assert (await client.get("/")).status_code == 302


async def test_leaving_a_stream_closes_its_connection():
    hung_up = asyncio.Event()

    async def answer(number, body, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"5\r\nhello\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)
        except ConnectionError:
            hung_up.set()
            raise

    async with listening(answer) as client:
        async with client.stream("POST", "/", content=b"{}") as response:
            async for chunk in response.aiter_bytes():
                assert chunk.startswith(b"hello")
                break
        await asyncio.wait_for(hung_up.wait(), 5)


def test_a_proxy_in_the_environment_is_left_to_httpx(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert isinstance(open_transport(), AiohttpTransport)
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert isinstance(open_transport(), AiohttpTransport)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert open_transport() is None
