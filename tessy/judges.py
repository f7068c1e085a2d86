"""Who judges whose drafts: the detectors of a run beside the engines that have started."""

from collections.abc import Mapping
from functools import partial

from detectors.base import BatchDetector, Detector
from detectors.lexicon import LexiconDetector
from tessy.draft_length import FixedLength, LearnedLength
from tessy.draft_reader import DraftReader
from tessy.engines.base import Engine
from tessy.judge import Judge
from tessy.span_reader import SpanReader
from tessy.trace import Role


def make_judges(
    engines: Mapping[Role, Engine], detectors: Mapping[Role, Detector], draft_tokens: Mapping[Role, int]
) -> dict[Role, Judge]:
    """Make the judge of each role that has a detector.

    Parameters
    ----------
    engines
        Those of the run, started: they have compiled the detectors they could.
    detectors
        Of the roles whose drafts are judged.
    draft_tokens
        Tokens of a draft where its engine does not end it; 0 learns the length.
    """
    readers: dict[int, SpanReader] = {}
    judges = {}
    for role, detector in detectors.items():
        engine, tokens = engines[role], draft_tokens[role]
        length = FixedLength(tokens) if tokens else LearnedLength()
        finder = engine.finder
        if isinstance(detector, BatchDetector):
            # Both roles may have one detector: it reads the drafts of both together.
            reader = readers.setdefault(id(detector), SpanReader(detector))
            judges[role] = Judge(role, detector, length, foresees=partial(getattr, engine, "foresees"), reader=reader)
        else:
            # A lexicon looks each token up; what works in arrays costs as much for one draft as for many.
            drafts = DraftReader(finder) if finder and not isinstance(detector, LexiconDetector) else None
            judges[role] = Judge(role, detector, length, finder, engine.stops_inside, drafts=drafts)
    return judges
