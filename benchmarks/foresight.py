"""Probes that foresee, inside vLLM and as text, beside a lexicon inside vLLM: hand-overs, tokens thrown, right answers.

The embedded pair answers 128 questions four times, sampling at 0.6. Probes are fitted to 200 texts in both styles
(`tests.support.foresight`), one to each model's final states; what is style in them is the lexicon's. How well they
foresee it in other such texts is measured too: as they were fitted, and behind a prompt, as in an engine.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.base import Detector
from detectors.probe import ProbeDetector
from detectors.spans import words
from tessy.chat import Chat
from tessy.engines.base import Engine
from tessy.engines.transformers import TransformersEngine
from tessy.engines.vllm import VllmEngine
from tessy.foresight import Foresight
from tessy.miniature import check, questions, student_path, teacher_path
from tessy.prompts import Prompt
from tessy.settings import Limits, ModelSettings, Sampling
from tessy.synthesizer import Outcome, Synthesizer
from tessy.trace import Role
from tessy.vocabulary import Vocabulary
from tests.support.foresight import STYLE, mixed_texts, pair_of_probes, projections

_QUESTIONS = 128
_TEXTS = 60
_MODELS = {Role.STUDENT: str(student_path()), Role.TEACHER: str(teacher_path())}
_SAMPLING = Sampling(temperature=0.6, top_p=1.0, top_k=0)


async def measure(kind: type[Engine], detectors: Mapping[Role, Detector], draft_tokens: int) -> dict[str, object]:
    """Answer the questions with one kind of engine; tokens of a draft count where none ends at its boundary."""
    settings = {
        role: ModelSettings(model=model, sampling=_SAMPLING, context_length=512, kv_cache_gib=0.25)
        for role, model in _MODELS.items()
    }
    synthesizer = Synthesizer(
        kind(settings[Role.STUDENT]),  # type: ignore[call-arg]
        kind(settings[Role.TEACHER]),  # type: ignore[call-arg]
        detectors,
        limits=Limits(thinking_tokens=160, answer_tokens=40, hand_overs=80),
        draft_tokens=draft_tokens,
        concurrency=32,
    )
    asked = questions("run", _QUESTIONS, seed=33)
    right = 0

    def receive(outcome: Outcome) -> None:
        nonlocal right
        if outcome.trace is None:
            raise outcome.error or RuntimeError(f"no trace of {outcome.prompt.id}")
        right += check(asked[int(outcome.prompt.id)], outcome.trace.answer)

    async with synthesizer:
        await synthesizer.run([Prompt.from_text(one.prompt, id=str(n)) for n, one in enumerate(asked)], receive)
        totals = synthesizer.totals().values()
    hand_overs, thrown = sum(one.hand_overs for one in totals), sum(one.thrown for one in totals)
    return {
        "right": right,
        "of": _QUESTIONS,
        "hand_overs": hand_overs,
        "thrown": thrown,
        "thrown_per_handover": round(thrown / hand_overs, 2),
    }


def foreseen(role: Role, probe: ProbeDetector) -> dict[str, dict[str, float]]:
    """Return precision and recall of what a probe foresees at the ends of words, alone and behind a prompt."""
    from transformers import AutoModel

    vocabulary, model = Vocabulary.load(_MODELS[role]), AutoModel.from_pretrained(_MODELS[role]).eval()
    foresight, chat = Foresight(probe, vocabulary.pieces), Chat(vocabulary)  # type: ignore[arg-type]
    tokenizer = vocabulary.tokenizer
    begin = tokenizer.eos_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    asked = questions("run", _TEXTS, seed=91)
    told: dict[str, list[tuple[bool, bool]]] = {"as fitted": [], "behind a prompt": []}
    for question, text in zip(asked, mixed_texts(_TEXTS, seed=1_000), strict=True):
        ids, parts, spans = vocabulary.encode(text), words(text), STYLE.spans(text)
        ends = [len(vocabulary.texts([], ids[: count + 1])[0]) for count in range(len(ids))]
        prompt = list(chat.prompt_ids(Prompt.from_text(question.prompt, id="").messages))
        for way, before in (("as fitted", [begin]), ("behind a prompt", prompt)):
            said = projections(model, probe, [*before, *ids])[len(before) :]
            told[way] += [
                (
                    foresight.is_style(said[ends.index(word.end)]),
                    any(span.start <= after.start < span.end for span in spans),
                )
                for word, after in pairwise(parts)
                if word.end in ends
            ]
    return {way: _scores(np.array(pairs)) for way, pairs in told.items()}


def _scores(told: NDArray[np.bool_]) -> dict[str, float]:
    """Return precision and recall of the first column, given the second."""
    found = (told[:, 0] & told[:, 1]).sum()
    return {"precision": round(float(found / told[:, 0].sum()), 3), "recall": round(float(found / told[:, 1].sum()), 3)}


def main() -> None:
    """Print the figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        probes = pair_of_probes(Path(folder))
        foresight = {role.value: foreseen(role, probe) for role, probe in probes.items()}
        ways = {
            "probes inside vLLM": (VllmEngine, probes, 20),
            "probes as text, drafts of 6": (TransformersEngine, probes, 6),
            "probes as text, drafts of 20": (TransformersEngine, probes, 20),
            "lexicon inside vLLM": (VllmEngine, dict.fromkeys(Role, STYLE), 20),
        }
        found = {name: asyncio.run(measure(*way)) for name, way in ways.items()}
    json.dump({**found, "foresight": foresight}, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
