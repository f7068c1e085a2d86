"""The detectors a server knows, compiled for the vocabulary of its model."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from detectors import store
from detectors.base import Detector
from detectors.errors import TessyError, UsageError
from detectors.model_folder import find_model, model_fingerprint
from tessy.foresight import Foresight
from tessy.vllm_plugin import LOGGER, detector_folders
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder

Finder = BoundaryFinder | Foresight
"""Finds boundaries: in the tokens, or in the states before them."""


def compile_finders(model_config: Any, untappable: str | None = None) -> Mapping[str, Finder]:
    """Load the detectors that ``TESSY_DETECTORS`` names and compile them for a model's tokenizer.

    What cannot be used is left out, with a line in the log.

    Parameters
    ----------
    model_config
        vLLM's `ModelConfig`.
    untappable
        Why probes cannot be used; None where those of this very model can.

    Returns
    -------
    Mapping
        Fingerprint -> detector.
    """
    folders = detector_folders()
    if not folders:
        return {}
    try:
        vocabulary = _vocabulary(model_config)
    except Exception as error:  # transformers and vLLM raise no common class for a tokenizer they cannot load
        LOGGER.warning("no request will stop at boundaries: the model's tokenizer cannot be used: %s", error)
        return {}
    known = {}
    for folder in folders:
        if found := _compile(folder, vocabulary, str(model_config.model), untappable):
            known[found.fingerprint] = found
            LOGGER.info("requests can stop at the boundaries of detector %s (%s)", found.fingerprint, folder)
    return known


def _vocabulary(model_config: Any) -> Vocabulary:
    from vllm.tokenizers.registry import cached_get_tokenizer

    # As vLLM itself loads it, but also where the server was told to do without a tokenizer.
    return Vocabulary(
        cached_get_tokenizer(
            model_config.tokenizer,
            runner_type=model_config.runner_type,
            tokenizer_mode=model_config.tokenizer_mode,
            revision=model_config.tokenizer_revision,
            trust_remote_code=model_config.trust_remote_code,
        )
    )


def _compile(folder: str, vocabulary: Vocabulary, model: str, untappable: str | None) -> Finder | None:
    try:
        detector = store.load(folder)
        finder = BoundaryFinder.compile(detector, vocabulary) or _foresight(detector, vocabulary, model, untappable)
    except TessyError as error:
        LOGGER.warning("a detector is left out: %s", error)
    except Exception:  # a broken detector must not keep the server from starting
        LOGGER.exception("the detector in %s is left out", folder)
    else:
        if finder is not None:
            return finder
        LOGGER.warning("the detector in %s is left out: it cannot judge tokens of this vocabulary, only text", folder)
    return None


def _foresight(detector: Detector, vocabulary: Vocabulary, model: str, untappable: str | None) -> Foresight | None:
    """Take up a probe on the states of this very model; None for what is no such probe."""
    found = Foresight.compile(detector, vocabulary)
    if found is None:
        return None
    if untappable:
        raise UsageError(f"probe {found.fingerprint} cannot read this engine's states: {untappable}")
    own, other = _fingerprint(model), found.probe.source.fingerprint
    if own != other:
        raise UsageError(
            f"probe {found.fingerprint} was fitted to the model {found.probe.source.model} with the hash "
            f"{other[:12]}..., and this engine runs {model} with the hash {own[:12]}...",
            advice="fit one to this model",
        )
    return found


@cache
def _fingerprint(model: str) -> str:
    return model_fingerprint(find_model(model))
