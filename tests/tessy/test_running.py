import asyncio

import pytest

from tessy.running import run_now


async def _double(number):
    await asyncio.sleep(0)
    return 2 * number


def test_from_a_script():
    assert run_now(lambda: _double(2)) == 4


def test_inside_a_running_loop():
    async def notebook():
        return run_now(lambda: _double(3))

    assert asyncio.run(notebook()) == 6


def test_errors_come_through():
    async def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_now(fail)
