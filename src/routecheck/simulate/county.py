"""A county: points on the roads, trucks with their rounds, and the windows promised for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.optimize import linear_sum_assignment

from . import names
from .amounts import Amounts
from .devices import Device, make_device
from .motion import Motion
from .places import choose_places
from .roads import BRANCH, MAIN, STREET, Network, Place, build_network
from .rounds import Task, drive_trip

Floats = NDArray[np.float64]

DAY_S = 86_400


@dataclass
class Point:
    """A collection point as it truly is."""

    point_id: str
    name: str
    township: str
    village: str
    township_no: int  # counts through all blocks
    block: int
    place: Place
    xy: Floats  # where the bins stand
    in_town: bool
    habit_m: float  # trucks stand so far along the road from the bins
    dwell_s: float
    truck: int = -1
    trips: tuple[int, ...] = (0,)
    weekdays: str = "1234567"
    every_days: int = 1
    phase: int = 0  # days before the start at which every_days counts from
    retired: bool = False
    never_served: str = ""  # how it is missed every day: pass or skip
    scheduled: bool = True  # the schedule names the vehicle
    rest: Place | None = None  # near here a driver usually has a long break


@dataclass
class Truck:
    """A truck, its usual round and its device."""

    vehicle_id: str
    block: int
    depot: Place
    transfer: Place
    night: bool
    device: Device
    driver: float
    trips: list[list[int]] = field(default_factory=list)
    starts_s: list[float] = field(default_factory=list)  # seconds after midnight
    windows_s: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class County:
    """Everything that does not change from day to day."""

    amounts: Amounts
    networks: list[Network]
    points: list[Point]
    trucks: list[Truck]
    to_lonlat: Callable[[Floats, Floats], tuple[Floats, Floats]]
    to_plane: Callable[[Floats, Floats], tuple[Floats, Floats]]
    dead_zones: Floats  # x, y, radius in metres
    blind_zones: Floats

    def stand_place(self, point: int, rng: np.random.Generator) -> Place:
        """Where a truck stands for a point on one day."""
        p = self.points[point]
        road = self.networks[p.block].edges[p.place.edge]
        along = float(np.clip(p.habit_m + rng.normal(0.0, 2.0), -18.0, 18.0))
        return Place(p.place.edge, float(np.clip(p.place.s_m + along, 1.0, road.length_m - 1.0)))


def _order(network: Network, start: Place, members: list[int], points: list[Point]) -> list[int]:
    """Nearest next, as a dispatcher would draw a round."""
    left, at, found = list(members), start, []
    while left:
        nearest = min(left, key=lambda n: (network.seconds(at, points[n].place), n))
        left.remove(nearest)
        found.append(nearest)
        at = points[nearest].place
    return found


def _floor(seconds: float, to_s: int) -> int:
    return int(seconds // to_s) * to_s


def _choose_rest(county: County, trip: list[int], rng: np.random.Generator) -> None:
    """Where the driver usually rests on a trip: on the road of one of its points, at no bins."""
    network = county.networks[county.points[trip[0]].block]
    bins = np.array([p.xy for p in county.points])
    for _ in range(25):
        point = county.points[int(rng.choice(trip))]
        length = network.edges[point.place.edge].length_m
        s = point.place.s_m + float(rng.uniform(-400, 400))
        place = Place(point.place.edge, float(np.clip(s, 5.0, length - 5.0)))
        if np.hypot(*(bins - network.xy_at(place)).T).min() > 38.0:
            point.rest = place
            return


def _plan_truck(county: County, number: int, members: list[int], twice: float,
                rng: np.random.Generator) -> None:  # fmt: skip
    """Split a truck's points in trips, drive them once without faults, promise windows."""
    truck, points = county.trucks[number], county.points
    network = county.networks[truck.block]
    for n in members:
        points[n].truck = number
    whole = _order(network, truck.depot, members, points)
    if truck.night or len(whole) < 4:
        trips = [whole]
    else:
        trips = [[n for n in whole if points[n].in_town == town] for town in (True, False)]
        if rng.random() < 0.5:
            trips.reverse()
        if min(len(trip) for trip in trips) < 2:
            half = (len(whole) + 1) // 2
            trips = [whole[:half], whole[half:]]
        if twice > 0:
            both = [n for n in members if points[n].in_town and rng.random() < twice]
            trips = [_order(network, truck.depot, sorted({*trip, *both}), points) for trip in trips]
    truck.trips = trips
    for trip in trips:
        _choose_rest(county, trip, rng)
    for n in members:
        points[n].trips = tuple(i for i, trip in enumerate(trips) if n in trip)
    start = float(rng.integers(91, 95) * 900 if truck.night else rng.integers(20, 28) * 900)
    spans = []
    for i, trip in enumerate(trips):
        tasks = [Task(n, "serve", points[n].dwell_s) for n in trip]
        motion: Motion
        motion, served = drive_trip(county, number, i, tasks, start, rng, plain=True)
        truck.starts_s.append(start)
        spans.append((served[0].arrive_t, served[-1].depart_t))
        afternoon = float(rng.integers(49, 55)) * 900
        start = max(afternoon, _floor(motion.end_t + float(rng.integers(35, 70)) * 60, 300) + 300.0)
    for i, (first, last) in enumerate(spans):
        opens, closes = _floor(first - 3600, 1800), _floor(last + 5400, 1800) + 1800
        if i + 1 < len(spans):
            closes = min(closes, _floor((last + spans[i + 1][0]) / 2, 600))
        if i:
            opens = max(opens, truck.windows_s[-1][1])
        if truck.night:
            opens, closes = min(opens, DAY_S - 1800), max(closes, DAY_S + 3600)
        truck.windows_s.append((opens, closes))


