"""A header that people write for a column is known in every table that has the column."""

import pytest

from routecheck.sources.header_matching import columns_among

TABLES = {
    "point_id": ("points", "schedule", "alerts", "calendar", "checks"),
    "vehicle_id": ("schedule", "fixes", "vehicles"),
    "device_id": ("vehicles",),
    "township": ("points", "calendar"),
    "service_date": ("alerts", "checks"),
    "valid_from": ("points", "schedule", "vehicles"),
    "window_start": ("schedule", "alerts", "checks"),
}
WRITTEN = {
    "point_id": ["收集点编号", "点位", "投放点编号", "point", "點位編號"],
    "vehicle_id": ["车牌号", "计划车辆", "车号", "plate", "truck", "車牌"],
    "device_id": ["终端号", "IMEI"],
    "township": ["乡镇", "街道", "所属街道", "鄉鎮", "town", "district"],
    "service_date": ["服务日期", "日期", "作業日期", "date"],
    "valid_from": ["生效日期", "开始日期", "From"],
    "window_start": ["开始时间", "start"],
}


@pytest.mark.parametrize(
    ("column", "header"),
    [(column, header) for column, headers in WRITTEN.items() for header in headers],
)
def test_a_header_is_known_in_every_table(column, header):
    for table in TABLES[column]:
        assert column in columns_among([header], table, {}), table
