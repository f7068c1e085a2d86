"""What can go wrong between a segment and its style spans, each fault under a name of its own.

They hang below the root in `detectors.errors`::

    TessyError
    └── AnnotationError
        ├── AnswerError                 the model answered, but not what was asked; asked again with the fault named
        │   ├── EmptyAnswerError
        │   ├── CutOffAnswerError       the answer hit the limit of tokens
        │   ├── BadJsonError
        │   ├── NotStringsError         JSON, but no array of strings
        │   ├── ParaphrasedSpanError    a span that does not stand in the text, or only inside its words
        │   └── WrongOrderError         spans that stand in the text, but not in the order of the answer
        └── NoAnswerError               also an `EndpointError`
            ├── NoConnectionError       refused, reset, or no such host
            ├── EndpointTimeoutError
            ├── ServerFailureError      a status that may pass: 408, 425, 429, 5xx
            ├── NotACompletionError     status 200, but no chat completion
            └── RequestRefusedError     any other status
"""

from typing import ClassVar

from detectors.errors import EndpointError, TessyError


class AnnotationError(TessyError):
    """A segment got no style spans."""


class AnswerError(AnnotationError):
    """A model answered something that is no list of the text's style spans."""


class EmptyAnswerError(AnswerError):
    """The answer is empty: not even ``[]``."""


class CutOffAnswerError(AnswerError):
    """The answer ended at the limit of tokens."""


class BadJsonError(AnswerError):
    """The answer is not JSON, or holds more than JSON."""


class NotStringsError(AnswerError):
    """The answer is JSON, but not an array of strings that hold something."""


class ParaphrasedSpanError(AnswerError):
    """A span was not copied verbatim, or begins or ends inside a word."""


class WrongOrderError(AnswerError):
    """Each span stands in the text, but they cannot be laid out in the order of the answer."""


class NoAnswerError(AnnotationError, EndpointError):
    """An endpoint gave no answer."""

    passing: ClassVar[bool] = True
    """Whether the same request may succeed a little later."""


class NoConnectionError(NoAnswerError):
    """The connection was refused, broke, or could not be made."""


class EndpointTimeoutError(NoAnswerError):
    """The endpoint did not answer in time."""


class ServerFailureError(NoAnswerError):
    """The endpoint answered with a status that may pass; `retry_after` is the wait in seconds it asks for, or 0."""

    def __init__(self, message: str, *, where: str = "", advice: str = "", retry_after: float = 0.0) -> None:
        self.retry_after = retry_after
        super().__init__(message, where=where, advice=advice)


class NotACompletionError(NoAnswerError):
    """The endpoint answered with status 200, but not with a chat completion."""


class RequestRefusedError(NoAnswerError):
    """The endpoint refuses the request, and would refuse it again."""

    passing = False
