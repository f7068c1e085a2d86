from hypothesis import given
from hypothesis import strategies as st

from analysis.induction.variation import Variation
from analysis.labels import LabelledText
from analysis.markers import Markers, read_markers
from detectors.spans import Span

TWO = Markers(connectives=("so", "thus"), hedges=("z . b .",))
LABEL = LabelledText("a", "So 3, so 4.", (Span(0, 2, 0.9), Span(6, 8)), model="m", question="q")


def test_markers_in_spans_are_exchanged_and_nothing_else():
    texts = {Variation(TWO, share=1, seed=seed).of(LABEL).text for seed in range(30)}
    assert texts == {"So 3, so 4.", "Thus 3, so 4.", "So 3, thus 4.", "Thus 3, thus 4."}


def test_what_belongs_to_the_text_stays():
    label = Variation(TWO, share=1).of(LABEL)
    assert (label.id, label.model, label.question, label.spans[0].score) == ("a~", "m", "q", 0.9)


def test_no_share_leaves_the_text_as_it_is():
    label = Variation(TWO, share=0).of(LABEL)
    assert (label.text, label.spans) == (LABEL.text, LABEL.spans)


def test_abbreviations_are_written_as_prose():
    label = LabelledText("a", "z.b. 3", (Span(0, 4),))
    assert Variation(TWO, share=1).of(label).text == "z.b. 3"


@given(
    st.lists(st.tuples(st.sampled_from(["So,", "hmm", "Let me check", "x"]), st.integers(0, 99)), max_size=6),
    st.integers(),
)
def test_the_rest_of_the_text_and_the_number_of_spans_stay(parts, seed):
    text, spans = "", []
    for marker, number in parts:
        spans.append(Span(len(text), len(text) + len(marker)))
        text += f"{marker} {number}. "
    varied = Variation(read_markers(), seed=seed).of(LabelledText("a", text, tuple(spans)))
    kept = [
        varied.text[left:right]
        for left, right in zip(
            [0, *(s.end for s in varied.spans)], [*(s.start for s in varied.spans), None], strict=True
        )
    ]
    assert "".join(kept) == "".join(f" {number}. " for _, number in parts)
    assert len(varied.spans) == len(parts)
