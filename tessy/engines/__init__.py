"""Engines: the models that draft. `open_engine` picks one by what the settings name."""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from tessy.engines.base import Engine
from tessy.miniature import student_path, teacher_path
from tessy.settings import ModelSettings

__all__ = ["EMBEDDED", "Engine", "open_engine"]

EMBEDDED = {"miniature/student": student_path, "miniature/teacher": teacher_path}
"""Names of the models that come with tessy; a folder of the same name on disk goes first."""


def open_engine(settings: ModelSettings) -> Engine:
    """Make the engine for a server's URL (or several), or for a model that runs in this program.

    Nothing is loaded or asked yet: `Engine.start` does that.
    """
    if isinstance(settings.model, str) and settings.model in EMBEDDED and not Path(settings.model).is_dir():
        # They are so small that transformers is done before vLLM has started.
        engine = "transformers" if settings.engine == "auto" else settings.engine
        settings = replace(settings, model=str(EMBEDDED[settings.model]()), engine=engine)
    urls = (settings.model,) if isinstance(settings.model, str) else settings.model
    if all(url.startswith(("http://", "https://")) for url in urls):
        from tessy.engines.http import HttpEngine

        return HttpEngine(settings)
    if settings.engine == "vllm" or (settings.engine == "auto" and _vllm_is_faster(settings)):
        from tessy.engines.vllm import VllmEngine

        return VllmEngine(settings)
    from tessy.engines.transformers import TransformersEngine

    return TransformersEngine(settings)


def _vllm_is_faster(settings: ModelSettings) -> bool:
    """Say whether vLLM is there and has a GPU to run on; on a CPU its start alone takes a minute."""
    if settings.device.startswith("cpu") or find_spec("vllm") is None or find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())
