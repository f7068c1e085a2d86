"""An explanation as a page of HTML that needs nothing else: the text in colour, and a table of reasons."""

from collections.abc import Sequence
from html import escape

from analysis.explanation import ExplainedWord

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 16px/1.6 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222; }}
.text {{ white-space: pre-wrap; }}
.style {{ border-bottom: 2px solid #0072b2; }}
td, th {{ padding: 0 1em 0 0; text-align: left; vertical-align: top; font-size: 14px; }}
.for {{ color: #0072b2; }}
.against {{ color: #b34a00; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>The bluer a word, the likelier it is style; underlined words reach the threshold. Point at a word to see why.</p>
<p class="text">{text}</p>
<table>
<tr><th>word</th><th>probability</th><th>reasons</th></tr>
{rows}
</table>
</body>
</html>
"""


def explanation_page(text: str, explained: Sequence[ExplainedWord], listed: Sequence[ExplainedWord], title: str) -> str:
    """Return the page.

    Parameters
    ----------
    text
        The text.
    explained
        All its words.
    listed
        Those that the table lists.
    title
        The heading.
    """
    pieces: list[str] = []
    position = 0
    for part in explained:
        pieces.append(escape(text[position : part.word.start]) + _coloured(part))
        position = part.word.end
    pieces.append(escape(text[position:]))
    rows = "\n".join(_row(part) for part in listed)
    return _PAGE.format(title=escape(title), text="".join(pieces), rows=rows)


def _coloured(part: ExplainedWord) -> str:
    why = "\n".join(f"{reason.weight:+.2f} {reason.name}" for reason in part.reasons)
    hint = escape(f"{part.probability:.2f}\n{why}".rstrip(), quote=True)
    shade = f"rgba(86, 180, 233, {min(max(part.probability, 0.0), 1.0) * 0.6:.2f})"
    style = ' class="style"' if part.style else ""
    return f'<span{style} style="background: {shade}" title="{hint}">{escape(part.word.text)}</span>'


def _row(part: ExplainedWord) -> str:
    reasons = "<br>".join(
        f'<span class="{"for" if reason.weight > 0 else "against"}">{reason.weight:+.2f} {escape(reason.name)}</span>'
        for reason in part.reasons
    )
    return f"<tr><td>{escape(part.word.text)}</td><td>{part.probability:.2f}</td><td>{reasons}</td></tr>"
