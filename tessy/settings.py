"""What shapes a run: one documented schema for Python, ``run.toml`` and the flags of ``tessy-synth run``."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Gt, Le

Count = Annotated[int, Ge(1)]
_CHECKS = {"extra": "forbid", "strict": True, "allow_inf_nan": False}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a model draws tokens; the paper's values for both models.

    Attributes
    ----------
    temperature
        0 takes the likeliest token every time.
    top_p
        The probability mass to draw from, 0..1.
    top_k
        How many tokens to draw from; 0 for all.
    """

    __pydantic_config__: ClassVar = _CHECKS

    temperature: Annotated[float, Ge(0)] = 0.7
    top_p: Annotated[float, Gt(0), Le(1)] = 0.8
    top_k: Annotated[int, Ge(0)] = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop a trace that does not end by itself.

    Attributes
    ----------
    thinking_tokens, answer_tokens
        The most tokens to keep in either part.
    hand_overs
        The most hand-overs in one trace.
    seconds
        The longest time one trace may take, waiting included; 0 for no limit.
    """

    __pydantic_config__: ClassVar = _CHECKS

    thinking_tokens: Count = 32_768
    answer_tokens: Count = 8_192
    hand_overs: Count = 10_000
    seconds: Annotated[float, Ge(0)] = 0.0


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """One model: where it runs, how it samples, how it drafts.

    Attributes
    ----------
    model
        The URL of a vLLM server, several URLs (replicas of the same model), or a model's folder or name, which then
        runs in this program.
    engine
        For models in this program: ``transformers``, ``vllm`` (needs the extra of that name), or ``auto``, which takes
        vLLM where it is installed and there is a GPU.
    name
        The model a server must serve; empty takes the one it serves.
    tokenizer
        The tokenizer's folder or name; empty takes the one of the model the server names.
    template_options
        Variables of the chat template, such as ``reasoning_effort = "high"`` for gpt-oss.
    detector
        The folder of this role's own detector; empty takes the run's.
    draft_tokens
        How many tokens to propose before the detector looks (k in the paper), where the engine cannot stop at the
        boundary by itself; 0 learns the length from spans and times.
    sampling
        How tokens are drawn.
    context_length
        The most tokens of prompt and trace together; 0 takes the model's.
    api_key_env
        For servers: the environment variable that holds the key.
    request_timeout
        For servers: seconds to wait for one answer.
    patience
        For servers: seconds to go on retrying one request before its trace fails.
    stream_tokens
        For servers without our plugin: how many tokens come at a time, each judged as it comes, until the server is
        hung up on at the boundary; 0 asks for `draft_tokens` at once and rolls back.
    dtype, device
        For models in this program: ``auto`` is float32 on the CPU, bfloat16 on a GPU. vLLM takes ``cuda:1`` and, for
        several GPUs, ``cuda:1,2``.
    batch_size
        For transformers: the most traces in one forward pass.
    trust_remote_code
        Run code that comes with the model. Only for models you trust.
    gpu_memory_fraction
        For vLLM in this program: this model's part of a GPU's memory; what weights leave of it is for keys and values.
        Two models on one GPU share it.
    kv_cache_gib
        For vLLM in this program: memory for keys and values, in GiB; 0 is what `gpu_memory_fraction` leaves, 2 on the
        CPU.
    tensor_parallel_size
        For vLLM in this program: the GPUs one model is spread over.
    block_size
        For vLLM in this program: tokens of a block of keys and values; 0 is vLLM's choice, 32 on the CPU.
    max_sessions
        For vLLM in this program: the most traces that hold keys and values at once; others wait, or read theirs again.
    enforce_eager
        For vLLM in this program: do without compilation and CUDA graphs; starts sooner, drafts slower. Always on the
        CPU.
    gather_seconds
        For vLLM in this program: the longest that a turn waits for others to enter the engine with; 0 for none.
    """

    __pydantic_config__: ClassVar = _CHECKS

    model: str | tuple[str, ...] = ""
    engine: Literal["auto", "transformers", "vllm"] = "auto"
    name: str = ""
    tokenizer: str = ""
    template_options: dict[str, str | int | float | bool] = field(default_factory=dict)
    detector: str = ""
    draft_tokens: Annotated[int, Ge(0)] = 20
    sampling: Sampling = field(default_factory=Sampling)
    context_length: Annotated[int, Ge(0)] = 0
    api_key_env: str = "TESSY_API_KEY"
    request_timeout: Annotated[float, Gt(0)] = 300.0
    patience: Annotated[float, Gt(0)] = 900.0
    stream_tokens: Annotated[int, Ge(0)] = 4
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    device: str = "auto"
    batch_size: Count = 64
    trust_remote_code: bool = False
    gpu_memory_fraction: Annotated[float, Gt(0), Le(1)] = 0.45
    kv_cache_gib: Annotated[float, Ge(0)] = 0.0
    tensor_parallel_size: Count = 1
    block_size: Annotated[int, Ge(0)] = 0
    max_sessions: Count = 256
    enforce_eager: bool = False
    gather_seconds: Annotated[float, Ge(0)] = 0.0


@dataclass(frozen=True, slots=True)
class RunSettings:
    """A whole run. Paths are relative to the working directory.

    Attributes
    ----------
    prompts
        JSONL; each row has ``prompt`` or ``messages``, and maybe ``id``.
    out
        The output, JSONL; see `tessy.records` for its rows and `tessy.journal` for the files beside it.
    detector
        The folder of the detector for both roles.
    recipe
        tessy, teacher-only, student-only, teacher-think or teacher-answer.
    seed
        Of all chance.
    concurrency
        The most traces in work at once.
    limit
        Only the first so many prompts; 0 for all.
    resume
        Go on where an earlier run stopped.
    keep_drafts
        Keep the text of drafts that are thrown away in each row, for the viewer.
    student, teacher
        The two models.
    limits
        When to stop a trace.
    """

    __pydantic_config__: ClassVar = _CHECKS

    prompts: str = ""
    out: str = ""
    detector: str = ""
    recipe: str = "tessy"
    seed: int = 0
    concurrency: Count = 64
    limit: Annotated[int, Ge(0)] = 0
    resume: bool = True
    keep_drafts: bool = False
    student: ModelSettings = field(default_factory=ModelSettings)
    teacher: ModelSettings = field(default_factory=ModelSettings)
    limits: Limits = field(default_factory=Limits)
