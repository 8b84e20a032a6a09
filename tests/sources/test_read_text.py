"""Delimited text against Python's csv module, and against the ways it breaks."""

import csv
import gzip
import io

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.domain.errors import UnreadableFileError, UsageError
from routecheck.sources import cell_splitting
from routecheck.sources.cell_splitting import split_cells
from routecheck.sources.rejected_rows import Rejects
from routecheck.sources.text_file import TextFile

HEADER = "device_id,vehicle_id,valid_from\n"


def _read(tmp_path, data, kind="vehicles", **options):
    path = tmp_path / "f.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    rejects = Rejects("f.csv")
    file = TextFile(path, "f.csv", kind, rejects, **options)
    rows = {}
    for block in file.blocks():
        names = list(block.columns)
        for i, line in enumerate(block.rows.tolist()):
            rows[line] = {name: block.columns[name][i].as_py() for name in names}
    return rows, rejects.table(), file


def _joined(parts):
    parts = list(parts)
    return cell_splitting.Cells(
        [pa.concat_arrays(columns) for columns in zip(*(p.columns for p in parts), strict=True)],
        np.concatenate([part.lines for part in parts]),
        [misfit for part in parts for misfit in part.misfits],
    )


CELL = st.text(st.characters(blacklist_characters="\r\0\ufeff", codec="utf-8"), max_size=6)


@given(rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=12), quoting=st.booleans())
def test_what_csv_writes_is_read_back(rows, quoting):
    text = io.StringIO()
    style = csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL
    csv.writer(text, lineterminator="\n", quoting=style).writerows(rows)
    found = _joined(split_cells(text.getvalue().encode(), ",", 3, [0, 2]))
    # A cell of many lines is more than a stray quotation mark may swallow.
    if all(cell.count("\n") < 6 for row in rows for cell in row):
        assert found.misfits == []
        assert found.columns[0].to_pylist() == [row[0] for row in rows]
        assert found.columns[1].to_pylist() == [row[2] for row in rows]


@given(
    st.lists(
        st.lists(st.sampled_from(["a", "", " ", "7", "é", "汉"]), min_size=1, max_size=5),
        max_size=15,
    )
)
def test_both_ways_of_splitting_agree(rows):
    block = "".join(",".join(row) + "\n" for row in rows).encode()
    fast, slow = (
        _joined(split_cells(block, ",", 3, [0, 1, 2])),
        _joined(cell_splitting._by_line(block, ",", 3, [0, 1, 2])),
    )
    assert fast.lines.tolist() == slow.lines.tolist()
    assert sorted(fast.misfits) == slow.misfits
    for one, other in zip(fast.columns, slow.columns, strict=True):
        assert one.to_pylist() == other.to_pylist()


@given(st.binary(max_size=300))
def test_any_bytes_give_each_line_once(data):
    block = data.replace(b"\0", b"").decode(errors="replace").encode()
    found = _joined(split_cells(block, ",", 2, [0, 1]))
    lines = found.lines.tolist() + [line for line, _, _ in found.misfits]
    assert len(set(lines)) == len(lines)
    text = block.decode().split("\n")
    assert set(lines) <= set(range(len(text)))
    spanned = {line for _, _, cell in found.misfits for line in range(cell.count("\n"))}
    if b'"' not in block and b"\r" not in block and not spanned:
        wanted = [i for i, line in enumerate(text) if line.strip() or "," in line]
        assert sorted(lines) == wanted


@pytest.mark.parametrize(
    ("encoding", "newline"),
    [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("gb18030", "\r\n"), ("gbk", "\n"), ("utf-8", "\r")],
)
def test_encodings_and_line_ends(tmp_path, encoding, newline):
    text = newline.join(["设备编号,车牌号,启用日期", "007,渝A12345,", "NA,渝B1,2026-01-01", ""])
    rows, rejected, file = _read(tmp_path, text.encode(encoding))
    assert rows == {
        2: {"device_id": "007", "vehicle_id": "渝A12345", "valid_from": ""},
        3: {"device_id": "NA", "vehicle_id": "渝B1", "valid_from": "2026-01-01"},
    }
    assert len(rejected) == 0
    assert file.rows_in == 2


def test_ascii_header_over_gb18030_rows(tmp_path):
    text = HEADER.encode() + "1,渝A12345,\n".encode("gb18030") * 3
    rows, _, _ = _read(tmp_path, text)
    assert rows[4]["vehicle_id"] == "渝A12345"


def test_one_broken_byte_does_not_change_the_encoding(tmp_path):
    good = "1,渝A12345龙潭,\n".encode()
    rows, _, _ = _read(tmp_path, HEADER.encode() + good * 5 + b"2,\xe6\xb8,\n" + good)
    assert rows[2]["vehicle_id"] == rows[8]["vehicle_id"] == "渝A12345龙潭"
    assert "\ufffd" in rows[7]["vehicle_id"]