def _zones(rng: np.random.Generator, county_points: list[Point], networks: list[Network],
           count: int, radius: tuple[float, float]) -> Floats:  # fmt: skip
    """Valleys: circles on country roads, none near a town or a yard."""
    found: list[tuple[float, float, float]] = []
    for network in networks:
        made = tries = 0
        while made < count and tries < 200:
            tries += 1
            edge = network.edges[int(rng.integers(len(network.edges)))]
            if edge.kind not in (MAIN, BRANCH) or edge.length_m < 400:
                continue
            centre = edge.xy[len(edge.xy) // 2]
            yards = np.array([network.xy_at(y) for y, _ in network.yards])
            away = np.vstack([network.towns, yards])
            if np.hypot(*(away - centre).T).min() < 2200:
                continue
            found.append((float(centre[0]), float(centre[1]), float(rng.uniform(*radius))))
            made += 1
    return np.array(found).reshape(-1, 3)


def _deal(network: Network, points: list[Point], begin: int, trucks: int,
          amounts: Amounts) -> list[tuple[list[int], bool]]:  # fmt: skip
    """Deal the points from begin on to trucks: a part of a town and a part of the country each.

    Returns the points of each truck, and whether it works at night (in town only).
    """
    # neighbours share a truck: townships around the seat, roads in order
    angle = np.arctan2(*(network.towns - network.towns[0]).T)
    angle[0] = -9.0
    rank = {int(t): i for i, t in enumerate(np.argsort(angle, kind="stable"))}
    members = sorted(
        range(begin, len(points)),
        key=lambda n: (rank[points[n].township_no % amounts.townships], points[n].place),
    )
    town = [n for n in members if points[n].in_town]
    country = [n for n in members if not points[n].in_town]
    each = max(1, round(len(members) / trucks))
    nights = min(amounts.night_trucks, trucks - 1, len(town) // each)
    found = [(town[i * each : (i + 1) * each], True) for i in range(nights)]
    town = town[nights * each :]
    days = trucks - nights
    in_town = [[int(n) for n in part] for part in np.array_split(np.array(town, int), days)]
    outside = [[int(n) for n in part] for part in np.array_split(np.array(country, int), days)]
    # a town part goes with a country part near it
    middles = [
        np.array([np.mean([points[n].xy for n in part], axis=0) if part else network.towns[0]
                  for part in parts])
        for parts in (in_town, outside)
    ]  # fmt: skip
    apart = np.hypot(*(middles[0][:, None] - middles[1][None]).transpose(2, 0, 1))
    for i, j in zip(*linear_sum_assignment(apart), strict=True):
        if in_town[i] or outside[j]:
            found.append(([*in_town[i], *outside[j]], False))
    return found


def build_county(amounts: Amounts, seed: int) -> County:
    """The county of a seed."""
    root = np.random.SeedSequence([seed, 1])
    rng = np.random.default_rng(root)
    lonlat = Transformer.from_crs(
        f"+proj=aeqd +lat_0={amounts.centre_lat} +lon_0={amounts.centre_lon} +ellps=WGS84",
        "EPSG:4326",
        always_xy=True,
    )

    def to_lonlat(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        lon, lat = lonlat.transform(x, y)
        return np.asarray(lon), np.asarray(lat)

    def to_plane(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        x, y = lonlat.transform(lon, lat, direction="INVERSE")
        return np.asarray(x), np.asarray(y)

    blocks = amounts.blocks
    wide = int(np.ceil(np.sqrt(blocks)))
    block_points = np.diff(np.linspace(0, amounts.points, blocks + 1).round().astype(int))
    block_trucks = np.diff(np.linspace(0, amounts.trucks, blocks + 1).round().astype(int))
    if blocks > 1 and block_trucks.min() < 1:
        raise ValueError(f"{blocks} blocks need at least {blocks} trucks")
    networks: list[Network] = []
    points: list[Point] = []
    trucks: list[Truck] = []
    groups: list[list[int]] = []
    slots_per_street = 145.0 / (sum(amounts.town_spacing_m) / 2)
    for block in range(blocks):
        centre = np.array([block % wide - (wide - 1) / 2, block // wide - (wide - 1) / 2])
        count = int(block_points[block])
        network = build_network(
            rng, centre * amounts.box_m * 1.05, amounts.box_m, amounts.townships,
            amounts.parallel_roads, int(count * amounts.town_share / slots_per_street * 1.3) + 8,
        )  # fmt: skip
        networks.append(network)
        begin = len(points)
        spoken = [names.village(rng) for _ in range(amounts.townships * 8)]
        for place in choose_places(rng, network, count, amounts):
            edge = network.edges[place.edge]
            in_town = edge.kind == STREET
            off = float(rng.uniform(3.5, 8.0) * rng.choice([-1.0, 1.0]))
            village = spoken[edge.township * 8 + place.edge % 8]
            habit = float(np.clip(rng.normal(0.0, 7.0), -15.0, 15.0))
            points.append(
                Point(
                    point_id=f"P{len(points) + 1:04d}",
                    name=names.point(rng, village, in_town),
                    township=names.township(block * amounts.townships + edge.township),
                    village="" if in_town else village,
                    township_no=block * amounts.townships + edge.township,
                    block=block,
                    place=place,
                    xy=network.xy_at(place) + off * network.normal_at(place),
                    in_town=in_town,
                    habit_m=habit,
                    dwell_s=float(np.clip(rng.lognormal(4.5, 0.55), 25.0, 380.0)),
                )
            )
        for part, night in _deal(network, points, begin, int(block_trucks[block]), amounts):
            first = points[part[0]].place
            depots, transfers = network.yards[: network.depots], network.yards[network.depots :]
            depot = min(depots, key=lambda y: network.seconds(first, y[0]))[0]
            transfer = min(transfers, key=lambda y: network.seconds(first, y[0]))[0]
            number = len(trucks) + 1
            trucks.append(
                Truck(
                    vehicle_id=f"{number:03d}" if number % 5 == 2 else f"V{number:04d}",
                    block=block,
                    depot=depot,
                    transfer=transfer,
                    night=night,
                    device=make_device(rng, amounts, number),
                    driver=float(rng.uniform(0.85, 1.05)),
                )
            )
            groups.append(part)
    dead = _zones(rng, points, networks, amounts.dead_zones, (250.0, 600.0))
    blind = _zones(rng, points, networks, amounts.blind_zones, (600.0, 1600.0))
    county = County(amounts, networks, points, trucks, to_lonlat, to_plane, dead, blind)

    left = amounts.twice_share * len(points)
    for number, members in enumerate(groups):
        twice = 0.5 if rng.random() < 0.45 and left > 1 and not trucks[number].night else 0.0
        own = np.random.default_rng(np.random.SeedSequence([seed, 2, number]))
        _plan_truck(county, number, members, twice, own)
        left -= sum(len(points[n].trips) > 1 for n in members)
    _vary_schedule(county, rng)
    return county


def _vary_schedule(county: County, rng: np.random.Generator) -> None:
    """Weekdays, every second day, retired and never served points."""
    amounts = county.amounts
    plain = [n for n, p in enumerate(county.points) if len(p.trips) == 1]
    plain = [int(n) for n in rng.permutation(plain)]
    for n in plain[: round(amounts.weekday_share * len(county.points))]:
        county.points[n].weekdays = str(rng.choice(["135", "246", "12345", "1357", "147"]))
    plain = plain[round(amounts.weekday_share * len(county.points)) :]
    for n in plain[: round(amounts.every_second_share * len(county.points))]:
        county.points[n].every_days = 2
        county.points[n].phase = int(rng.integers(0, 10))
    plain = plain[round(amounts.every_second_share * len(county.points)) :]
    for n in plain[: amounts.retired_points * amounts.blocks]:
        county.points[n].retired = True
    plain = plain[amounts.retired_points * amounts.blocks :]
    # most of the never served lie on a road that is driven every day
    wanted = amounts.never_served_points * amounts.blocks
    # most of them where the fixes are close enough in time to tell a pass from a stand
    clear = [n for n in plain if _seen_closely(county, n)]
    ends = [n for n in clear if _ends_branch(county, n)][: wanted // 3]
    passed = [n for n in clear if n not in ends][: max(wanted - len(ends) - 1, 0)]
    rest = [n for n in plain if n not in ends and n not in passed]
    passed += rest[: wanted - len(ends) - len(passed)]
    for n in ends:
        county.points[n].never_served = "skip"
    for n in passed:
        county.points[n].never_served = "pass"
    plain = [n for n in plain if not county.points[n].never_served]
    for n in plain[: round(amounts.no_vehicle_share * len(county.points))]:
        county.points[n].scheduled = False


def _seen_closely(county: County, n: int) -> bool:
    """Whether the device of a point's truck shows every stand."""
    device = county.trucks[county.points[n].truck].device
    return device.interval_s <= 30 and not device.drops_zero_speed


def _ends_branch(county: County, n: int) -> bool:
    """Whether a point is the last of a branch, so that nobody need come near if it is skipped."""
    p = county.points[n]
    edge = county.networks[p.block].edges[p.place.edge]
    if edge.kind != BRANCH or p.place.s_m < 200 or edge.length_m - p.place.s_m > 60:
        return False
    return all(
        q.block != p.block or q is p or float(np.hypot(*(q.xy - p.xy))) > 150 for q in county.points
    )
