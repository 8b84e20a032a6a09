"""Drawn samples: the file to fill in, the list for a terminal, and what the answers say."""

from __future__ import annotations

import math
from pathlib import Path
from zoneinfo import ZoneInfo

from routecheck.config import Config
from routecheck.domain.codes import Verdict
from routecheck.evaluate.sample_draws import Sample
from routecheck.evaluate.sampling import Estimate, Sampled
from routecheck.present.columns import Column, columns
from routecheck.present.csv_files import as_csv
from routecheck.present.files import write_whole
from routecheck.present.terminal import indented, table
from routecheck.texts import Language, text

SAMPLE = [
    *columns(
        "service_date", "point_id", "name", "township", "village", "window_start", "window_end",
        "scheduled_vehicle_id",
    ),
    Column("collected"),
    *columns("by"),
]  # fmt: skip
"""The columns of a file of checks, and what one has to know to ask. The verdict is not among them:
whoever asks should not know what is hoped for."""


def write_sample(config: Config, sample: Sample) -> tuple[Path, bool]:
    """Write the file to fill in, unless it is there: answers may be in it.

    Args:
        config: the site.
        sample: the pickups.

    Returns:
        Where it is, and whether it was written now.

    Raises:
        ExportError: it could not be written.
    """
    days = f"{sample.first}" if sample.first == sample.last else f"{sample.first}_{sample.last}"
    path = config.export_directory / f"sample_{days}.csv"
    if path.exists():
        return path, False
    rows = sample.pickups.assign(collected="", by="")
    return write_whole(path, as_csv(rows, SAMPLE, config.time_zone)), True


def sample_lines(sample: Sample, language: Language, zone: ZoneInfo) -> list[str]:
    """Return the pickups of a sample as lines."""
    several = sample.first != sample.last
    rows = []
    for row in sample.pickups.to_dict("records"):
        start, end = (row[name].tz_convert(zone) for name in ("window_start", "window_end"))
        day = [str(row["service_date"])] if several else []
        place = " ".join(part for part in (row["township"], row["village"]) if part)
        rows.append(
            [
                *day,
                row["point_id"],
                row["name"],
                place,
                f"{start:%H:%M}–{end:%H:%M}",
                row["scheduled_vehicle_id"],
            ]
        )
    head = text(
        "evaluation.sample_head" if sample.new else "evaluation.sample_again",
        language,
        count=len(rows),
        among=sample.among,
    )
    return [head, *table(rows, indent="  ")]


def sampled_lines(found: Sampled, language: Language) -> list[str]:
    """Return what the answers say of all pickups of the dates that were drawn from."""

    def say(key: str, **values: object) -> str:
        return text(f"evaluation.{key}", language, **values)

    counts = {"drawn": found.drawn, "looked_at": found.looked_at}
    lines = [say("sampled", told=found.told, as_said=found.as_said, **counts)]
    if not found.looked_at:
        return lines
    lines += [
        indented(say(f"sampled_{name}", share=_share(one, language)))
        for name, one in (("precision", found.precision), ("recall", found.recall))
    ]
    for band in found.bands:
        lines.append(
            indented(
                say(
                    "sampled_band",
                    verdict=Verdict(band.verdict).label(language),
                    low=f"{band.low:g}",
                    high=f"{band.high:g}",
                    told=f"{band.told:.1%}",
                    count=band.looked_at,
                    share=_share(band.right, language),
                )
            )
        )
    return lines


def _share(one: Estimate, language: Language) -> str:
    if math.isnan(one.value) and math.isnan(one.low):
        return text("evaluation.sampled_unknown", language)
    best = "–" if math.isnan(one.value) else f"{one.value:.0%}"
    return f"{best} ({one.low:.0%}–{one.high:.0%})"
