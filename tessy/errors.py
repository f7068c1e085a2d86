"""Errors of engines and runs.

They are the rest of the tree that `detectors.errors` begins::

TessyError
├── EngineError
│   ├── EngineUnavailableError    down, refusing or silent, after every retry
│   ├── EngineAnswerError         answered something that is no answer
│   ├── ModelMismatchError        serves another model than the one asked for
│   └── ContextLengthError        a prompt leaves no room in the model's context
├── SettingsChangedError          a run cannot be resumed with other settings
└── OutputBusyError               another process writes the same output
"""

from detectors.errors import DataError, DetectorFolderError, MissingExtraError, TessyError, UsageError, require

__all__ = [
    "ContextLengthError",
    "DataError",
    "DetectorFolderError",
    "EngineAnswerError",
    "EngineError",
    "EngineUnavailableError",
    "MissingExtraError",
    "ModelMismatchError",
    "OutputBusyError",
    "SettingsChangedError",
    "TessyError",
    "UsageError",
    "require",
]


class EngineError(TessyError):
    """An engine could not do what a trace asked of it."""


class EngineUnavailableError(EngineError):
    """A server is down, refuses or stays silent, after every retry."""


class EngineAnswerError(EngineError):
    """A server answered something that is no answer."""


class ModelMismatchError(EngineError):
    """A server serves another model than the one asked for."""


class ContextLengthError(EngineError):
    """A prompt leaves no room to write in the model's context."""


class SettingsChangedError(TessyError):
    """A run cannot be resumed: settings that shape its rows have changed."""


class OutputBusyError(TessyError):
    """Another process is writing the same output."""
