"""Stops vLLM's generation where the text turns into the other kind, inside vLLM's scheduler.

Most detectors see it in the tokens; a probe on the model's own states foresees it, and is read in the workers.

vLLM finds it by the entry point ``tessy`` of the group ``vllm.general_plugins`` and calls `register` in each of its
processes. Without the environment variable ``TESSY_DETECTORS`` nothing happens; with it, requests that ask for it end
at the boundary, and all others run as they always did.
"""

import logging
import os

LOGGER = logging.getLogger("vllm.tessy")
"""Below vLLM's own logger, so that its lines stand among the server's."""

DETECTORS_VARIABLE = "TESSY_DETECTORS"
"""Environment variable of the engine's process: folders of detectors, joined by `os.pathsep`."""

TESTED_VERSIONS = ("0.32.0",)
"""The versions of vLLM that this plugin is tested with; the functions it wraps are private to vLLM."""


def detector_folders() -> list[str]:
    """Return the folders that ``TESSY_DETECTORS`` names."""
    return [folder for folder in os.environ.get(DETECTORS_VARIABLE, "").split(os.pathsep) if folder]


def register() -> None:
    """Wrap vLLM's scheduler and workers in this process, if ``TESSY_DETECTORS`` is set; never raises.

    Calling it again changes nothing. On a vLLM of another version than `TESTED_VERSIONS`, it logs one line and leaves
    vLLM alone.
    """
    if not detector_folders():
        return
    try:
        from vllm.version import __version__ as version

        if version.partition("+")[0] not in TESTED_VERSIONS:
            LOGGER.warning(
                "tessy's plugin is tested with vLLM %s, not %s: requests will not stop at boundaries",
                ", ".join(TESTED_VERSIONS),
                version,
            )
            return
        from tessy.vllm_plugin.hook import wrap_scheduler
        from tessy.vllm_plugin.tap import wrap_workers

        wrap_scheduler()
        wrap_workers()
    except Exception:  # a plugin that fails must not keep the server from starting
        LOGGER.exception("tessy's plugin could not be put into vLLM: requests will not stop at boundaries")
