import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tessy.viewer import page

FOLDER = Path(page.__file__).parent / "page"


class Elements(HTMLParser):
    """The elements of a page: tags with their attributes, and what stands in styles and scripts."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.contents, self._inside = [], {"style": "", "script": "", "title": ""}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside in self.contents:
            self.contents[self._inside] += data


@pytest.fixture(scope="module")
def elements():
    return Elements(page.start('<b>&"rows".jsonl') + page.END)


def test_the_policy_allows_this_style_and_this_program_and_nothing_else(elements):
    policy = next(attrs["content"] for tag, attrs in elements.tags if attrs.get("http-equiv"))
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for name in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(elements.contents[name].encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy


def test_no_element_runs_or_loads_anything(elements):
    for _, attrs in elements.tags:
        assert not [name for name in attrs if name.startswith("on") or name in {"src", "style", "srcset"}]
        assert attrs.get("href", "data:,") == "data:,"


def test_the_title_is_text(elements):
    assert elements.contents["title"] == '<b>&"rows".jsonl'
    assert ("b", {}) not in elements.tags


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.js")), ids=lambda path: path.name)
def test_no_program_parses_data_as_html_or_asks_the_network(path):
    text = path.read_text(encoding="utf-8")
    parses = r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function"
    loads = r"\bfetch\(|XMLHttp|import\(|WebSocket|sendBeacon|https?:"
    assert re.findall(f"{parses}|{loads}", text) == []


def test_every_file_of_the_page_is_in_it():
    names = {path.name for path in FOLDER.iterdir()} - {"page.html"}
    assert names == {*page._STYLES, *page._SCRIPTS}
