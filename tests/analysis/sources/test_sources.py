import gzip
import json

import pyarrow
import pyarrow.parquet
import pytest

from analysis.corpus import read_corpus, stream_corpus
from analysis.sources.shards import find_shards, read_source
from detectors.errors import DataError, UsageError

ROWS = [{"id": f"q{number}", "prompt": "p", "thinking": f"So {number}."} for number in range(7)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def zstd(content):
    sink = pyarrow.BufferOutputStream()
    with pyarrow.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


def save_to_disk(folder, rows, files=2):
    """Write a folder as Hugging Face's `Dataset.save_to_disk` does."""
    folder.mkdir(parents=True)
    names = [f"data-{number:05d}-of-{files:05d}.arrow" for number in range(files)]
    for number, name in enumerate(names):
        table = pyarrow.Table.from_pylist(rows[number::files])
        with pyarrow.ipc.new_stream(folder / name, table.schema) as stream:
            stream.write_table(table, max_chunksize=2)
    (folder / "dataset_info.json").write_text("{}")
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": name} for name in names]}))
    return folder


def write_json_lines(path):
    path.write_bytes(LINES)
    return path


def write_gzip(path):
    # Two members, as `cat a.gz b.gz` makes.
    (path := path.with_suffix(".jsonl.gz")).write_bytes(gzip.compress(LINES[:100]) + gzip.compress(LINES[100:]))
    return path


def write_zstd(path):
    (path := path.with_suffix(".jsonl.zst")).write_bytes(zstd(LINES))
    return path


def write_parquet(path):
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), path := path.with_suffix(".parquet"), row_group_size=3)
    return path


def write_shards(path):
    (folder := path.with_suffix("")).mkdir()
    for number in (1, 0):
        table = pyarrow.Table.from_pylist(ROWS[4:] if number else ROWS[:4])
        pyarrow.parquet.write_table(table, folder / f"train-{number:05d}-of-00002.parquet")
    (folder / "README.md").write_text("no rows")
    return folder


def write_pattern(path):
    lines = LINES.splitlines(keepends=True)
    path.with_name("part-0.jsonl").write_bytes(b"".join(lines[:4]))
    path.with_name("part-1.jsonl").write_bytes(b"".join(lines[4:]))
    return path.with_name("part-*.jsonl")


def write_dataset(path):
    return save_to_disk(path.with_suffix(""), ROWS, files=1)


def write_datasets(path):
    save_to_disk((folder := path.with_suffix("")) / "train", ROWS, files=1)
    (folder / "dataset_dict.json").write_text('{"splits": ["train"]}')
    return folder


WRITERS = [
    write_json_lines, write_gzip, write_zstd, write_parquet, write_shards, write_pattern, write_dataset, write_datasets,
]  # fmt: skip


@pytest.mark.parametrize("write", WRITERS)
def test_every_source_holds_the_same_traces(tmp_path, write):
    path = write(tmp_path / "c.jsonl")
    assert [trace.id for trace in stream_corpus(path)] == [row["id"] for row in ROWS]
    assert [trace.thinking for trace in read_corpus(path)] == [row["thinking"] for row in ROWS]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("skip", [1, 3, 5, 7, 9])
def test_rows_are_left_out(tmp_path, write, skip):
    shards = find_shards(write(tmp_path / "c.jsonl"))
    assert [row for row, _, _ in read_source(shards, skip)] == ROWS[skip:]
    assert list(read_source(shards))[skip:] == list(read_source(shards, skip))


@pytest.mark.parametrize("write", WRITERS)
def test_how_much_is_read_rises_to_the_size(tmp_path, write):
    shards = find_shards(write(tmp_path / "c.jsonl"))
    read = [row.read for row in read_source(shards)]
    assert read == sorted(read)
    assert 0 < read[-1] <= shards.size


def test_files_are_read_in_order_and_named(tmp_path):
    folder = save_to_disk(tmp_path / "d", ROWS)
    places = [where for _, where, _ in read_source(find_shards(folder))]
    assert places[:2] == [f"{folder}/data-00000-of-00002.arrow:{row}" for row in (1, 2)]
    assert places[-1] == f"{folder}/data-00001-of-00002.arrow:3"


