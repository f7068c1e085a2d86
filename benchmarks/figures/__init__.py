"""The twelve figures of `analysis.plots`, drawn from real traces; ``make figures``."""
