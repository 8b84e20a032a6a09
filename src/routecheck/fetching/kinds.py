"""Which source an address means. To add a kind of source: its module, and a line here."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from routecheck.config import Config, FileSource, FixesSource, filled_in
from routecheck.config.table_sections import WEB_KEYS
from routecheck.domain.errors import UsageError
from routecheck.fetching.protocol import Source

SQL = frozenset({"postgresql", "postgres", "mysql", "mariadb", "mssql", "sqlite", "oracle"})
HTTP = frozenset({"http", "https"})
FILES = frozenset({"s3", "file"})


def source_of(section: FileSource, config: Config) -> Source:
    """Return the source that a section of the configuration names.

    Raises:
        UsageError: an environment variable is not set, no such kind of address is known, or keys
            do not go together.
    """
    address = filled_in(section.url.get_secret_value())
    _refuse_others(section)
    if isinstance(section, FixesSource) and section.preset:
        return _traccar(section, config, address)
    if is_sql(section):
        return _sql(section, config, address)
    scheme = address.partition("://")[0].lower()
    if scheme in HTTP:
        return _http(section, config, address)
    if scheme in FILES:
        return _data_set(section, config, address)
    raise UsageError("source_kind_unknown", section=section.kind, scheme=scheme)


def is_sql(section: FileSource) -> bool:
    """Whether an address is that of a database."""
    scheme = section.url.get_secret_value().partition("://")[0]
    return scheme.partition("+")[0].lower() in SQL


_OF_SQL = frozenset({"query", "table", "watermark", "overlap"})
_OF_DEVICES = frozenset(
    {"devices", "devices_url", "devices_rows", "devices_column", "devices_name"}
)
_OF_WEB = WEB_KEYS | _OF_DEVICES | {"slice_hours"}


def _refuse_others(section: FileSource) -> None:
    """Refuse keys that say nothing of such an address: who wrote them meant something by them."""
    wanted: frozenset[str] = frozenset()
    if is_sql(section):
        wanted = _OF_SQL
    elif section.url.get_secret_value().partition("://")[0].lower() in HTTP:
        wanted = _OF_WEB
    if getattr(section, "preset", ""):
        # What of an answer is what, the preset knows; that a query stands has an error of its own.
        wanted -= _OF_WEB - {"headers", "slice_hours"}
        wanted |= {"query", "table"}
    other = sorted(section.model_fields_set & ((_OF_SQL | _OF_WEB) - wanted))
    if other:
        raise UsageError("source_keys_of_others", section=section.kind, names=", ".join(other))


def _sql(section: FileSource, config: Config, address: str) -> Source:
    from routecheck.fetching.sql import SqlTable

    fixes = section if isinstance(section, FixesSource) else None
    return SqlTable(
        address,
        section.kind,
        query=section.query,
        table=section.table,
        watermark=fixes.watermark if fixes else "",
        overlap=fixes.overlap if fixes else 0,
        columns=section.columns,
        zone=zone_of(section, config),
        seconds=config.fetch.seconds,
        limits=section.limits,
    )


def _http(section: FileSource, config: Config, address: str) -> Source:
    from routecheck.fetching.http_json import Devices, HttpJson
    from routecheck.fetching.json_pages import Paging

    fixes = section if isinstance(section, FixesSource) else None
    devices = Devices()
    if fixes:
        devices = Devices(
            fixes.devices,
            filled_in(fixes.devices_url.get_secret_value()),
            fixes.devices_rows,
            fixes.devices_column,
            fixes.devices_name,
            lambda: _scheduled(config),
        )
    return HttpJson(
        address,
        section.kind,
        headers=_headers(section),
        rows=section.rows,
        success=section.success,
        paging=Paging(section.page, section.page_path, section.page_parameter, section.page_first),
        devices=devices,
        columns=section.columns,
        slice_hours=fixes.slice_hours if fixes else 24.0,
        zone=zone_of(section, config),
        seconds=config.fetch.seconds,
        limits=section.limits,
    )


def _data_set(section: FileSource, config: Config, address: str) -> Source:
    from routecheck.fetching.datasets import DataSet

    return DataSet(
        address,
        section.kind,
        zone=config.time_zone,
        seconds=config.fetch.seconds,
        limits=section.limits,
    )


def _traccar(section: FixesSource, config: Config, address: str) -> Source:
    from routecheck.fetching.traccar import TraccarApi, TraccarDatabase

    if section.query or section.table:
        raise UsageError("source_preset_alone", section=section.kind)
    if is_sql(section):
        return TraccarDatabase(
            address,
            section.kind,
            vehicle=section.vehicle,
            overlap=section.overlap,
            zone=zone_of(section, config),
            seconds=config.fetch.seconds,
            limits=section.limits,
        )
    scheme = address.partition("://")[0].lower()
    if scheme not in HTTP:
        raise UsageError("source_kind_unknown", section=section.kind, scheme=scheme)
    return TraccarApi(
        address,
        headers=_headers(section),
        vehicle=section.vehicle,
        slice_hours=section.slice_hours,
        seconds=config.fetch.seconds,
        limits=section.limits,
    )


def _headers(section: FileSource) -> dict[str, str]:
    return {n: filled_in(value.get_secret_value()) for n, value in section.headers.items()}


def _scheduled(config: Config) -> Sequence[str]:
    """The devices of the schedule: its vehicles, or the terminals that were on them."""
    from routecheck.sources.schedule import read_schedule
    from routecheck.sources.tables import read_vehicles

    plan = read_schedule(config.schedule, config.directory).table
    vehicles = sorted(set(plan["vehicle_id"]) - {""})
    if not config.vehicles.given:
        return vehicles
    bound = read_vehicles(config.vehicles, config.directory).table
    without = sorted(set(vehicles) - set(bound["vehicle_id"]))
    return [*sorted(set(bound["device_id"]) - {""}), *without]


def zone_of(section: FileSource, config: Config) -> ZoneInfo:
    """Return the zone of times without an offset: that of the section, or of the site."""
    declared = getattr(section, "time_zone", "")
    return ZoneInfo(declared) if declared else config.time_zone
