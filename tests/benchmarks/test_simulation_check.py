"""What the simulation reads and writes: parameters files, results of the benchmark, its own figures."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.simulate import main
from benchmarks.simulation.calibration import Measured, middle
from benchmarks.simulation.check import compare, like_measured, read_result
from benchmarks.simulation.files import measured_parameters
from benchmarks.simulation.measure import run_whole
from benchmarks.simulation.parameters import load_parameters
from benchmarks.simulation.policies import Front, Policy, drafts, policies
from tessy.errors import UsageError
from tessy.trace import Role

CHECKOUT = Path(__file__).parents[2]
HTTP = Policy("http", Front.IDS, dict.fromkeys(Role, 256), streams=True)
SERVER = Measured(
    base=0.004,
    request=0.0001,
    token=0.00002,
    context=1e-7,
    mixed=0.001,
    join=0.0005,
    size=0.001,
    build=0.003,
    front=0.004,
    front_id=1e-6,
    front_text=3e-6,
    chunk=1e-4,
    client=0.001,
    client_chunk=1e-4,
    steps={},
)


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """A parameters file as the calibration writes it."""
    path = tmp_path / "cpu.toml"
    path.write_text(measured_parameters('a "small" pair', [SERVER, SERVER], 0.5), encoding="utf-8")
    return path


@pytest.fixture
def steady(tmp_path: Path) -> Path:
    """The same for servers that build no kernels, so that it is all the same what they did before an arm."""
    path = tmp_path / "steady.toml"
    path.write_text(measured_parameters("steady", [replace(SERVER, size=0.0, build=0.0)] * 2, 0.5), encoding="utf-8")
    return path


def result_of(path: Path, parameters_file: Path, factor: float = 1.0) -> Path:
    """Write a result in which every arm is as fast as predicted, and one of them by a factor faster."""
    spans = {"student": 4.0, "teacher": 15.0}
    shape = {"pair": "small", "traces": 8, "tokens": 64, "spans": spans}
    path.write_text(json.dumps({**shape, "arms": {"limit": {"kept_tokens_per_second": 1.0}}}))
    parameters = like_measured(load_parameters(parameters_file), read_result(path))
    arms = {
        policy.name: {
            "kept_tokens_per_second": sum(
                run_whole(parameters, policy, seed=seed).kept_tokens_per_second for seed in range(5)
            )
            / 5
        }
        for policy in policies(drafts(parameters))
        if policy.name != "http_drafts"
    }
    arms["sessions"]["kept_tokens_per_second"] *= factor
    path.write_text(json.dumps({**shape, "arms": arms}))
    return path


def test_what_the_calibration_writes_can_be_read(measured: Path) -> None:
    parameters = load_parameters(measured)
    assert parameters.title == 'a "small" pair'
    assert parameters.engines[Role.STUDENT].cost.base == SERVER.base
    cost = parameters.engines[Role.STUDENT].cost
    assert (cost.mixed, cost.join, cost.size, cost.build) == (SERVER.mixed, SERVER.join, SERVER.size, SERVER.build)
    assert parameters.connection.front_text == SERVER.front_text
    assert (parameters.connection.shared, parameters.connection.overlap) == (True, 0.5)


def test_the_middle_of_calibrations_is_that_of_each_figure() -> None:
    servers = [replace(SERVER, base=base, token=base / 10, steps={1: base, 8: 2 * base}) for base in (3.0, 1.0, 2.0)]
    (found, other), overlap = middle([([server, SERVER], 1 / server.base) for server in servers])
    assert (found.base, found.token, found.steps, overlap) == (2.0, 0.2, {1: 2.0, 8: 4.0}, 0.5)
    assert other == SERVER
    (again, _), _ = middle([([replace(SERVER, build=build), SERVER], 0.5) for build in (0.0, 0.005, 0.0)])
    assert again.build == 0.005


def test_a_result_as_predicted_has_no_difference(steady: Path, tmp_path: Path) -> None:
    result = read_result(result_of(tmp_path / "result.json", steady))
    rows = compare(load_parameters(steady), result, seed=0)
    assert {row.arm for row in rows} == set(result.arms)
    assert [row.difference for row in rows] == pytest.approx([0.0] * len(rows), abs=1e-9)


def test_the_difference_is_that_of_the_ratios(steady: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = result_of(tmp_path / "result.json", steady, factor=1.25)
    assert main([str(steady), "--check", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["arms"]["sessions"]["difference_percent"] == pytest.approx(-20.0)
    assert found["largest_difference_percent"] == pytest.approx(20.0)


def test_arms_on_the_same_servers_find_the_kernels_of_those_before(measured: Path, tmp_path: Path) -> None:
    both = read_result(result_of(tmp_path / "result.json", measured))
    alone = replace(both, arms={"http": both.arms["http"]})
    rows = {row.arm: row.predicted for row in compare(load_parameters(measured), both, seed=0)}
    (row,) = compare(load_parameters(measured), alone, seed=0)
    assert row.predicted < rows["http"]


def test_an_arms_spans_are_as_long_as_its_hand_overs_say(measured: Path, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    arms = {"http": {"kept_tokens_per_second": 1.0, "hand_overs_per_trace": 19.0}}
    path.write_text(
        json.dumps(
            {"pair": "p", "traces": 8, "tokens": 200, "spans": {"student": 4.0, "teacher": 12.0}, "arms": arms},
        )
    )
    workload = like_measured(load_parameters(measured), read_result(path), HTTP).workload
    assert (workload.student_span, workload.teacher_span) == (5.0, 15.0)


def test_a_second_pair_of_a_result_is_found_by_name(tmp_path: Path) -> None:
    pair = {"traces": 8, "tokens": 64, "spans": {"student": 4.0, "teacher": 15.0}, "arms": {}}
    path = tmp_path / "result.json"
    path.write_text(json.dumps({"pair": "small", **pair, "miniature": {"pair": "miniature", **pair, "tokens": 99}}))
    assert read_result(path).tokens == 64
    assert read_result(path, "miniature").tokens == 99
    with pytest.raises(UsageError, match="for the pair other"):
        read_result(path, "other")


@pytest.mark.parametrize("text", ["", "[]", '{"arms": {}}', '{"arms": {"http": {}}}'])
def test_what_is_no_result_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"is not a result of benchmarks\.interleave"):
        read_result(path)


def test_the_command_prints_a_day_and_draws_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figure = tmp_path / "day.svg"
    assert main(["--window", "2", "--at-once", "6", "--pairs", "2", "--figure", str(figure)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["policies"])[-1] == "sessions"
    for policy in found["policies"].values():
        assert policy["gpu_hours"] == pytest.approx(policy["hours"] * 2 * 4, rel=0.01)
        assert len(policy["kept_tokens_by_hour"]) == 24
    assert figure.read_text().startswith("<?xml")


def test_a_missing_file_ends_the_command_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.toml"]) == 2
    assert "nowhere.toml" in capsys.readouterr().err


def test_the_documented_predictions_are_what_the_committed_parameters_give() -> None:
    parameters = load_parameters(CHECKOUT / "benchmarks" / "parameters" / "cpu-miniature.toml")
    rows = compare(parameters, read_result(CHECKOUT / "docs" / "figures" / "interleave.json", "miniature"), seed=0)
    page = (CHECKOUT / "docs" / "simulation.md").read_text(encoding="utf-8")
    for row in rows:
        difference = f"{row.difference:+.0f} %" if row.arm != "lockstep_5_10" else ""
        cells = [f"`{row.arm}`", f"{row.measured:,.0f}", f"{row.predicted:,.0f}", difference]
        assert f"| {' | '.join(cells)} |".replace("  |", " |") in page
    assert max(abs(row.difference) for row in rows) < 15
