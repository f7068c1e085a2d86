"""Engines: the models that draft. `open_engine` picks one by what the settings name."""

from dataclasses import replace
from pathlib import Path

from tessy.engines.base import Engine
from tessy.miniature import student_path, teacher_path
from tessy.settings import ModelSettings

__all__ = ["EMBEDDED", "Engine", "open_engine"]

EMBEDDED = {"miniature/student": student_path, "miniature/teacher": teacher_path}
"""Names of the models that come with tessy; a folder of the same name on disk goes first."""


def open_engine(settings: ModelSettings) -> Engine:
    """Make the engine for a server's URL (or several), or for a model that runs in this process.

    Nothing is loaded or asked yet: `Engine.start` does that.
    """
    if isinstance(settings.model, str) and settings.model in EMBEDDED and not Path(settings.model).is_dir():
        settings = replace(settings, model=str(EMBEDDED[settings.model]()))
    urls = (settings.model,) if isinstance(settings.model, str) else settings.model
    if all(url.startswith(("http://", "https://")) for url in urls):
        from tessy.engines.http import HttpEngine

        return HttpEngine(settings)
    from tessy.engines.transformers import TransformersEngine

    return TransformersEngine(settings)
