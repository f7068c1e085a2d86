"""Other people's programs for the same measures, imported without what they do not need.

They come with `pip install --no-deps` (see the extra ``oracles``), because two of them ask for whole deep-learning
stacks that the one module wanted here never loads.
"""

import importlib
import importlib.util
import sys
import types
from typing import Any

import pytest


def oracle(module: str, *, bare: bool = False) -> Any:
    """Import a module of another program, or skip the test with what is missing.

    Parameters
    ----------
    module
        Its dotted name.
    bare
        Enter its package without running the package's own ``__init__``.
    """
    package = module.partition(".")[0]
    spec = importlib.util.find_spec(package) if package not in sys.modules else None
    if bare and spec is not None and spec.submodule_search_locations:
        sys.modules[package] = types.ModuleType(package)
        sys.modules[package].__path__ = list(spec.submodule_search_locations)  # type: ignore[attr-defined]
    try:
        return importlib.import_module(module)
    except ImportError as error:
        pytest.skip(f"the oracle {package} cannot be imported here: {error}")
