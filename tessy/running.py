"""Runs a coroutine from ordinary code, in a script or inside a notebook's own event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Result = TypeVar("_Result")


def run_now(work: Callable[[], Awaitable[_Result]]) -> _Result:
    """Run a coroutine to its end and return its result.

    Where an event loop runs already (notebooks have one), the work gets a thread with a loop of its own.
    """

    async def main() -> _Result:
        return await work()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(main())
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, main()).result()
