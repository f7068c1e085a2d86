"""Engines: the models that draft. `open_engine` picks one by what the settings name."""

from tessy.engines.base import Engine
from tessy.settings import ModelSettings

__all__ = ["Engine", "open_engine"]


def open_engine(settings: ModelSettings) -> Engine:
    """Make the engine for a server's URL (or several), or for a model that runs in this process.

    Nothing is loaded or asked yet: `Engine.start` does that.
    """
    urls = (settings.model,) if isinstance(settings.model, str) else settings.model
    if all(url.startswith(("http://", "https://")) for url in urls):
        from tessy.engines.http import HttpEngine

        return HttpEngine(settings)
    from tessy.engines.transformers import TransformersEngine

    return TransformersEngine(settings)
