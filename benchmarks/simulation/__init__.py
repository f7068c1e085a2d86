"""A discrete-event model of two engines that write traces together: what `python -m benchmarks.simulate` runs."""
