"""Functions compiled to machine code, and kept on disk where there is a folder to keep them in."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile a function for the types of its arguments, when it is first called with them.

    What is compiled is kept beside the module, or else in the user's own cache folder. Where neither can be written to,
    each process compiles for itself.
    """
    # Kept under this name. numba only looks whether the function's own file has changed, but what is compiled also
    # holds the functions that it calls and the constants of other modules.
    function.__qualname__ += f"_{_sources()}"
    try:
        found: _Function = njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # no folder to keep it in
        found = njit(error_model="numpy")(function)
    return found


def inlined(function: _Function) -> _Function:
    """Compile a function into those that call it: of arrays that are handed on, references would be counted."""
    found: _Function = njit(inline="always", error_model="numpy")(function)
    return found


@cache
def _sources() -> str:
    """Return a hash of all that compiled functions may be made of: this package, and whose hashes they compute."""
    here = Path(__file__).parent
    files = (*sorted(here.glob("*.py")), here.parent / "features.py", here.parent / "reading.py")
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
