"""The root of every error tessy raises on purpose.

The tree grows downwards with the packages: `detectors` holds the root, `tessy.errors` adds engines and runs. ::

    TessyError                    exit code 1
    ├── UsageError                exit code 2: a flag, a path or a setting is wrong
    ├── DataError                 a file's content is wrong; says file and line
    ├── DetectorFolderError       a saved detector cannot be loaded as it is
    ├── EndpointError             a server that runs a model does not answer, or not as expected
    └── MissingExtraError         an optional dependency is not installed; says the install command
"""

from importlib import import_module
from types import ModuleType


class TessyError(Exception):
    """An error with the bad value, where it came from, and what to do.

    Parameters
    ----------
    message
        What is wrong, quoting the bad value.
    where
        The place it came from, such as ``prompts.jsonl:17``; empty when there is none.
    advice
        What the user can do about it; empty when the message already says so.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", advice: str = "") -> None:
        self.message = message
        self.where = where
        self.advice = advice
        super().__init__(message)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f" ({self.advice})" if self.advice else ""
        return f"{place}{self.message}{hint}"


class UsageError(TessyError):
    """A flag, a path or a setting is wrong: nothing was started."""

    exit_code = 2


class DataError(TessyError):
    """The content of a user's file is wrong; `where` names file and line."""


class DetectorFolderError(TessyError):
    """A saved detector cannot be loaded: a file is missing, newer than this version, or its hash differs."""


class EndpointError(TessyError):
    """A server that runs a model does not answer, or not as expected; `where` is its URL."""


class MissingExtraError(TessyError):
    """An optional dependency is not installed."""


def require(module: str, extra: str) -> ModuleType:
    """Import an optional dependency where it is used.

    Parameters
    ----------
    module
        The module to import, such as ``torch``.
    extra
        The extra of tessy that brings it.

    Raises
    ------
    MissingExtraError
        With the install command, when the module is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"{error.name or module} is not installed", advice=f"pip install 'tessy[{extra}]'"
        ) from error
