from html.parser import HTMLParser

from analysis.explanation import explain
from analysis.explanation_page import explanation_page
from detectors.lexicon import LexiconDetector


class _Paragraphs(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.inside = [], False

    def handle_starttag(self, tag, attrs):
        if tag == "p":
            self.found.append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "p"

    def handle_data(self, data):
        if self.inside:
            self.found[-1] += data


def test_the_page_holds_the_text_as_it_is_and_the_reasons():
    text = 'So <b>x</b> & "y"\n  holds.'
    explained = explain(LexiconDetector({"^so": 0.9}), text)
    page = explanation_page(text, explained, explained[:1], title="<lexicon>")
    read = _Paragraphs()
    read.feed(page)
    assert read.found[1] == text
    assert "<b>" not in page
    assert "&lt;lexicon&gt;" in page
    assert "+0.90 phrase = &#x27;so&#x27;" in page
    assert page.count("<td>") == 3
