"""A report as one page of HTML that needs nothing else: no script, no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from analysis.report.table import Table

# The page loads nothing, and what data might smuggle in could not either.
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #d5d5d5; --soft: #5f5f5f; }}
@media (prefers-color-scheme: dark) {{ :root {{ --line: #444; --soft: #aaa; }} }}
body {{ font: 16px/1.55 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ line-height: 1.2; }}
h2 {{ margin-top: 2.5rem; }}
.scroll {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: .9rem; margin: 1rem 0; font-variant-numeric: tabular-nums; }}
caption {{ text-align: left; padding-bottom: .4rem; color: var(--soft); }}
th, td {{ padding: .25rem .9rem .25rem 0; text-align: left; vertical-align: baseline; }}
thead th {{ border-bottom: 1px solid var(--line); vertical-align: bottom; }}
tbody th {{ font-weight: normal; }}
.number {{ text-align: right; white-space: nowrap; }}
small, .note {{ color: var(--soft); }}
figure {{ margin: 1rem 0; }}
figure img {{ max-width: 100%; background: #fff; padding: .5rem; box-sizing: border-box; }}
figcaption {{ color: var(--soft); font-size: .9rem; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure on the page.

    Attributes
    ----------
    name
        Of its files, without an ending.
    caption
        What it shows.
    svg
        The figure, as SVG.
    """

    name: str
    caption: str
    svg: str

    def as_html(self) -> str:
        """Write it as an image that holds its own data: nothing in it can run or be looked up elsewhere."""
        from base64 import b64encode

        data = b64encode(self.svg.encode("utf-8")).decode("ascii")
        text = escape(self.caption)
        return (
            f'<figure><img alt="{text}" src="data:image/svg+xml;base64,{data}"><figcaption>{text}</figcaption></figure>'
        )


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading, what is to be said under it, and its tables and figures."""

    title: str
    text: Sequence[str]
    parts: Sequence[Table | Picture] = ()


def report_page(title: str, chapters: Sequence[Chapter]) -> str:
    """Return the page.

    Parameters
    ----------
    title
        The heading.
    chapters
        What stands under it, in order; their texts are plain text, a paragraph each.
    """
    return _PAGE.format(title=escape(title), body="\n".join(map(_chapter, chapters)))


def _chapter(chapter: Chapter) -> str:
    paragraphs = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in chapter.text)
    parts = "\n".join(
        f'<div class="scroll">{part.as_html()}</div>' if isinstance(part, Table) else part.as_html()
        for part in chapter.parts
    )
    return f"<section>\n<h2>{escape(chapter.title)}</h2>\n{paragraphs}\n{parts}\n</section>"
