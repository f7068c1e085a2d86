"""What all engines that speak in token ids do about the detector that judges their drafts."""

import logging

from detectors.base import Detector
from tessy.engines.base import StopRule
from tessy.foresight import Foresight
from tessy.vllm_plugin.extra_args import JUDGED
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder

_log = logging.getLogger(__name__)


class JudgedEngine:
    """Keeps the detector until the vocabulary is there, and then the two together.

    Attributes
    ----------
    finder
        The detector compiled for the vocabulary; None where drafts are judged as text, or by the model's own states.
    stops_inside
        Whether drafts end at the boundary by themselves.
    is_tapped
        Whether the engine's own states are read with a probe.
    """

    finder: BoundaryFinder | None = None
    stops_inside: bool = False
    detector: Detector | None = None
    _foresight: Foresight | None = None
    is_tapped: bool = False

    def judged_by(self, detector: Detector | None) -> None:
        """Say, before `start`, which detector's boundaries the drafts will be cut at."""
        self.detector = detector

    def compile(self, vocabulary: Vocabulary) -> None:
        """Compile the detector, if there is one and it can be."""
        self.finder = BoundaryFinder.compile(self.detector, vocabulary) if self.detector else None
        self._foresight = Foresight.compile(self.detector, vocabulary)

    @property
    def stops_by(self) -> str | None:
        """The fingerprint of the detector that an engine with our plugin could stop by; None without one."""
        known = self.finder or self._foresight
        return known.fingerprint if known else None

    @property
    def foresees(self) -> str | None:
        """The fingerprint of the probe that it reads its model's states with; None where it reads none."""
        return self._foresight.fingerprint if self._foresight and self.is_tapped else None

    def is_judged(self, stop: StopRule | None, reason: object) -> bool | None:
        """Tell from why a draft stopped whether states have judged it; None where that was not asked."""
        return None if stop is None or self.foresees is None else reason in JUDGED

    def tap(self, name: str, *, is_known: bool) -> None:
        """Go by the model's own states, where the plugin says that it reads them; where it does not, say so.

        Parameters
        ----------
        name
            The model's.
        is_known
            Whether the plugin knows `stops_by`.
        """
        self.is_tapped = is_known and self._foresight is not None
        if self._foresight is not None and not is_known:
            _log.warning(
                "%s: its engine does not stop by the probe %s; drafts are judged here, by the probe's own language "
                "model, and rolled back. Was the probe fitted to this very model, and does tessy's plugin know it?",
                name,
                self._foresight.fingerprint,
            )
