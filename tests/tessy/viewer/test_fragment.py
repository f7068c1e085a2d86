from html.parser import HTMLParser

from hypothesis import assume, given
from hypothesis import strategies as st

from tessy.prompts import Prompt
from tessy.trace import Role, Segment, StopReason, Trace
from tessy.viewer.fragment import fragment, sections
from tessy.viewer.trace_view import read_view
from tests.tessy.viewer.conftest import row


class Texts(HTMLParser):
    """Class and text of each part of a trace; the tags that are there at all."""

    def __init__(self, html):
        super().__init__()
        self.found, self.tags, self._inside = [], set(), None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag in {"span", "del"}:
            self._inside = dict(attrs)["class"]
            self.found.append([self._inside, ""])

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside:
            self.found[-1][1] += data


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30))
def test_any_text_stays_text(text):
    # Where the thinking ends, another section begins.
    assume("</think>" not in text)
    view = read_view(row(thinking="Okay,<script>alert(1)</script>" + text + "."), "x:1")
    read = Texts(sections(view.thinking, view.answer))
    assert read.tags == {"section", "h3", "div", "span"}
    assert read.found[1] == ["teacher begins", "<script>alert(1)</script>" + text + "."]


def test_what_html_cannot_write_is_shown_as_missing():
    view = read_view(row(thinking="Okay, \ud800 \0."), "x:1")
    assert " \ufffd \ufffd." in sections(view.thinking, [])


def test_thrown_drafts_are_marked():
    view = read_view(row(thrown=[["student", 13, " so"]]), "x:1")
    assert '<del class="student thrown"> so</del>' in sections(view.thinking, view.answer)


def test_a_notebook_offers_to_show_thrown_drafts_where_there_are_some():
    some, none = (fragment(read_view(row(**more), "x:1")) for more in ({"thrown": [["student", 13, " so"]]}, {}))
    assert ('class="show-thrown"' in some, 'class="show-thrown"' in none.partition("</style>")[2]) == (True, False)


def test_a_trace_in_a_notebook_shows_question_numbers_and_texts():
    trace = Trace(
        Prompt.from_text("2 < 3?", id="q1"),
        "<think>\nOkay, 4",
        (Segment(Role.STUDENT, 0, 13), Segment(Role.TEACHER, 13, 15)),
        StopReason.THINKING_LIMIT,
        {Role.STUDENT: 1, Role.TEACHER: 3000},
        hand_overs=1,
    )
    html = trace._repr_html_()
    for part in ("2 &lt; 3?", "teacher 3,000", "1 hand-overs", "thinking limit", '<span class="student">Okay,</span>'):
        assert part in html
    assert "<script" not in html
