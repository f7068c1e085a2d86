"""The page around the rows: one file of HTML with its style and program inside, and nothing else allowed to run."""

import base64
import hashlib
import re
from html import escape
from pathlib import Path

_FOLDER = Path(__file__).parent / "page"
_STYLES = ("trace.css", "layout.css", "controls.css")
_SCRIPTS = ("dom.js", "rows.js", "roster.js", "matches.js", "ribbon.js", "pane.js", "facts.js", "search.js",
            "viewer.js", "keys.js")  # fmt: skip

END = "</div>\n</body>\n</html>\n"
"""What closes the page after the last bundle."""


def trace_style() -> str:
    """Return the style of a trace's text, the same in pages and notebooks."""
    return _read("trace.css")


def start(title: str) -> str:
    """Return the page up to where the bundles of rows stand.

    The policy in it lets exactly this style and this program run, and nothing be loaded from anywhere.
    """
    style = "\n".join(map(_read, _STYLES))
    script = '"use strict";\n(() => {\n' + "\n".join(map(_read, _SCRIPTS)) + "\n})();\n"
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
    values = {"policy": escape(policy, quote=True), "title": escape(title), "style": style, "script": script}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], _read("page.html"))


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
