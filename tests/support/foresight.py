"""Probes that foresee, on what the miniature models' heads read: fitted to texts in both styles, or drawn at random."""

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from analysis.fitting.hidden_states import extracted
from analysis.fitting.probe import fit_probe
from analysis.fitting.probe_settings import ProbeSettings
from analysis.labels import LabelledText
from detectors.hidden_states import HiddenStates
from detectors.lexicon import LexiconDetector
from detectors.lower_layers import FINAL
from detectors.probe import ProbeDetector
from detectors.store import load, save
from tessy.miniature import student_path, teacher_path
from tessy.miniature.world import MODULUS, OPERATORS, apply
from tessy.miniature.writers import STUDENT, TEACHER, write
from tessy.trace import Role

STYLE_WORDS = (
    ". , ; ! ? : okay alright let's see let me think check work through it so now then first next after that to begin "
    "hmm wait is right yes good works i get start here the answer gives we need result"
)
STYLE = LexiconDetector(dict.fromkeys(STYLE_WORDS.split(), 1.0), causal=True)


def fitted_probe(model: Path, folder: Path, *, count: int = 200) -> ProbeDetector:
    """Fit a probe that foresees to a model's states, as `tessy-detect fit probe` does, and save it in a folder."""
    texts = mixed_texts(count, seed=5)
    labels = [LabelledText(str(number), text, tuple(STYLE.spans(text))) for number, text in enumerate(texts)]
    settings = ProbeSettings(target="next", lookahead=0, with_words=False, penalty=10.0, threshold=0.5)
    with extracted(HiddenStates(str(model), [FINAL]), texts) as states:
        save(fit_probe(labels, states, settings), folder)
    probe = load(folder)
    assert isinstance(probe, ProbeDetector)
    return probe


def mixed_texts(count: int, *, seed: int) -> list[str]:
    """Return texts in which both styles meet."""
    random, texts = Random(seed), []
    for number in range(count):
        steps = _steps(random)
        texts.append(write(steps, steps[-1][-1], (STUDENT, TEACHER), Random(number)))
    return texts


def random_probe(model: Path, width: int, *, seed: int = 0, **settings: Any) -> ProbeDetector:
    """Draw the weights of a probe that foresees; about half of all words are style to it."""
    weights = np.random.default_rng(seed).normal(0, 0.5, (1, 1, width)).astype(np.float32)
    source = HiddenStates(str(model), [FINAL])
    return ProbeDetector(source, weights, np.array([0.25]), bias=0.1, target="next", **settings)


def _steps(random: Random) -> list[str]:
    steps, left = [], random.randrange(MODULUS)
    for _ in range(random.randint(2, 4)):
        operator, right = random.choice(OPERATORS), random.randrange(MODULUS)
        result = apply(left, operator, right)
        steps.append(f"{left} {operator} {right} = {result}")
        left = result
    return steps


def pair_of_probes(root: Path) -> Mapping[Role, ProbeDetector]:
    """Fit a probe to each model of the embedded pair."""
    paths = {Role.STUDENT: student_path(), Role.TEACHER: teacher_path()}
    return {role: fitted_probe(path, root / role.value) for role, path in paths.items()}


def projections(model: Any, probe: ProbeDetector, token_ids: list[int]) -> list[float]:
    """Return the state at each token of a context times the weights, as transformers computes it."""
    import torch

    with torch.no_grad():
        states = model(torch.tensor([token_ids])).last_hidden_state[0].float().numpy()
    return [float(value) for value in states @ probe.weights[0, 0].astype(np.float32)]
