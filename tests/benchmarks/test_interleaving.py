"""What the benchmark counts, orders and reports; its engines are measured by running it."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from benchmarks.interleave import parse
from benchmarks.interleaving.arms import ARMS, USUAL
from benchmarks.interleaving.endless import endless, silenced
from benchmarks.interleaving.figure import draw
from benchmarks.interleaving.measurement import Measurement, Usage, Written, mean_spans, needed_tokens
from benchmarks.interleaving.order import groups
from benchmarks.interleaving.pairs import PAIRS
from benchmarks.interleaving.report import headline, summary
from tessy.engines.transformers import TransformersEngine
from tessy.miniature import questions, student_path
from tessy.prompts import Prompt
from tessy.settings import Limits, ModelSettings, Sampling
from tessy.synthesizer import Synthesizer
from tessy.thinking import thinking_marks
from tessy.trace import Role, Segment, StopReason, Trace
from tessy.vocabulary import Vocabulary

STUDENT, TEACHER = Role.STUDENT, Role.TEACHER
DOCS = Path(__file__).parents[2] / "docs"


def written(*stretches, kept=(4, 16), hand_overs=2):
    return Written("0", stretches, {STUDENT: kept[0], TEACHER: kept[1]}, hand_overs)


def measurement(arm, seconds, traces=(), requests=10, made=30, prefilled=50):
    usage = Usage(*({STUDENT: 0, TEACHER: count} for count in (requests, made, prefilled)))
    shown = traces or (written((STUDENT, "Okay,"), (TEACHER, " 7")),)
    return Measurement(arm, seconds, shown, usage, {STUDENT: 20, TEACHER: 20}, cpu_seconds=0.2)


def test_a_trace_is_read_as_its_stretches_without_the_marks():
    text = "<think>\nOkay, 3 + 4"
    segments = (Segment(STUDENT, 0, 13), Segment(TEACHER, 13, len(text)))
    trace = Trace(Prompt.from_text("?", id="7"), text, segments, StopReason.THINKING_LIMIT, {STUDENT: 2, TEACHER: 3})
    assert Written.of(trace).stretches == [(STUDENT, "Okay,"), (TEACHER, " 3 + 4")]
    assert Written.of(trace).text == "Okay, 3 + 4"


def test_a_model_reads_what_stands_before_its_last_stretch():
    trace = written((STUDENT, "a"), (TEACHER, "b"), (STUDENT, "c"), (TEACHER, "d"))
    assert trace.read_by(STUDENT) == ["b"]
    assert trace.read_by(TEACHER) == ["a", "c"]
    assert written((STUDENT, "a")).read_by(TEACHER) == []


def test_needed_tokens_are_prompts_and_what_the_other_wrote():
    vocabulary = Vocabulary.load(str(student_path()))
    trace = written((STUDENT, "Okay,"), (TEACHER, " 3 + 4"), (STUDENT, "."))
    prompts = {STUDENT: {"0": 11}, TEACHER: {"0": 13}}
    needed = needed_tokens([trace], prompts, dict.fromkeys(Role, vocabulary))
    assert needed == {
        STUDENT: 11 + len(vocabulary.encode(" 3 + 4")),
        TEACHER: 13 + len(vocabulary.encode("Okay,")),
    }


def test_the_figures_of_a_measurement():
    figures = measurement("http", 2.0).figures()
    assert figures["kept_tokens_per_second"] == 10.0
    assert figures["made_per_kept"] == 1.5
    assert figures["thrown_per_handover"] == 5.0
    assert figures["extra_prefill_per_handover"] == 5.0
    assert figures["requests_per_kept"] == 0.5
    assert figures["own_cpu_seconds_per_kept"] == pytest.approx(0.01)


def test_spans_are_kept_tokens_by_stretch():
    traces = [written((STUDENT, "a"), (TEACHER, "b"), (STUDENT, "c")), written((TEACHER, "d"), kept=(0, 20))]
    assert mean_spans(traces) == {"student": 2.0, "teacher": 18.0}


def test_repetitions_go_back_and_forth_by_the_engines_they_need():
    arms = ["sessions", "http", "lockstep_20", "limit", "http_plugin"]
    assert groups(arms, 0) == [["lockstep_20", "http", "limit"], ["http_plugin"], ["sessions"]]
    assert groups(arms, 1) == groups(arms, 0)[::-1]
    assert groups(["sessions"], 0) == [["sessions"]]


def test_every_arm_has_its_engines():
    assert sorted(arm for group in groups(ARMS, 0) for arm in group) == sorted(ARMS)


def repetition(factor=1.0):
    seconds = {"lockstep_5_10": 4.0, "lockstep_20": 5.0, "http_plugin": 2.0, "sessions": 1.6, "limit": 1.0}
    return {arm: measurement(arm, factor * taken) for arm, taken in seconds.items()}


def test_ratios_are_taken_within_a_repetition_to_its_best_lockstep():
    slow = repetition(3.0)
    slow["lockstep_20"] = measurement("lockstep_20", 9.6)
    found = summary([repetition(), repetition(2.0), slow], tokens=20)
    assert found["ratios"]["sessions_vs_lockstep"] == pytest.approx(2.5)
    assert found["ratios"]["sessions_vs_limit"] == pytest.approx(1 / 1.6)
    assert found["arms"]["sessions"]["kept_tokens_per_second"] == pytest.approx(20 / 3.2)
    assert found["same_text"] == {"sessions and http_plugin": 1}
    assert set(found["short_traces"].values()) == {0}
    assert set(summary([repetition()], tokens=21)["short_traces"].values()) == {1}


def test_the_headline_has_every_figure_that_has_a_bar():
    pair = summary([repetition()], tokens=20)
    figures = headline(pair, pair)
    assert set(figures) == {
        "sessions_vs_lockstep", "sessions_vs_limit", "http_plugin_vs_lockstep", "miniature_sessions_vs_lockstep",
        "thrown_per_handover", "extra_prefill_per_handover",
    }  # fmt: skip
    assert figures["thrown_per_handover"] == 5.0


def test_a_result_is_json_and_can_be_drawn(tmp_path):
    pair = {"models": "two models", **summary([repetition()], tokens=20)}
    result = json.loads(json.dumps({**pair, "miniature": pair}))
    draw(result, tmp_path / "interleave.svg")
    assert "in process" in (tmp_path / "interleave.svg").read_text()


def test_the_command_line_takes_a_part_of_it():
    arguments = parse(["--pair", "miniature", "--arms", "sessions", "limit"])
    assert (arguments.pair, arguments.arms) == (["miniature"], ["sessions", "limit"])
    assert parse([]).arms == list(USUAL)


@pytest.mark.parametrize("name", PAIRS)
def test_prompts_to_warm_up_are_others(name):
    first, other = (PAIRS[name].prompts(count, start) for count, start in ((64, 0), (64, 64)))
    assert len({prompt.messages[-1]["content"] for prompt in first}) == 64
    assert not {prompt.messages[-1]["content"] for prompt in first} & {
        prompt.messages[-1]["content"] for prompt in other
    }


@pytest.mark.parametrize("name", PAIRS)
def test_detectors_decide_without_looking_ahead(name):
    detector = PAIRS[name].detector()
    assert detector.causal
    assert max(detector.probabilities("3 + 4 = 7. So it is.")) == 1.0


def test_an_endless_model_writes_on_to_the_limit(tmp_path):
    folder = endless(student_path(), tmp_path / "model")
    assert endless(student_path(), tmp_path / "model") == folder
    prompts = [Prompt.from_text(question.prompt, id=question.id) for question in questions("run", 4, seed=3)]
    models = {"endless": str(folder), "shipped": str(student_path())}
    ends = {}
    for name, model in models.items():
        engine = TransformersEngine(ModelSettings(model=model, sampling=Sampling(temperature=0.0)))
        limits = Limits(thinking_tokens=300, answer_tokens=1)
        synthesizer = Synthesizer(engine, recipe="student-only", limits=limits)
        ends[name] = {trace.stop_reason for trace in synthesizer.synthesize(prompts)}
    assert ends["endless"] <= {StopReason.THINKING_LIMIT, StopReason.REPETITION}
    assert StopReason.THINKING_LIMIT not in ends["shipped"]


def test_a_silenced_id_has_the_mean_logit_and_the_others_their_own(tmp_path):
    folder = endless(student_path(), tmp_path / "model")
    head = load_file(folder / "model.safetensors")["lm_head.weight"]
    before = load_file(student_path() / "model.safetensors")["model.embed_tokens.weight"]
    ids = silenced(Vocabulary.load(str(student_path())))
    others = np.delete(before, ids, axis=0)
    assert np.array_equal(np.delete(head, ids, axis=0), others)
    assert np.allclose(head[ids], others.mean(axis=0), atol=1e-6)


def test_what_ends_a_thinking_is_silenced_and_so_is_the_sign_that_begins_a_mark():
    vocabulary = Vocabulary.load(str(student_path()))
    ids = silenced(vocabulary)
    assert thinking_marks(vocabulary).end_ids <= set(ids)
    assert set(vocabulary.encode("<")) <= set(ids)
    assert not set(vocabulary.encode("Okay, 3 + 4 = 7.")) & set(ids)


@pytest.mark.parametrize("pair", ["small", "miniature"])
def test_the_documented_table_is_what_was_measured(pair):
    result = json.loads((DOCS / "figures" / "interleave.json").read_text(encoding="utf-8"))
    result = result if result["pair"] == pair else result[pair]
    page = (DOCS / "interleave.md").read_text(encoding="utf-8")
    for arm, figures in result["arms"].items():
        speeds = ", ".join(f"{one[arm]['kept_tokens_per_second']:.1f}" for one in result["repetitions"])
        row = f"| `{arm}` | {speeds} | {figures['made_per_kept']:.2f} |"
        [line] = [line.replace("*", "") for line in page.splitlines() if line.startswith(row)]
        cells = [cell.strip() for cell in line.split("|")[4:-1]]
        shown = [f"{figures['thrown_per_handover']:.2f}", f"{figures['extra_prefill_per_handover']:.1f}"]
        ratios = [result["ratios"].get(f"{arm}_vs_{base}") for base in ("lockstep", "limit")]
        shown += [f"{ratio:.2f}" if ratio else "" for ratio in ratios]
        assert cells == (shown if arm != "limit" else [*shown[:3], "1.00"])
