"""What every command of tessy does alike: errors in one line, exit codes, fingerprints of files."""

import hashlib
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

import typer

from detectors.errors import TessyError


def new_app(about: str) -> typer.Typer:
    """Make a command line that shows its help when called without arguments, and no traceback of its own."""
    return typer.Typer(
        help=about,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def run_app(app: Callable[[], object]) -> None:
    """Run a command line; an error tessy raised is one line on stderr, an interrupt ends with code 130."""
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    logging.captureWarnings(capture=True)
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
