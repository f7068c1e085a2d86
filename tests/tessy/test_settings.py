import dataclasses
import tomllib
from pathlib import Path

import pytest

from tessy.settings import Limits, ModelSettings, RunSettings, Sampling

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.fixture(scope="module")
def documented():
    return tomllib.loads(PAGE.read_text().split("```toml\n")[1].split("```")[0])


@pytest.mark.parametrize(
    ("kind", "path"),
    [(RunSettings, ()), (ModelSettings, ("student",)), (Sampling, ("student", "sampling")), (Limits, ("limits",))],
)
def test_the_documented_schema_is_the_one_that_is_read(documented, kind, path):
    table = documented
    for step in path:
        table = table[step]
    assert set(table) == {field.name for field in dataclasses.fields(kind)}


def test_the_documented_values_are_the_defaults(documented):
    for kind, table in (
        (ModelSettings, documented["student"]),
        (Sampling, documented["student"]["sampling"]),
        (Limits, documented["limits"]),
    ):
        defaults = dataclasses.asdict(kind())
        assert {key: table[key] for key in defaults if key != "model"} == {
            key: value for key, value in defaults.items() if key != "model"
        }