def test_declared_encoding(tmp_path):
    rows, _, _ = _read(
        tmp_path, HEADER.encode() + "1,Münster,\n".encode("latin-1"), encoding="latin-1"
    )
    assert rows[2]["vehicle_id"] == "Münster"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_order_of_headers_and_extra_columns(tmp_path, delimiter):
    lines = [["note", "vehicle_id", "Device ID", "x,y"], ["n", "V", "1", ""]]
    if delimiter == ",":
        lines[0][3] = "xy"
    text = "\n".join(delimiter.join(line) for line in lines)
    rows, _, file = _read(tmp_path, text)
    assert rows == {2: {"device_id": "1", "vehicle_id": "V"}}
    assert file.delimiter == delimiter


def test_rows_that_do_not_fit(tmp_path):
    text = HEADER + "1,V,\n2,V\n\n3,V,,,\n4,V,,x\n   \n5,V,"
    rows, rejected, file = _read(tmp_path, text)
    assert sorted(rows) == [2, 5, 8]
    assert rejected[["row", "reason", "text"]].to_numpy().tolist() == [
        [3, "too_few_cells", "2,V"],
        [6, "too_many_cells", "4,V,,x"],
    ]
    assert file.rows_in == 5


def test_a_stray_quotation_mark_costs_its_own_row(tmp_path):
    text = HEADER + '1,V,\n2,"V,\n' + "3,V,\n" * 30 + '4,"V""x",\n5,V"x,\n6,"a\nb",\n7,V,\n'
    rows, rejected, file = _read(tmp_path, text)
    assert rows[34]["vehicle_id"] == 'V"x'
    assert rows[35]["vehicle_id"] == 'V"x'
    assert rows[36]["vehicle_id"] == "a\nb"
    assert rows[38]["device_id"] == "7"
    assert len(rows) + len(rejected) == file.rows_in == 36
    assert len(rejected) <= 1


def test_nul_bytes_do_not_pass(tmp_path):
    rows, _, _ = _read(tmp_path, HEADER.encode() + b"1,V\0,\n2,V,\n")
    assert rows[2]["vehicle_id"] == "V\ufffd"
    assert rows[3]["vehicle_id"] == "V"


def test_a_title_above_the_header(tmp_path):
    path = tmp_path / "fixes.csv"
    path.write_text("Tracks of March, all trucks\n\nvehicle_id,time,lon,lat\nV,t,108.7,28.8\n")
    file = TextFile(path, path.name, "fixes", Rejects(path.name))
    (block,) = file.blocks()
    assert block.rows.tolist() == [4]
    assert block.columns["vehicle_id"].to_pylist() == ["V"]


def test_lines_before_the_header(tmp_path):
    rows, _, _ = _read(tmp_path, "\ufeff\n;;\nsep=;\ndevice_id;vehicle_id\n1;V\n")
    assert list(rows) == [5]


