"""How QGIS draws the layers of a GeoPackage: QML, kept beside them in the table `layer_styles`.

QGIS takes the style that is marked as the default as soon as a layer is opened. A verdict is told
by its shape as well as by its colour, for those who see no difference between red and green and for
prints; a miss lies above what was collected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from routecheck.domain.codes import (
    Basis,
    Classification,
    Code,
    CorrectionState,
    EpisodeKind,
    Language,
    Verdict,
)

_GREEN, _RED, _AMBER, _BLUE, _GREY = (
    "30,113,56",
    "179,38,30",
    "217,164,65",
    "21,89,166",
    "120,125,130",
)
"""Those of the daily page (red, green, blue as its map has them)."""
_QGIS = "3.22.0"
"""The oldest release whose form is written; later ones read it."""


@dataclass(frozen=True)
class Mark:
    """How the rows of a code are drawn.

    Attributes:
        code: that the column holds; None: all others.
        shape: as QGIS names its markers.
        colour: red, green, blue.
        size_mm: of the marker.
    """

    code: Code | None
    shape: str
    colour: str
    size_mm: float


@dataclass(frozen=True)
class Style:
    """How a layer is drawn.

    Attributes:
        column: whose codes decide.
        marks: from the lowest to the uppermost.
        tip: the expression of what is shown under the pointer.
    """

    column: str
    marks: tuple[Mark, ...]
    tip: str


STYLES: Mapping[str, Style] = {
    "pickups": Style(
        "verdict",
        (
            Mark(Verdict.COLLECTED, "circle", _GREEN, 2.2),
            Mark(Verdict.UNVERIFIABLE, "square", _AMBER, 2.6),
            Mark(Verdict.MISSED, "triangle", _RED, 4.0),
        ),
        "[% \"point_id\" %] [% \"name\" %]<br/>[% \"verdict\" %] [% \"cause\" %]",
    ),
    "alerts": Style(
        "classification",
        (
            Mark(Classification.FALSE, "circle", _GREEN, 2.2),
            Mark(Classification.UNVERIFIABLE, "square", _AMBER, 2.6),
            Mark(Classification.GENUINE, "triangle", _RED, 4.0),
        ),
        "[% \"point_id\" %] [% \"name\" %]<br/>[% \"evidence\" %]",
    ),
    "corrections": Style(
        "state",
        (
            Mark(CorrectionState.REJECTED, "diamond", _GREY, 2.6),
            Mark(CorrectionState.ACCEPTED, "diamond", _GREEN, 3.2),
            Mark(CorrectionState.PROPOSED, "diamond", _BLUE, 3.2),
        ),
        "[% \"point_id\" %] [% \"name\" %]<br/>[% \"evidence\" %]",
    ),
    "places": Style(
        "basis",
        (
            Mark(Basis.RECORDED, "circle", _GREY, 1.8),
            Mark(Basis.LEARNT, "circle", _GREEN, 2.2),
            Mark(Basis.ACCEPTED, "circle", _GREEN, 2.2),
            Mark(Basis.PROPOSED, "circle", _BLUE, 2.6),
        ),
        "[% \"point_id\" %]<br/>± [% \"uncertainty_m\" %] m",
    ),
    "visits": Style(
        "kind",
        (
            Mark(EpisodeKind.PASS, "cross", _GREY, 1.6),
            Mark(EpisodeKind.PARKED, "cross", _BLUE, 2.0),
            Mark(EpisodeKind.STAND, "cross", _GREEN, 2.0),
        ),
        "[% \"vehicle_id\" %] → [% \"point_id\" %]<br/>[% \"dwell_s\" %] s",
    ),
    "stops": Style(
        "", (Mark(None, "circle", _GREY, 1.2),),
        "[% \"vehicle_id\" %]<br/>[% \"start\" %], [% \"stood_s\" %] s",
    ),
}  # fmt: skip


def qml(layer: str, language: Language) -> str:
    """Return the style of a layer as QML.

    Args:
        layer: of STYLES.
        language: of the legend.
    """
    style = STYLES[layer]
    root = ET.Element("qgis", version=_QGIS, styleCategories="Symbology|MapTips")
    kind = "categorizedSymbol" if style.column else "singleSymbol"
    # With levels the marks of the upper codes are drawn after all others.
    renderer = ET.SubElement(
        root, "renderer-v2", type=kind, symbollevels="1", enableorderby="0", forceraster="0"
    )
    if style.column:
        renderer.set("attr", style.column)
        categories = ET.SubElement(renderer, "categories")
        for number, mark in enumerate(style.marks):
            assert mark.code is not None
            ET.SubElement(
                categories, "category", symbol=str(number), value=str(mark.code),
                label=mark.code.label(language), render="true", type="string",
            )  # fmt: skip
    symbols = ET.SubElement(renderer, "symbols")
    for number, mark in enumerate(style.marks):
        symbol = ET.SubElement(
            symbols, "symbol", type="marker", name=str(number), alpha="1", clip_to_extent="1",
            force_rhr="0",
        )  # fmt: skip
        drawn = ET.SubElement(
            symbol, "layer", {"class": "SimpleMarker", "enabled": "1", "locked": "0"}
        )
        drawn.set("pass", str(number))
        values = {
            "color": f"{mark.colour},255",
            "name": mark.shape,
            "outline_color": "255,255,255,255" if mark.shape != "cross" else f"{mark.colour},255",
            "outline_style": "solid",
            "outline_width": "0.3",
            "outline_width_unit": "MM",
            "size": str(mark.size_mm),
            "size_unit": "MM",
        }
        options = ET.SubElement(drawn, "Option", type="Map")
        for name, value in values.items():
            ET.SubElement(options, "Option", name=name, value=value, type="QString")
        for name, value in values.items():  # as releases before 3.26 have them
            ET.SubElement(drawn, "prop", k=name, v=value)
    ET.SubElement(root, "mapTip").text = style.tip
    ET.SubElement(root, "layerGeometryType").text = "0"
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + ET.tostring(root, encoding="unicode")
