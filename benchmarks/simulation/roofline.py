"""Step costs from a model's configuration and a device's data sheet.

The roofline of Williams, Waterman and Patterson (2009): a step takes as long as the slower of reading the weights and
computing with them. Attention is added, because it runs between the layers' products.
"""

from dataclasses import dataclass

from benchmarks.simulation.costs import StepCost


@dataclass(frozen=True, slots=True)
class Device:
    """An accelerator.

    Attributes
    ----------
    bandwidth
        Peak memory bandwidth, bytes a second.
    arithmetic
        Peak dense arithmetic in the model's type, operations a second.
    memory
        Bytes.
    bandwidth_share, arithmetic_share
        What engines reach of the peaks.
    memory_share
        What the engine may use of the memory.
    """

    bandwidth: float
    arithmetic: float
    memory: float
    bandwidth_share: float
    arithmetic_share: float
    memory_share: float


@dataclass(frozen=True, slots=True)
class Model:
    """A decoder, by the numbers of its configuration.

    Attributes
    ----------
    full_layers
        Layers whose attention sees the whole context; the others see a short window, which counts as nothing here.
    heads, kv_heads, head_size
        Of the attention.
    shared_bytes, routed_bytes
        Weights that each token reads, and those of all experts.
    resident_bytes
        All weights as they lie in memory.
    active_parameters
        Parameters a token is multiplied with.
    experts, active
        Experts a layer, and experts a token.
    element_bytes
        Bytes of one number in the cache.
    """

    full_layers: int
    heads: int
    kv_heads: int
    head_size: int
    shared_bytes: float
    routed_bytes: float
    resident_bytes: float
    active_parameters: float
    experts: int
    active: int
    element_bytes: int

    @property
    def cached_bytes(self) -> int:
        """Bytes of keys and values that one token of a long context adds; windows are short and count as nothing."""
        return 2 * self.full_layers * self.kv_heads * self.head_size * self.element_bytes


def step_cost(model: Model, device: Device, devices: int, base: float, request: float) -> StepCost:
    """Return the cost of a step of a model whose layers are split over several devices.

    Parameters
    ----------
    base, request
        Seconds a step and seconds a row that no data sheet says.
    """
    bandwidth = devices * device.bandwidth * device.bandwidth_share
    arithmetic = devices * device.arithmetic * device.arithmetic_share
    return StepCost(
        base=base,
        request=request,
        token=2.0 * model.active_parameters / arithmetic,
        context=model.cached_bytes / bandwidth,
        product=4.0 * model.heads * model.head_size * model.full_layers / arithmetic,
        shared=model.shared_bytes / bandwidth,
        routed=model.routed_bytes / bandwidth,
        experts=model.experts,
        active=model.active,
    )


def cache_tokens(model: Model, device: Device, devices: int, other_bytes: float) -> int:
    """Return how many tokens' keys and values fit beside the weights and `other_bytes` a device of other things."""
    free = devices * (device.memory * device.memory_share - other_bytes) - model.resident_bytes
    return int(free / model.cached_bytes)
