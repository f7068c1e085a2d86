"""Options and arguments of the form ``NAME=VALUE``."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from detectors.errors import UsageError

if TYPE_CHECKING:
    from analysis.plots.looks import RoleName


def named_paths(given: Sequence[str]) -> dict[str, Path]:
    """Read ``NAME=PATH``; a path alone is called by its last part, without endings where it is a file.

    Raises
    ------
    UsageError
        When a name is empty, cannot be shown, or comes twice.
    """
    found: dict[str, Path] = {}
    for one in given:
        name, equals, path = one.partition("=")
        # A file's own name may have a sign of equality.
        if not equals or Path(one).exists():
            name, path = _own_name(Path(one)), one
        if not (name and path and name.isprintable()):
            raise UsageError(f"{one!r} has no name that can be shown", advice="write NAME=PATH")
        if name in found:
            raise UsageError(f"{name!r} is given twice", advice="write NAME=PATH, each with a name of its own")
        found[name] = Path(path)
    return found


def _own_name(path: Path) -> str:
    name = path.resolve().name
    return name if path.is_dir() else name.split(".")[0] or name


def named_roles(given: Iterable[str], names: Iterable[str]) -> "dict[str, RoleName]":
    """Read ``NAME=ROLE`` options.

    Parameters
    ----------
    given
        The options.
    names
        Who is in the figure.

    Raises
    ------
    UsageError
        When a role is none, or a name is not in the figure.
    """
    from analysis.plots.looks import COLOURS

    shown = list(names)
    roles: dict[str, RoleName] = {}
    for one in given:
        name, _, role = one.rpartition("=")
        known: RoleName | None = next((known for known in COLOURS if known == role), None)
        if known is None:
            raise UsageError(f"--role {one!r} has no role", advice=f"write NAME=ROLE: one of {', '.join(COLOURS)}")
        if name not in shown:
            raise UsageError(f"--role {one!r} is of nobody in the figure", advice=f"there are {', '.join(shown)}")
        roles[name] = known
    return roles
