"""Sequences of many lengths -> batches of similar length, so that little is padded and memory is bounded."""

from collections.abc import Iterator, Sequence


def batches_by_length(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Group the indices of sequences of similar length, shortest first.

    Parameters
    ----------
    lengths
        The length of each sequence, in tokens.
    most
        Tokens of a batch, padding included; a longer sequence is a batch of its own.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: (lengths[index], index)):
        if batch and (len(batch) + 1) * lengths[index] > most:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
