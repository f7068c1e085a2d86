"""The twelve figures on made-up numbers, for as many writers as a test asks for, with names as awkward as it likes."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis import plots
from analysis.divergence import Term
from analysis.evaluation.calibration import Reliability
from analysis.measures.estimate import Estimate

PLAIN = ("student", "teacher", "synthesized")
AWKWARD = (
    "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B-distilled-by-somebody",
    "$x_1$ & 100%",
    "qwen3_235b_a22b_thinking_2507",
    "student",
    "an exceedingly long name that has blanks in it and goes on",
    "W" * 60,
    "teacher",
    "o",
)
WORDS = (
    *("okay", "wait", "so", "hmm", "but", "let", "maybe", "thus"),
    *("therefore", "we", "I", "alternatively", ".", "$x$", "snake_case", "actually"),
)


@dataclass(frozen=True)
class World:
    """What figures are drawn of: `names` writers, numbers times `scale`."""

    names: tuple[str, ...] = PLAIN
    scale: float = 1.0
    seed: int = 0

    @property
    def random(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)

    def estimates(self, spread: float = 0.04) -> list[Estimate]:
        values = self.scale * self.random.uniform(0.1, 0.9, len(self.names))
        return [Estimate(value, value * (1 - spread), value * (1 + 2 * spread)) for value in values.tolist()]

    def terms(self, count: int = 300) -> list[Term]:
        chance = random.Random(self.seed)
        found = []
        for number in range(count):
            name = WORDS[number] if number < len(WORDS) else f"{chance.choice(WORDS)} {chance.choice(WORDS)} {number}"
            size = int(self.scale * 10 ** chance.uniform(0, 4)) + 1
            z = chance.gauss(0, 1 + np.log10(size) ** 2)
            found.append(Term(name, z / 10, z, size // 2, size - size // 2))
        return found


def similarity(world, **how):
    found = {}
    for row, one in enumerate(world.names):
        for column, two in enumerate(world.names):
            value = 1 - abs(row - column) / (len(world.names) + 3)
            found[one, two] = Estimate(value, value - 0.01 * (row != column), min(1.0, value + 0.01))
    return plots.plot_similarity(found, **how)


def word_rates(world, **how):
    chance = world.random
    rates = {
        name: dict(zip(WORDS, world.scale * 10 ** chance.uniform(-2, 2, len(WORDS)), strict=True))
        for name in world.names
    }
    rates[world.names[0]]["okay"] = 0.0
    return plots.plot_word_rates(rates, **how)


def projection(world, **how):
    chance = world.random
    points = {name: chance.normal(chance.normal(0, 1, 2), 0.3, (40, 2)) for name in world.names}
    return plots.plot_projection(plots.Projection(points, (0.123, 0.045)), **how)


def lengths(world, **how):
    chance = world.random
    found = {name: world.scale * chance.lognormal(8 + i / 5, 0.5, 50) for i, name in enumerate(world.names)}
    return plots.plot_lengths(found, **how)


def token_shares(world, **how):
    tokens = {f"{name} ": {"student": 10 + 7 * i, "teacher": world.scale * 50} for i, name in enumerate(world.names)}
    return plots.plot_token_shares(tokens, **how)


def style_share(world, **how):
    chance = world.random
    found = {name: (0.1 + 0.3 * chance.random() + 0.05 * chance.random(10)).tolist() for name in world.names}
    shares = {name: [Estimate(one, one - 0.02, one + 0.02) for one in values] for name, values in found.items()}
    return plots.plot_style_share(shares, **how)


def losses(world, **how):
    chance = world.random
    steps = np.arange(1, 201) * 5 * world.scale
    curves = {
        name: (steps, 0.4 + 0.1 * i + np.exp(-steps / steps[-1] * 6) + chance.normal(0, 0.03, 200))
        for i, name in enumerate(world.names)
    }
    return plots.plot_losses(curves, smooth=9, **how)


def precision_recall(world, **how):
    recall = np.linspace(1, 0, 101)
    curves = {
        name: (np.concatenate([1 - (0.8 - 0.05 * i) * recall[:-1] ** (3 + i), [1.0]]), recall)
        for i, name in enumerate(world.names)
    }
    chosen = {name: (curve[0][20], curve[1][20]) for name, curve in curves.items()}
    return plots.plot_precision_recall(curves, chosen=chosen, share=0.2, **how)


def reliability(world, **how):
    middle = np.linspace(0.05, 0.95, 10)
    found = Reliability(world.scale * np.geomspace(9000, 30, 10), middle, middle**1.3)
    return plots.plot_reliability(found, error=0.034, **how)


def divergences(world, **how):
    found = dict(zip(world.names, world.estimates(), strict=True))
    floor = Estimate(0.02 * world.scale, 0.015 * world.scale, 0.03 * world.scale)
    return plots.plot_divergences(found, floor=floor, **how)


def log_odds(world, **how):
    return plots.plot_log_odds(world.terms(), first=world.names[0], second=world.names[-1], **how)


def log_odds_scatter(world, **how):
    return plots.plot_log_odds_scatter(world.terms(), first=world.names[0], second=world.names[-1], **how)


SKETCHES: dict[str, Callable] = {
    sketch.__name__: sketch
    for sketch in (
        log_odds_scatter,
        log_odds,
        word_rates,
        projection,
        similarity,
        lengths,
        token_shares,
        style_share,
        losses,
        precision_recall,
        reliability,
        divergences,
    )
}
"""All twelve by name."""
