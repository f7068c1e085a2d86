import subprocess
import sys

import analysis.annotation as package


def test_every_public_name_is_there():
    assert dir(package) == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is not None


def test_importing_the_commands_brings_nothing_heavy():
    heavy = {"numpy", "httpx", "sklearn"}
    script = f"import sys, analysis.commands.annotate, analysis.commands.agree; print(*{heavy!r} & {{*sys.modules}})"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""
