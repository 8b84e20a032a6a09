"""Which source an address means. To add a kind of source: its module, and a line here."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from routecheck.config import Config, FileSource, FixesSource, filled_in
from routecheck.domain.errors import UsageError
from routecheck.fetching.protocol import Source

SQL = frozenset({"postgresql", "postgres", "mysql", "mariadb", "mssql", "sqlite", "oracle"})


def source_of(section: FileSource, config: Config) -> Source:
    """Return the source that a section of the configuration names.

    Raises:
        UsageError: an environment variable is not set, no such kind of address is known, or keys
            do not go together.
    """
    address = filled_in(section.url.get_secret_value())
    if is_sql(section):
        return _sql(section, config, address)
    scheme = address.partition("://")[0]
    raise UsageError("source_kind_unknown", section=section.kind, scheme=scheme)


def is_sql(section: FileSource) -> bool:
    """Whether an address is that of a database."""
    scheme = section.url.get_secret_value().partition("://")[0]
    return scheme.partition("+")[0].lower() in SQL


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
    )


def zone_of(section: FileSource, config: Config) -> ZoneInfo:
    """Return the zone of times without an offset: that of the section, or of the site."""
    declared = getattr(section, "time_zone", "")
    return ZoneInfo(declared) if declared else config.time_zone
