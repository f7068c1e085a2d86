import subprocess
import sys

import analysis.loss


def test_the_public_names_are_there_whatever_was_imported_before():
    for _ in range(2):
        for name in analysis.loss.__all__:
            assert callable(getattr(analysis.loss, name))
    assert sorted(analysis.loss.__all__) == analysis.loss.__all__


def test_importing_the_package_and_its_command_loads_nothing_heavy():
    code = "import analysis.loss, analysis.commands.loss, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"torch", "transformers", "tokenizers", "sklearn", "httpx", "matplotlib"} & set(loaded)
