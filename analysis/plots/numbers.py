"""How numbers are written beside an axis."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axis import Axis


def large_numbers(axis: "Axis") -> None:
    """Write thousands as k, millions as M, and name only whole powers of ten on a logarithmic axis."""
    from matplotlib.ticker import EngFormatter, NullFormatter

    axis.set_major_formatter(EngFormatter(sep=""))
    axis.set_minor_formatter(NullFormatter())


def percent(axis: "Axis", digits: int = 0) -> None:
    """Write shares as per cent."""
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals=digits, symbol=" %"))
