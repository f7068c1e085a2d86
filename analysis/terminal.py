"""What every command of tessy does alike: errors in one line, exit codes, fingerprints of files."""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from detectors.errors import TessyError


def run_app(app: Callable[[], object]) -> None:
    """Run a command line; an error tessy raised is one line on stderr, an interrupt ends with code 130."""
    try:
        app()
    except TessyError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def fingerprint(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
