"""What tests share: the checkout, the data beside it, small real models, and real vLLM servers.

Nothing here is made before a test asks for it, and a test that asks for something this machine lacks is skipped with
the reason.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.models import gemma_folder, smollm2_folder
from tests.support.pool import ServerPool

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout (or of the copy, when the tests run on the wheel)."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real traces and style spans that lie beside the checkout."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("there is no ../shared/data beside the checkout")
    return folder


@pytest.fixture(scope="session")
def smollm2() -> Path:
    """SmolLM2-135M-Instruct as a Hugging Face folder."""
    return smollm2_folder()


@pytest.fixture(scope="session")
def gemma() -> Path:
    """Gemma 3 270M as a Hugging Face folder: a real model of another vocabulary."""
    return gemma_folder()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerPool]:
    """Real vLLM servers, one a model, started when first asked for and stopped when the tests end."""
    with ServerPool(tmp_path_factory.mktemp("servers")) as pool:
        yield pool
