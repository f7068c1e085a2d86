"""Output rows: what a trace becomes in the file that trainers read."""

from collections.abc import Mapping
from typing import Any

from detectors.errors import TessyError
from tessy.prompts import Prompt
from tessy.trace import Trace

Row = dict[str, Any]


def trace_row(trace: Trace, provenance: Mapping[str, Any]) -> Row:
    """Make the row of a trace.

    Parameters
    ----------
    trace
        The trace.
    provenance
        How it was made: recipe, seed, detectors and models with their hashes.

    Returns
    -------
    dict
        ``id``; ``messages`` (the prompt's, then the assistant's with its thinking in ``<think>`` marks), the shape
        that TRL, LLaMA-Factory and axolotl read; ``segments`` as ``[role, start, end]`` in characters of the
        assistant's text, which they cover exactly; ``stop_reason``; ``tokens`` kept by role; ``totals``, the
        `tessy.counters.Counters` of each role; ``hand_overs``; ``provenance``; ``thrown``, where drafts are kept, as
        ``[role, position, text]``, the position in characters like those of ``segments``; and ``metadata``, the prompt
        row's other fields, when it had any.
    """
    row: Row = {
        "id": trace.id,
        "messages": [*map(dict, trace.prompt.messages), {"role": "assistant", "content": trace.text}],
        "segments": [[segment.role.value, segment.start, segment.end] for segment in trace.segments],
        "stop_reason": trace.stop_reason.value,
        "tokens": {role.value: count for role, count in trace.tokens.items()},
        "totals": {role.value: dict(counters.as_row()) for role, counters in trace.totals.items()},
        "hand_overs": trace.hand_overs,
        "provenance": dict(provenance),
    }
    if trace.thrown is not None:
        row["thrown"] = [[draft.role.value, draft.position, draft.text] for draft in trace.thrown]
    if trace.prompt.metadata:
        row["metadata"] = dict(trace.prompt.metadata)
    return row


def error_row(prompt: Prompt, error: BaseException) -> Row:
    """Make the row of a prompt that failed: its id and line, the error's type, message and place."""
    where = error.where if isinstance(error, TessyError) else ""
    advice = error.advice if isinstance(error, TessyError) else ""
    message = error.message if isinstance(error, TessyError) else str(error)
    return {
        "id": prompt.id,
        **({"where": prompt.where} if prompt.where else {}),
        "error": {"type": type(error).__name__, "message": message, "where": where, "advice": advice},
    }
