from analysis.annotation.reading import read_annotations
from analysis.jsonl import write_rows

ROW = {"id": "a", "text": "So 3", "spans": [[0, 2]]}


def test_annotators_are_named_by_their_rows_or_files(tmp_path):
    one, two, three = paths = [tmp_path / f"{name}.jsonl" for name in ("one", "two", "three")]
    for path, row in zip(paths, (ROW | {"annotator": "judge"}, ROW, ROW | {"annotator": "judge"}), strict=True):
        write_rows(path, [row])
    assert list(read_annotations([one, two])) == ["judge", "two.jsonl"]
    assert list(read_annotations([one, three])) == [str(one), str(three)]
    assert read_annotations([one, two])["judge"][0].spans[0].end == 2
