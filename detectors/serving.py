"""A token classifier on a vLLM server: ``vllm serve CHECKPOINT --runner pooling`` and its endpoint ``/pooling``."""

import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import httpx
import numpy as np
from numpy.typing import NDArray
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from detectors.errors import EndpointError

API_KEY: Final = "TESSY_API_KEY"
"""The environment variable that holds the server's key, if it wants one."""
_SEQUENCES = 32
_RETRIED_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_QUOTE = 200


class _PassingError(Exception):
    """A fault that may be gone at the next try; `error` is what to raise when it is not."""

    def __init__(self, error: EndpointError) -> None:
        self.error = error


class ServedClassifier:
    """Asks a vLLM server for the probability of style at each position.

    Connection errors, time-outs and the statuses 408, 425, 429 and 5xx are tried again after growing, jittered waits.

    Parameters
    ----------
    url
        The server's URL, with or without ``/v1``.
    style
        Index of the label that means style.
    patience
        Seconds after which a server that does not answer is given up.
    timeout
        Seconds that one request may take.
    transport
        Where requests go instead of the network, for tests.
    """

    def __init__(
        self,
        url: str,
        *,
        style: int,
        patience: float = 60.0,
        timeout: float = 120.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/").removesuffix("/v1")
        self._style, self._patience = style, patience
        key = os.environ.get(API_KEY)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(timeout=timeout, headers=headers, transport=transport)

    def style(self, sequences: Sequence[Sequence[int]]) -> list[NDArray[np.float64]]:
        """Return for each sequence of token ids the probability of style at each position.

        Raises
        ------
        EndpointError
            When the server does not answer for `patience` seconds, refuses, or answers something else.
        """
        found: list[NDArray[np.float64]] = []
        for start in range(0, len(sequences), _SEQUENCES):
            some = sequences[start : start + _SEQUENCES]
            body = {
                "model": self._model,
                "input": [list(sequence) for sequence in some],
                "task": "token_classify",
                "use_activation": True,
            }
            found += self._read(self._request("POST", "/pooling", body), [len(sequence) for sequence in some])
        return found

    @cached_property
    def _model(self) -> str:
        answer = self._request("GET", "/v1/models", None)
        try:
            return str(answer["data"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise self._strange(answer, "a list of models") from error

    def _read(self, answer: Any, lengths: Sequence[int]) -> list[NDArray[np.float64]]:
        try:
            ordered = sorted(answer["data"], key=lambda item: item["index"])
            tables = [np.asarray(item["data"], dtype=np.float64) for item in ordered]
            columns = [table[:, self._style] for table in tables]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise self._strange(answer, "labels of tokens") from error
        if [len(column) for column in columns] != list(lengths):
            raise self._strange([len(column) for column in columns], f"labels of {list(lengths)} tokens")
        if not all(bool(((column >= 0) & (column <= 1)).all()) for column in columns):
            raise self._strange(answer, "probabilities")
        return columns

    def _strange(self, answer: object, wanted: str) -> EndpointError:
        return EndpointError(
            f"the answer is not {wanted}: {str(answer)[:_QUOTE]!r}",
            where=self.url,
            advice="is this a vLLM server with the detector's checkpoint, started with --runner pooling?",
        )

    def _request(self, method: str, path: str, body: object) -> Any:
        retrying = Retrying(
            retry=retry_if_exception_type(_PassingError),
            wait=wait_random_exponential(multiplier=0.25, max=10),
            stop=stop_after_delay(self._patience),
            reraise=True,
        )
        try:
            return retrying(self._once, method, self.url + path, body)
        except _PassingError as error:
            raise error.error from error.__cause__

    def _once(self, method: str, url: str, body: object) -> Any:
        try:
            response = self._client.request(method, url, json=body)
        except httpx.InvalidURL as error:
            raise EndpointError(f"not a URL: {error}", where=url) from error
        except httpx.UnsupportedProtocol as error:
            raise EndpointError(f"not a URL: {error}", where=url, advice="it begins with http://") from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise _PassingError(
                EndpointError(f"no answer: {reason}", where=url, advice="is the server running?")
            ) from error
        text = response.text[:_QUOTE]
        if response.status_code in _RETRIED_STATUS:
            raise _PassingError(
                EndpointError(f"status {response.status_code}: {text!r}", where=url, advice="see the server's log")
            )
        if not response.is_success:
            advice = {
                401: f"set {API_KEY}",
                403: f"set {API_KEY}",
                404: "does it run with --runner pooling?",
            }.get(response.status_code, "")
            raise EndpointError(
                f"the server refuses (status {response.status_code}): {text!r}", where=url, advice=advice
            )
        try:
            return response.json()
        except (ValueError, RecursionError) as error:
            raise EndpointError(f"not JSON: {text!r}", where=url, advice="is this a vLLM server?") from error
