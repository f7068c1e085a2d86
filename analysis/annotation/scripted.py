"""A local OpenAI-compatible endpoint that answers by a script: for tests, for documentation, for trying a pipeline."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Attributes
    ----------
    text
        The segment it is about.
    times
        How often this text was asked about, this time included.
    body
        The request's body.
    authorization
        Its header of that name; empty when there is none.
    """

    text: str
    times: int
    body: Mapping[str, Any]
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer.

    Attributes
    ----------
    content
        The model's answer; with a status other than 200, or with `raw`, the whole body.
    status
        The HTTP status.
    finish_reason
        ``stop``, or ``length`` for an answer cut off.
    delay
        Seconds to wait first.
    raw
        Whether `content` is sent as it is, in place of a chat completion.
    hang_up
        Whether to close the connection without an answer.
    headers
        More headers.
    """

    content: str = "[]"
    status: int = 200
    finish_reason: str = "stop"
    delay: float = 0.0
    raw: bool = False
    hang_up: bool = False
    headers: tuple[tuple[str, str], ...] = ()


class ScriptedEndpoint:
    """Serves ``/v1/chat/completions`` on a free port of loopback; a context manager.

    Parameters
    ----------
    script
        Called for every request, from several threads.

    Examples
    --------
    >>> with ScriptedEndpoint(lambda asked: Reply('["So"]')) as endpoint:
    ...     endpoint.url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(self, script: Callable[[Asked], Reply]) -> None:
        self.requests: list[Asked] = []
        self._script = script
        self._times: Counter[str] = Counter()
        self._counting = threading.Lock()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                endpoint._answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Keep the terminal quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Begin to answer, in threads that end with the process."""
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop answering, and refuse connections from now on."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        first = body["messages"][0]["content"]
        text = first.partition("<text>\n")[2].rpartition("\n</text>")[0]
        with self._counting:
            self._times[text] += 1
            asked = Asked(text, self._times[text], body, request.headers.get("Authorization", ""))
            self.requests.append(asked)
        reply = self._script(asked)
        time.sleep(reply.delay)
        if reply.hang_up:
            request.close_connection = True
            return
        content = reply.content
        if reply.status == 200 and not reply.raw:
            message = {"role": "assistant", "content": reply.content}
            usage = {"prompt_tokens": len(first.split()), "completion_tokens": len(reply.content.split())}
            choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason}
            content = json.dumps({"object": "chat.completion", "choices": [choice], "usage": usage})
        sent = content.encode("utf-8", "surrogatepass")
        try:
            request.send_response(reply.status)
            for name, value in (
                ("Content-Length", str(len(sent))),
                ("Content-Type", "application/json"),
                *reply.headers,
            ):
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(sent)
        except OSError:  # the client has hung up, as after a time-out
            request.close_connection = True