def test_an_id_of_another_shard_is_named(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text('{"id": "x", "text": "So"}\n')
    with pytest.raises(DataError, match=r"already used on .*a\.jsonl, line 1"):
        read_corpus(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("c.jsonl.gz", LINES, "not a gzip file"),
        ("c.jsonl.gz", gzip.compress(LINES)[:-9], "broken one"),
        ("c.jsonl.zst", LINES, "not a zstd file"),
        ("c.jsonl.zst", zstd(LINES)[:-5], "broken one"),
        ("c.jsonl.gz", b"", "no rows"),
        ("c.jsonl", b"", "no rows"),
        ("c.arrow", LINES, "not an Arrow stream"),
        ("c.arrow", b"", "Arrow stream"),
        ("c.parquet", LINES, "not a Parquet file"),
    ],
)
def test_broken_files(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        list(stream_corpus(tmp_path / name))
    assert caught.value.where == str(tmp_path / name)


def test_a_cut_off_arrow_stream_and_a_row_without_a_trace(tmp_path):
    folder = save_to_disk(tmp_path / "d", [*ROWS, {"id": "bad"}], files=1)
    with pytest.raises(DataError, match="no trace") as caught:
        list(stream_corpus(folder))
    assert caught.value.where.endswith(".arrow:8")
    [path] = folder.glob("*.arrow")
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(DataError, match="Arrow stream"):
        list(stream_corpus(folder))


def test_folders_that_hold_several_corpora(tmp_path):
    for split in ("train", "test"):
        save_to_disk(tmp_path / "d" / split, ROWS)
    (tmp_path / "d" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    with pytest.raises(UsageError, match=r"several splits \(name one of .*d/train, .*d/test\)"):
        find_shards(tmp_path / "d")
    hub = tmp_path / "hub"
    hub.mkdir()
    for name in ("train-00000-of-00001.parquet", "test-00000-of-00001.parquet"):
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), hub / name)
    with pytest.raises(UsageError, match="several splits: test, train"):
        find_shards(hub)
    assert len(list(stream_corpus(hub / "train-*"))) == 7
    (hub / "more.jsonl").write_bytes(LINES)
    with pytest.raises(UsageError, match="several kinds"):
        find_shards(hub)


@pytest.mark.parametrize(
    ("names", "splits"),
    [
        (["train.jsonl", "test.jsonl"], "test, train"),
        (["train/0000.jsonl", "test/0000.jsonl"], "test, train"),
        (["train-00000-of-00001.jsonl", "rest.jsonl"], "files of none, train"),
    ],
)
def test_splits_are_never_read_as_one_corpus(tmp_path, names, splits):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(LINES)
    with pytest.raises(UsageError, match=f"several splits: {splits} "):
        find_shards(tmp_path)


def test_names_that_only_look_like_splits_are_none(tmp_path):
    for name in ("trained-a.jsonl", "latest.jsonl", "contest-b.jsonl"):
        (tmp_path / name).write_bytes(LINES)
    assert len(find_shards(tmp_path).files) == 3


def test_folders_and_patterns_that_hold_nothing(tmp_path):
    with pytest.raises(UsageError, match="no corpus"):
        find_shards(tmp_path)
    with pytest.raises(UsageError, match="no file matches"):
        find_shards(tmp_path / "*.jsonl")
    for state in ("{", "{}", '{"_data_files": []}', '{"_data_files": [{"filename": "../x"}]}', '{"_data_files": [3]}'):
        (tmp_path / "state.json").write_text(state)
        with pytest.raises(DataError, match="_data_files"):
            find_shards(tmp_path)


def test_a_text_of_parquet_that_is_no_unicode_is_named(tmp_path):
    texts = pyarrow.array([b"so", b"caf\xe9"], pyarrow.binary()).view(pyarrow.string())
    pyarrow.parquet.write_table(pyarrow.table({"thinking": texts}), tmp_path / "c.parquet")
    with pytest.raises(DataError, match=r"c\.parquet:2: a text is not UTF-8"):
        list(stream_corpus(tmp_path / "c.parquet"))
