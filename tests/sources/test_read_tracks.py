"""Fixes as receivers and apps write them: GPX, NMEA, and one file a vehicle named after it."""

from __future__ import annotations

import datetime
import functools
import operator
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from routecheck.config import FixesSource, PointsSource
from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.domain.settings import CleanSettings
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.nmea_file import NmeaFile
from routecheck.sources.points import read_points
from routecheck.sources.rejected_rows import Rejects
from routecheck.sources.vehicle_names import vehicle_in
from routecheck.tracks.clean import clean

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
MARCH = datetime.date(2026, 3, 1)
CSV = "time,lon,lat\n2026-03-01 06:00:00,108.7,28.8\n"


def _fixes(folder, path="*.*", **source):
    with FixFiles.read(FixesSource(path=path, **source), folder, ZONE, now=NOW) as files:
        table = files.load(MARCH)
        return table.astype({"vehicle_id": "str", "file": "str"}), files


# --- the vehicle in the name ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "pattern", "vehicle"),
    [
        ("fixes/渝A12345_2026-03-02.csv", "{vehicle}_*", "渝A12345"),
        ("fixes/渝A12345.csv.gz", "{vehicle}", "渝A12345"),
        ("a.zip/2026-03-02 渝A12345.csv", "* {vehicle}", "渝A12345"),
        ("fixes/渝A12345/2026-03-02.csv", "{vehicle}/*", "渝A12345"),
        ("fixes/track(7).gpx", "track({vehicle}).gpx", "7"),
        ("fixes/truck-12-20260302.csv", r"^truck-(\d+)-", "12"),
        ("fixes/渝A12345.csv", "{vehicle}_*", ""),
        ("fixes/other.csv", r"^truck-(\d+)-", ""),
    ],
)
def test_a_pattern_says_where_the_vehicle_is(label, pattern, vehicle):
    assert vehicle_in(label, pattern) == vehicle


@pytest.mark.parametrize("pattern", ["vehicle", "(a)(b)", "({vehicle}", "{vehicle}{vehicle}", "(["])
def test_a_pattern_without_one_place_is_refused(pattern):
    if pattern == "({vehicle}":
        assert vehicle_in("(7", pattern) == "7"
        return
    with pytest.raises(ValidationError):
        FixesSource(path="*", vehicle_from_name=pattern)


def test_a_file_a_vehicle_needs_no_column(tmp_path):
    for name in ("V1_a.csv", "V2_a.csv", "stray.csv"):
        (tmp_path / name).write_text(CSV)
    (tmp_path / "V3_a.csv").write_text(
        CSV.replace("time", "vehicle,time").replace("2026", "X,2026")
    )
    pd.read_csv(tmp_path / "V1_a.csv").to_parquet(tmp_path / "V4_a.parquet")
    pd.read_csv(tmp_path / "V1_a.csv").to_excel(tmp_path / "V5_a.xlsx", index=False)
    table, files = _fixes(tmp_path, vehicle_from_name="{vehicle}_*")
    assert sorted(table["vehicle_id"]) == ["V1", "V2", "V3", "V4", "V5"]
    [(name, why)] = files.failed
    assert name == "stray.csv"
    assert "vehicle_from_name" in str(why)


# --- GPX ------------------------------------------------------------------------------------------

GPX = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"
 xmlns:g="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
