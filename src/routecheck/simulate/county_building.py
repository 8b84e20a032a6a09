"""How a county comes to be: where its points stand, who serves them, and when they are due."""

from __future__ import annotations

import numpy as np
from pyproj import Transformer
from scipy.optimize import linear_sum_assignment

from . import names
from .amounts import Amounts
from .chance import Stream, generator
from .county import DAY_S, County, Point, Truck
from .devices import make_device
from .plane import Floats, apart_m
from .point_places import choose_places
from .road_building import build_network
from .roads import BRANCH, MAIN, STREET, Network, Place
from .trips import Task, drive_trip


def _order(network: Network, start: Place, members: list[int], points: list[Point]) -> list[int]:
    """Nearest next, as a dispatcher would draw a round."""
    left, at, order = list(members), start, []
    while left:
        nearest = min(left, key=lambda n: (network.seconds(at, points[n].place), n))
        left.remove(nearest)
        order.append(nearest)
        at = points[nearest].place
    return order


def _floor(seconds: float, to_s: int) -> int:
    return int(seconds // to_s) * to_s


def _choose_rest(county: County, trip: list[int], rng: np.random.Generator) -> None:
    """Where the driver usually rests on a trip: on the road of one of its points, at no bins."""
    bins = np.array([p.xy for p in county.points])
    for _ in range(25):
        point = county.points[int(rng.choice(trip))]
        place = county.along(point, float(rng.uniform(-400, 400)), 5.0)
        if apart_m(bins, county.network(point).xy_at(place)).min() > 38.0:
            point.rest = place
            return


def _plan_truck(
    county: County, number: int, members: list[int], twice: float, rng: np.random.Generator
) -> None:
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


def _zones(
    rng: np.random.Generator, networks: list[Network], count: int, radius_m: tuple[float, float]
) -> Floats:
    """Valleys: circles (x, y, radius) on country roads, none near a town or a yard."""
    zones: list[tuple[float, float, float]] = []
    for network in networks:
        yards = [network.xy_at(yard) for yard in network.depots + network.transfers]
        built = np.vstack([network.towns, *yards])
        made = tries = 0
        while made < count and tries < 200:
            tries += 1
            edge = network.edges[int(rng.integers(len(network.edges)))]
            if edge.kind not in (MAIN, BRANCH) or edge.length_m < 400:
                continue
            x, y = edge.xy[len(edge.xy) // 2]
            if apart_m(built, np.array([x, y])).min() >= 2200:
                zones.append((float(x), float(y), float(rng.uniform(*radius_m))))
                made += 1
    return np.array(zones).reshape(-1, 3)


def _deal(
    network: Network, points: list[Point], begin: int, trucks: int, amounts: Amounts
) -> list[tuple[list[int], bool]]:
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
    dealt = [(town[i * each : (i + 1) * each], True) for i in range(nights)]
    town = town[nights * each :]
    days = trucks - nights
    in_town, outside = (
        [part.tolist() for part in np.array_split(np.array(members, int), days)]
        for members in (town, country)
    )
    # a town part goes with a country part near it
    town_middles, country_middles = (
        [np.mean([points[n].xy for n in part], axis=0) if part else network.towns[0]
         for part in parts]
        for parts in (in_town, outside)
    )  # fmt: skip
    apart = [apart_m(np.array(country_middles), middle) for middle in town_middles]
    for i, j in zip(*linear_sum_assignment(np.array(apart)), strict=True):
        if in_town[i] or outside[j]:
            dealt.append(([*in_town[i], *outside[j]], False))
    return dealt


def build_county(amounts: Amounts, seed: int) -> County:
    """The county of a seed.

    Raises:
        ValueError: there are more blocks than trucks.
    """
    blocks = amounts.blocks
    if blocks > 1 and amounts.trucks < blocks:
        raise ValueError(f"{blocks} blocks need at least {blocks} trucks")
    rng = generator(seed, Stream.COUNTY)
    county = County(amounts, _projection(amounts))
    per_block = (
        np.diff(np.linspace(0, total, blocks + 1).round().astype(int)).tolist()
        for total in (amounts.points, amounts.trucks)
    )
    rounds: list[list[int]] = []
    for block, (points, trucks) in enumerate(zip(*per_block, strict=True)):
        rounds += _add_block(county, block, points, trucks, rng)
    county.dead_zones = _zones(rng, county.networks, amounts.dead_zones, (250.0, 600.0))
    county.blind_zones = _zones(rng, county.networks, amounts.blind_zones, (600.0, 1600.0))

    _move_to_yards(county, rounds, generator(seed, Stream.YARD_POINTS))
    left = amounts.twice_share * len(county.points)
    for number, members in enumerate(rounds):
        night = county.trucks[number].night
        twice = 0.5 if rng.random() < 0.45 and left > 1 and not night else 0.0
        _plan_truck(county, number, members, twice, generator(seed, Stream.ROUND, number))
        left -= sum(len(county.points[n].trips) > 1 for n in members)
    _vary_schedule(county, rng)
    return county


def _projection(amounts: Amounts) -> Transformer:
    """From the plane of a county to longitude and latitude in WGS-84."""
    return Transformer.from_crs(
        f"+proj=aeqd +lat_0={amounts.centre_lat} +lon_0={amounts.centre_lon} +ellps=WGS84",
        "EPSG:4326",
        always_xy=True,
    )


def _add_block(
    county: County, block: int, count: int, trucks: int, rng: np.random.Generator
) -> list[list[int]]:
    """Add roads, points and trucks of one block; returns the points of each truck."""
    amounts, points = county.amounts, county.points
    wide = int(np.ceil(np.sqrt(amounts.blocks)))
    centre = np.array([block % wide - (wide - 1) / 2, block // wide - (wide - 1) / 2])
    points_per_street = 145.0 / (sum(amounts.town_spacing_m) / 2)
    streets = int(count * amounts.town_share / points_per_street * 1.3) + 8
    network = build_network(
        rng, centre * amounts.box_m * 1.05, amounts.box_m, amounts.townships,
        amounts.parallel_roads, streets,
    )  # fmt: skip
    county.networks.append(network)
    begin = len(points)
    villages = [names.village(rng) for _ in range(amounts.townships * 8)]
    for place in choose_places(rng, network, count, amounts):
        edge = network.edges[place.edge]
        in_town = edge.kind == STREET
        township_no = block * amounts.townships + edge.township
        village = villages[edge.township * 8 + place.edge % 8]
        off = float(rng.uniform(3.5, 8.0) * rng.choice([-1.0, 1.0]))
        habit = float(np.clip(rng.normal(0.0, 7.0), -15.0, 15.0))
        points.append(
            Point(
                point_id=_point_id(len(points) + 1, amounts),
                name=names.point(rng, village, in_town),
                township=names.township(township_no),
                village="" if in_town else village,
                township_no=township_no,
                block=block,
                place=place,
                xy=network.xy_at(place) + off * network.normal_at(place),
                in_town=in_town,
                habit_m=habit,
                dwell_s=_usual_stand_s(rng, amounts),
            )
        )
    rounds = []
    for members, night in _deal(network, points, begin, trucks, amounts):
        first = points[members[0]].place
        depot, transfer = (
            min(yards, key=lambda yard: network.seconds(first, yard))
            for yards in (network.depots, network.transfers)
        )
        number = len(county.trucks) + 1
        county.trucks.append(
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
        rounds.append(members)
    return rounds


def _usual_stand_s(rng: np.random.Generator, amounts: Amounts) -> float:
    """How long trucks usually stand at a point; short of the limits, as days differ."""
    long_s = rng.lognormal(4.5, amounts.stand_spread) * (amounts.stand_s / 90.0)  # exp(4.5) is 90
    return float(np.clip(long_s, 1.25 * amounts.stand_least_s, 0.95 * amounts.stand_most_s))


def _point_id(number: int, amounts: Amounts) -> str:
    return f"{number:06d}" if amounts.zeros_lost else f"P{number:04d}"


def _move_to_yards(county: County, rounds: list[list[int]], rng: np.random.Generator) -> None:
    """Move a point of each of some trucks to 20 to 28 m from where the truck is parked."""
    for number in rng.permutation(len(rounds))[: county.amounts.yard_points]:
        truck = county.trucks[int(number)]
        network = county.networks[truck.block]
        length_m = network.edges[truck.depot.edge].length_m
        away_m = float(rng.uniform(20.0, 28.0))
        s_m = truck.depot.s_m + (away_m if truck.depot.s_m < length_m / 2 else -away_m)
        place = Place(truck.depot.edge, s_m)
        point = county.points[int(rng.choice(rounds[int(number)]))]
        point.place, point.habit_m = place, 0.0
        point.xy = network.xy_at(place) + 4.0 * network.normal_at(place)


def _vary_schedule(county: County, rng: np.random.Generator) -> None:
    """Weekdays, every second day, retired and never served points."""
    amounts, points = county.amounts, county.points
    plain = [n for n, p in enumerate(points) if len(p.trips) == 1]
    plain = [int(n) for n in rng.permutation(plain)]

    def take(count: int) -> list[Point]:
        taken, plain[:] = plain[:count], plain[count:]
        return [points[n] for n in taken]

    for point in take(round(amounts.weekday_share * len(points))):
        point.weekdays = str(rng.choice(["135", "246", "12345", "1357", "147"]))
    for point in take(round(amounts.every_second_share * len(points))):
        point.every_days = 2
        point.phase = int(rng.integers(0, 10))
    for point in take(amounts.retired_points * amounts.blocks):
        point.retired = True
    # most of the never served lie on a road that is driven every day, and where the fixes are
    # close enough in time to distinguish a pass from a stand
    wanted = amounts.never_served_points * amounts.blocks
    clear = [n for n in plain if _seen_closely(county, points[n])]
    ends = [n for n in clear if _ends_branch(county, points[n])][: wanted // 3]
    passed = [n for n in clear if n not in ends][: max(wanted - len(ends) - 1, 0)]
    rest = [n for n in plain if n not in ends and n not in passed]
    passed += rest[: wanted - len(ends) - len(passed)]
    for n in ends:
        points[n].never_served = "skip"
    for n in passed:
        points[n].never_served = "pass"
    plain = [n for n in plain if not points[n].never_served]
    for point in take(round(amounts.no_vehicle_share * len(points))):
        point.scheduled = False


def _seen_closely(county: County, point: Point) -> bool:
    """Whether the device of a point's truck shows every stand."""
    device = county.trucks[point.truck].device
    return device.interval_s <= 30 and not device.drops_zero_speed


def _ends_branch(county: County, point: Point) -> bool:
    """Whether a point is the last of a branch, so that nobody need come near if it is skipped."""
    edge = county.edge(point)
    if edge.kind != BRANCH or point.place.s_m < 200 or edge.length_m - point.place.s_m > 60:
        return False
    others = [q.xy for q in county.points if q.block == point.block and q is not point]
    return all(apart_m(np.array(others), point.xy) > 150) if others else True
