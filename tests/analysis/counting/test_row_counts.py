import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.counting import TermCounter
from analysis.counting.batch import count_batch
from analysis.counting.row_counts import RowCounts
from analysis.counting.term_counts import select
from analysis.counting.word_cutter import WordCutter
from analysis.divergence import count_phrases

batches_of_texts = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.text("ab \n.é的", max_size=20)), min_size=1, max_size=4), max_size=9
)


@given(batches_of_texts, st.integers(1, 3), st.integers(1, 3))
def test_chosen_terms_are_counted_by_row(batches, longest, least_count):
    counter, cutter = TermCounter(longest), WordCutter()
    for batch in batches:
        counter.add(count_batch([text for _, text in batch], longest, cutter))
    chosen = select(counter.tallies, least_count=least_count)
    found = RowCounts(chosen.keys, 4)
    for batch in batches:
        found.add(cutter.cut([text for _, text in batch]), np.array([row for row, _ in batch]))
    names, counts = chosen.names(counter.spellings), found.counts().toarray()
    assert counts.shape == (4, len(names))
    for row in range(4):
        texts = [text for batch in batches for home, text in batch if home == row]
        true = count_phrases(texts, longest)
        assert counts[row].tolist() == [true[name] for name in names]
        assert found.sizes[row] == sum(count_phrases(texts, 1).values())