<metadata><name>my tracks</name><time>2020-01-01T00:00:00Z</time></metadata>
<wpt lat="28.9" lon="108.9"><name>G7</name><desc>gate</desc></wpt>
<wpt lat="NaN" lon="108.9"><name>G8</name></wpt>
<rte><name>plan</name><rtept lat="1" lon="2"><name>r</name></rtept></rte>
<trk><name>渝A1</name><trkseg>
<trkpt lat="28.8" lon="108.7"><ele>400</ele><time>2026-02-28T22:00:00Z</time><name>n</name>
<extensions><g:TrackPointExtension><g:speed>5</g:speed><g:course>90</g:course>
</g:TrackPointExtension></extensions></trkpt>
</trkseg><trkseg>
<trkpt lat="28.81" lon="108.7"><time>2026-02-28T22:10:00Z</time></trkpt>
<trkpt lat="north" lon="108.7"><time>2026-02-28T22:10:10Z</time></trkpt>
<trkpt lat="28.81" lon="108.7"></trkpt></trkseg></trk>
<trk><name>渝A2</name><trkseg>
<trkpt lat="28.82" lon="108.7"><time>2026-03-01T06:00:00+08:00</time></trkpt>
</trkseg></trk></gpx>
"""


def test_tracks_and_segments_of_gpx_are_fixes(tmp_path):
    (tmp_path / "f.gpx").write_text(GPX, encoding="utf-8")
    table, files = _fixes(tmp_path)
    assert files.failed == []
    local = table["time"].dt.tz_convert(ZONE).dt.strftime("%T")
    found = table.assign(time=local)[["row", "vehicle_id", "time", "lat"]].sort_values("row")
    assert found.to_numpy().tolist() == [
        [1, "渝A1", "06:00:00", 28.8],
        [2, "渝A1", "06:10:00", 28.81],
        [5, "渝A2", "06:00:00", 28.82],
    ]
    first = table.set_index("row").loc[1]
    assert (first["speed_kmh"], first["heading_deg"]) == (18.0, 90.0)
    rejected = files.rejected_on(MARCH)
    assert rejected[["row", "reason", "text"]].to_numpy().tolist()[0] == [3, "bad_number", "north"]
    assert rejected[["row", "reason"]].to_numpy().tolist()[1] == [4, "missing_value"]


def test_the_first_fix_after_a_break_is_marked_whatever_could_not_be_read_before_it(tmp_path):
    def segment(*clocks):
        fixes = [
            f'<trkpt lat="{28.8 if at else "x"}" lon="108.7"><time>2026-03-01T{at}Z</time></trkpt>'
            for at in clocks
        ]
        return f"<trkseg>{''.join(fixes)}</trkseg>"

    first = segment("01:00:00", "01:00:10", "")
    second = segment("", "01:00:50", "01:01:00")
    whole = f"<gpx><trk><name>A</name>{first}{second}{segment('')}</trk></gpx>"
    (tmp_path / "f.gpx").write_text(whole, encoding="utf-8")
    (tmp_path / "f.csv").write_text("vehicle," + CSV.replace("\n2026", "\nB,2026"))
    table, _ = _fixes(tmp_path)
    marked = table.set_index(["vehicle_id", "row"])["after_break"].to_dict()
    assert marked == {
        ("A", 1): True, ("A", 2): False, ("A", 5): True, ("A", 6): False, ("B", 2): False
    }  # fmt: skip
    # What cleaning rejects takes no break away either: here the same fix once more.
    again = segment("01:00:50", "01:01:10")
    (tmp_path / "g.gpx").write_text(f"<gpx><trk><name>A</name>{again}</trk></gpx>", "utf-8")
    table, _ = _fixes(tmp_path)
    table = table.astype({"vehicle_id": "category", "file": "category"})
    tracks = clean(table, CleanSettings(), pd.Timestamp(NOW)).tracks
    mine = tracks[tracks["vehicle_id"] == "A"]
    assert mine["after_break"].tolist() == [True, False, True, True, False]


def test_the_name_of_the_file_goes_before_that_of_the_track(tmp_path):
    (tmp_path / "V9.gpx").write_text(GPX, encoding="utf-8")
    table, _ = _fixes(tmp_path, vehicle_from_name="{vehicle}")
    assert set(table["vehicle_id"]) == {"V9"}


def test_waypoints_are_points(tmp_path):
    (tmp_path / "p.gpx").write_text(GPX, encoding="utf-8")
    table = read_points(PointsSource(path="p.gpx"), tmp_path).table
    assert table["point_id"].tolist() == ["G7", "G8"]
    assert table["geometry"][0].coords[0] == (108.9, 28.9)
    assert table["geometry"][1] is None


def test_gpx_that_breaks_off_is_used_to_there_and_named(tmp_path):
    (tmp_path / "f.gpx").write_text(GPX[: GPX.index("</trk>")], encoding="utf-8")
    table, files = _fixes(tmp_path)
    assert sorted(table["row"]) == [1, 2]
    assert [name for name, _ in files.failed] == ["f.gpx"]


LAUGHS = "<!DOCTYPE gpx [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (GPX.replace("<gpx", LAUGHS + "<gpx").replace("渝A1", "&b;").encode(), "document type"),
        (GPX.replace("UTF-8", "UTF-16").replace("<gpx", LAUGHS + "<gpx").encode("utf-16"), "docum"),
        (GPX.replace("<gpx", '<!DOCTYPE gpx SYSTEM "file:///etc/hostname"><gpx').encode(), "docum"),
        (b"<html><body></body></html>", "not a GPX file"),
        (b"", "not a GPX file"),
        (b"\0\1\2", "not a GPX file"),
    ],
)
def test_gpx_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path, data, told):
    (tmp_path / "a.gpx").write_bytes(data)
    (tmp_path / "b.gpx").write_text(GPX, encoding="utf-8")
    table, files = _fixes(tmp_path)
    assert len(table) == 3
    [(name, why)] = files.failed
    assert name == "a.gpx"
    assert told in str(why)


# --- NMEA -----------------------------------------------------------------------------------------


def _sentence(body):
    return f"${body}*{functools.reduce(operator.xor, body.encode()):02X}\r\n"


def test_sentences_of_the_textbook_mean_what_it_says(tmp_path):
    # With the checksums that the textbooks print.
    (tmp_path / "f.nmea").write_text(
        "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\n"
        "$GPRMC,225446,A,4916.45,N,12311.12,W,000.5,054.7,191194,020.3,E*68\n"
        "$GPRMC,225446,A,4917.45,N,12311.12,W,000.5,054.7,191194,020.3,E*68\n"
    )
    rejects = Rejects("f.nmea")
    source = FixesSource(path="f.nmea")
    [block] = NmeaFile(tmp_path / "f.nmea", "f.nmea", rejects, source.limits).blocks()
    columns = {name: values.to_pylist() for name, values in block.columns.items()}
    assert columns["time"] == ["1994-03-23T12:35:19Z", "1994-11-19T22:54:46Z"]
    assert np.allclose(columns["lat"], [48 + 7.038 / 60, 49 + 16.45 / 60])
    assert np.allclose(columns["lon"], [11 + 31 / 60, -(123 + 11.12 / 60)])
    assert columns["speed_kmh"] == [22.4, 0.5]
    assert columns["heading_deg"] == [84.4, 54.7]
    # One digit is another: the checksum tells.
    assert rejects.numbers.tolist() == [3]


def test_a_log_is_read_with_the_fixes_that_are_none(tmp_path):
    good = "GNRMC,220000.00,A,2848.00000,N,10842.00000,E,10.0,90.0,280226,,,A"
    (tmp_path / "V1.log").write_text(
        "receiver 1.2\r\n"
        + _sentence("GPGGA,220000.00,2848.00000,N,10842.00000,E,1,08,1.0,400,M,0,M,,")
        + _sentence(good)
        + _sentence(good.replace("220000", "220010").replace(",A,2848", ",V,2848"))
        + _sentence("GPGGA,220020.00,2848.00000,N,10842.00000,E,0,00,9.9,400,M,0,M,,")
        + _sentence(good.replace("220000", "220020"))
        + _sentence("GNRMC,220030.00,V,,,,,,,280226,,,N")
        + _sentence(good.replace("220000", "220040").replace("2848", "2868"))
        + _sentence("GPGSV,1,1,01,21,00,000,")
        + _sentence(good.replace("220000", "220050")).replace("*", "*0")
        + "$GNRMC,2200"
    )
    table, files = _fixes(tmp_path, vehicle_from_name="{vehicle}")
    assert files.failed == []
    table = table.set_index("row")
    assert table["positioned"].to_dict() == {3: True, 4: False, 6: False}
    assert np.allclose(table.loc[3, ["lon", "lat"]].astype(float), [108.7, 28.8])
    assert np.isclose(table.loc[3, "speed_kmh"], 18.52)
    assert table.loc[3, "time"] == pd.Timestamp("2026-03-01 06:00", tz=ZONE)
    rejected = files.rejected_on(MARCH)
    assert rejected[["row", "reason"]].to_numpy().tolist() == [
        [7, "not_positioned"],
        [8, "bad_number"],
        [10, "bad_value"],
        [11, "bad_value"],
    ]


@pytest.mark.parametrize(
    ("text", "source", "told"),
    [
        ("$GPGGA,1,2\n", {"vehicle_from_name": "{vehicle}"}, "no RMC"),
        (_sentence("GPRMC,220000,A,2848.0,N,10842.0,E,1,9,280226,,"), {}, "vehicle_from_name"),
    ],
)
def test_a_log_that_says_no_date_or_vehicle_is_named(tmp_path, text, source, told):
    (tmp_path / "V1.nmea").write_text(text)
    with pytest.raises(MissingDataError, match=told):
        _fixes(tmp_path, **source)


# --- without headers ------------------------------------------------------------------------------

NUMBERED = {"lat": "1", "lon": "2", "vehicle_id": "3", "time": "5"}


def test_text_without_headers_has_its_columns_by_number(tmp_path):
    # As a city published its trucks: latitude first, an address between, local times.
    (tmp_path / "f.csv").write_text(
        "\n40.71853|-74.05435|S-2|11 Brook St, Jersey City NJ|2026-03-01T06:00:00\n"
        "40.71117|-74.0918|s-21|162 Audubon Ave|soon\n"
        "40.71117|-74.0918|s-21\n"
        "40.71117|-74.0918|A-1|Unknown|2026-03-01T06:00:10\n"
    )
    table, files = _fixes(tmp_path, header=False, columns=NUMBERED)
    found = table[["row", "vehicle_id", "lon", "lat"]].sort_values("row").to_numpy().tolist()
    assert found == [[2, "S-2", -74.05435, 40.71853], [5, "A-1", -74.0918, 40.71117]]
    rejected = files.rejected_on(MARCH)
    assert rejected[["row", "reason"]].to_numpy().tolist() == [
        [3, "bad_time"],
        [4, "too_few_cells"],
    ]


def test_a_number_that_no_column_has_is_told(tmp_path):
    (tmp_path / "f.csv").write_text("40.71853|-74.05435|S-2|2026-03-01T06:00:00\n")
    with pytest.raises(UsageError, match='time = "5"'):
        _fixes(tmp_path, header=False, columns=NUMBERED)