@pytest.mark.parametrize("size", [1 << 6, 1 << 8, 1 << 20])
def test_blocks_do_not_show(tmp_path, monkeypatch, size):
    from routecheck.sources import line_reader

    monkeypatch.setattr(line_reader, "BLOCK_BYTES", size)
    lines = [f'{i},"V{i},é\n{i}",' if i % 7 == 0 else f"{i},汉V{i}," for i in range(60)]
    rows, rejected, _ = _read(tmp_path, HEADER + "\n".join(lines) + "\n")
    assert len(rejected) == 0
    assert [row["device_id"] for row in rows.values()] == [str(i) for i in range(60)]
    wanted = 2 + np.arange(60) + np.array([(i + 6) // 7 for i in range(60)])
    assert list(rows) == wanted.tolist()


def test_gzip_and_two_members(tmp_path):
    data = gzip.compress((HEADER + "1,V,\n").encode()) + gzip.compress(b"2,W,\n")
    rows, _, file = _read(tmp_path, data)
    assert [row["vehicle_id"] for row in rows.values()] == ["V", "W"]
    assert file.cut_off == ""


def test_gzip_that_is_cut_gives_what_there_is(tmp_path):
    body = "".join(f"{i},V{i * 7919 % 1000},\n" for i in range(20_000))
    whole = gzip.compress((HEADER + body).encode())
    rows, rejected, file = _read(tmp_path, whole[: len(whole) // 2])
    assert 5_000 < len(rows) < 15_000
    assert file.rows_in == len(rows) + len(rejected)
    assert "gzip" in file.cut_off
    last = max(rows)
    assert rows[last]["vehicle_id"] == f"V{(last - 2) * 7919 % 1000}"


def test_the_row_before_a_line_that_was_cut_off_is_kept(tmp_path):
    # A stray quotation mark among the last lines: all of them are one block.
    whole = 'vehicle_id,time,lon,lat\nV1,"x\n' + "".join(
        f"V1,2026-03-02T06:00:{n},108.7,28.8\n" for n in range(10, 20)
    )
    packed = gzip.compress((whole + "V1,2026-03-02T06:01").encode())
    rows, rejected, file = _read(tmp_path, packed[:-4], kind="fixes")
    assert "gzip" in file.cut_off
    assert list(rows) == list(range(3, 13))
    assert rejected["row"].tolist() == [2, 13]


def test_cut_last_number_of_fixes(tmp_path):
    body = "".join(f"V,2026-03-01T06:00:{i:02d}Z,28.8,108.{765432 + i}\n" for i in range(50))
    rows, rejected, _ = _read(tmp_path, "vehicle_id,time,lat,lon\n" + body[:-4], kind="fixes")
    assert len(rows) == 49
    assert rejected["reason"].tolist() == ["too_few_cells"]
    rows, rejected, _ = _read(tmp_path, "vehicle_id,time,lat,lon\n" + body[:-1], kind="fixes")
    assert len(rows) == 50


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (b"", ["it is empty"]),
        (b"\n\n", ["it is empty"]),
        (b"PK\x03\x04rubbish", ["Excel", "CSV UTF-8"]),
        (b"\xff\xfea\0,\0", ["UTF-16"]),
        (bytes(range(256)) * 20, ["binary"]),
        (gzip.compress(b"PK\x03\x04", mtime=0), ["Excel"]),
        (b"SQLite format 3\0", ["SQLite"]),
        (b"a" * (2 << 20), ["longer than"]),
        (b"device,number,x\n1,2,3\n", ["vehicle_id", "headers found: device, number, x"]),
        (b"device_id,vehicle_idd\n", ['vehicle_id = "vehicle_idd"']),
        (b"device_id,vehicle_id,vehicle_id\n", ["appears twice"]),
        ("device_id,车牌号,车辆ID\n".encode(), ["both mean vehicle_id", "[vehicles.columns]"]),
    ],
)  # fmt: skip
def test_bad_files_are_one_clear_line(tmp_path, data, parts):
    with pytest.raises(UnreadableFileError) as caught:
        _read(tmp_path, data)
    message = str(caught.value)
    assert message.startswith("f.csv: ")
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_no_file_and_a_folder(tmp_path):
    for name, part in (("none.csv", "no such file"), (".", "a folder")):
        file = TextFile(tmp_path / name, name, "vehicles", Rejects(name))
        with pytest.raises(UnreadableFileError, match=part):
            list(file.blocks())


def test_canonical_goes_before_alias_and_mapping_before_both(tmp_path):
    text = "device_id,车牌号,vehicle_id,plate\n1,a,b,c\n"
    rows, _, _ = _read(tmp_path, text)
    assert rows[2]["vehicle_id"] == "b"
    rows, _, _ = _read(tmp_path, text, mapped={"vehicle_id": "Plate"})
    assert rows[2]["vehicle_id"] == "c"
    with pytest.raises(UsageError, match=r'vehicle_id = "Truck".*no such header.*found: device_id'):
        _read(tmp_path, text, mapped={"vehicle_id": "Truck"})


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        # The mark of row 3 closes in row 5: the rows between are rows all the same.
        (["1,a,V", '2,"b,V', "3,c,V", '4,d",V', "5,e,V"], ["1", "3", "4", "5"]),
        (["1,a,V", '2,"b,V', "3,c,V"], ["1", "3"]),
        (["1,a,V", '2,"b,V', *(f"{n},c,V" for n in range(3, 30))], ["1", *map(str, range(3, 30))]),
        # A cell of several lines that holds no rows is one.
        (["1,a,V", '2,"b', "second line, with a comma", 'third",V', "3,c,V"], ["1", "2", "3"]),
    ],
)
def test_a_quotation_mark_that_does_not_close_costs_its_own_row(tmp_path, lines, kept):
    header = "vehicle_id,x,device_id\n"
    rows, rejected, file = _read(tmp_path, header + "\n".join(lines) + "\n")
    assert [row["vehicle_id"] for row in rows.values()] == kept
    assert set(rejected["reason"]) <= {"unclosed_quote"}
    assert len(rows) + len(rejected) == file.rows_in


def test_a_file_of_rows_that_are_none_is_not_read_to_its_end(tmp_path, monkeypatch):
    from routecheck.sources import text_file

    monkeypatch.setattr(text_file, "_MOST_MISFITS", 1000)
    rows, rejected, file = _read(tmp_path, HEADER + "1,V,\n" + "x\n" * 5000)
    assert len(rows) == 1
    assert "row 3" in file.cut_off
    assert len(rejected) < 1000
