"""Recurring stands: the places where vehicles stop again and again.

Stops of one vehicle are gathered about the places where they lie densest (quick shift: every
stop points to the nearest denser one within reach; Vedaldi and Soatto 2008), then the stands of
all vehicles likewise. Stops hidden between two fixes are given to a stand on their way, or,
with devices that never report a stand, gathered among themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.keys import distinct_days, ragged, starts
from routecheck.domain.arrays import Array, Bools, Ints


@dataclass(frozen=True)
class Stops:
    """Stops in columns: position in metres, `sigma_m` of it, codes of vehicle and day."""

    x: Array
    y: Array
    sigma_m: Array
    vehicle: Ints
    day: Ints
    start_s: Array
    stood_s: Array
    hidden: Bools
    """Between two fixes: no fix saw it."""

    def take(self, rows: Ints) -> Stops:
        """The stops at these rows."""
        return Stops(*(getattr(self, column.name)[rows] for column in fields(self)))


@dataclass(frozen=True)
class Stands:
    """Stands in columns, and the visits to them."""

    x: Array
    y: Array
    sigma_m: Array
    """Uncertainty of the place, one axis."""
    scatter_m: Array
    """Scatter of single stops about it, one axis."""
    stop_sigma_m: Array
    """Uncertainty of its stops, one axis, root mean square: what days do not average out."""
    days: Ints
    """Vehicle-days with a visit."""
    vehicles: Ints
    """Vehicles that come regularly (on two days at least, where there are as many)."""
    log_stood: Array
    """Mean of the logarithm of the seconds stood."""
    seen: Array
    """Share of its stops that fixes saw standing."""
    hour_s: Array
    """Mean time of day of the visits, seconds after the hour at which the fewest work."""
    visit_stand: Ints
    visit_vehicle: Ints
    visit_day: Ints
    visit_start_s: Array

    @property
    def blurred(self) -> Bools:
        """Too uncertain to be distinguished from a neighbour: stops between two fixes only.

        Where a vehicle falls silent at the same bend every day, the middle of its silence is the
        same every day too, and still not where it stood.
        """
        vague = (self.scatter_m > par.KERNEL_M) | (self.stop_sigma_m > par.BLURRED_M)
        seldom_seen = self.seen < par.BLURRED_SEEN
        return (self.scatter_m > par.BLURRED_SCATTER_M) | (seldom_seen & vague)

    def __len__(self) -> int:
        """How many stands there are."""
        return len(self.x)


def near_pairs(
    x: Array, y: Array, group: Ints, x2: Array, y2: Array, group2: Ints, radius_m: float
) -> tuple[Ints, Ints]:
    """Return the pairs (i, j) of one group that lie within a radius of each other.

    Args:
        x: metres, of the first set; y and group beside it.
        y: metres.
        group: only equal groups are paired.
        x2: metres, of the second set.
        y2: metres.
        group2: groups of the second set.
        radius_m: largest distance.
    """
    none = np.zeros(0, dtype=np.int64)
    if not len(x) or not len(x2):
        return none, none
    low_x, low_y = min(x.min(), x2.min()), min(y.min(), y2.min())
    rows = int((max(y.max(), y2.max()) - low_y) / radius_m) + 3
    columns = int((max(x.max(), x2.max()) - low_x) / radius_m) + 3

    def cells(px: Array, py: Array, g: Ints) -> Ints:
        column = ((px - low_x) / radius_m).astype(np.int64) + 1
        row = ((py - low_y) / radius_m).astype(np.int64) + 1
        return np.asarray((g * columns + column) * rows + row, dtype=np.int64)

    key2 = cells(x2, y2, group2)
    order = np.argsort(key2, kind="stable")
    sorted2, key = key2[order], cells(x, y, group)
    first, second = [], []
    for step in (-rows, 0, rows):  # three rows of a column lie beside each other
        begin = np.searchsorted(sorted2, key + step - 1, side="left")
        end = np.searchsorted(sorted2, key + step + 1, side="right")
        i, nth = ragged(end - begin)
        j = order[begin[i] + nth]
        close = (x[i] - x2[j]) ** 2 + (y[i] - y2[j]) ** 2 <= radius_m**2
        close &= group[i] == group2[j]
        first.append(i[close])
        second.append(j[close])
    return np.concatenate(first), np.concatenate(second)


def has_neighbour(x: Array, y: Array, group: Ints, radius_m: float) -> Bools:
    """Mark the places (m) that have another of their group within a radius; none where blank."""
    rows = np.flatnonzero(~np.isnan(x))
    own = x[rows], y[rows], group[rows]
    i, j = near_pairs(*own, *own, radius_m)
    result = np.zeros(len(x), dtype=bool)
    result[rows[i[i != j]]] = True
    return result


def find_stands(stops: Stops, days: int) -> Stands:
    """Gather stops into stands.

    Args:
        stops: stops of all vehicles and days.
        days: how many days there are.
    """
    label = np.full(len(stops.x), -1, dtype=np.int64)
    seen = np.flatnonzero(~stops.hidden & (stops.sigma_m <= par.BLURRED_M))
    label[seen] = _gathered(stops.take(seen), np.ones(len(seen)), par.LINK_M)
    for _ in range(par.MOST_SPLITS):
        if not _split(stops, label):
            break
    _give_hidden(stops, label)
    rest = np.flatnonzero((label < 0) & (stops.sigma_m <= par.HOPELESS_M))
    if len(rest) and days > 1:
        own = stops.take(rest)
        weight = 1.0 / np.maximum(own.sigma_m, par.BLURRED_LEAST_SIGMA_M) ** 2
        label[rest] = _gathered(own, weight, par.LINK_BLURRED_M) + label.max(initial=-1) + 1
    rows = np.flatnonzero(label >= 0)
    stops = stops.take(rows)
    return _measured(stops, _merged(stops, np.unique(label[rows], return_inverse=True)[1]), days)


def _gathered(stops: Stops, weight: Array, link_m: float) -> Ints:
    """Label the stops of each vehicle by the densest one they lead to."""
    return _shift(stops.x, stops.y, stops.sigma_m, stops.vehicle, weight, link_m)


def _shift(x: Array, y: Array, sigma_m: Array, group: Ints, weight: Array, link_m: float) -> Ints:
    """Label each place by the densest one it leads to."""
    n = len(x)
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    i, j = near_pairs(x, y, group, x, y, group, max(2.0 * par.KERNEL_M, link_m))
    d2 = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2
    kernel2 = par.KERNEL_M**2 + sigma_m[j] ** 2
    density = np.bincount(i, weights=weight[j] * np.exp(-d2 / (2 * kernel2)), minlength=n)
    denser = (density[j] > density[i]) | ((density[j] == density[i]) & (j < i))
    i, j, d2 = i[denser], j[denser], d2[denser]
    order = np.lexsort((j, d2, i))
    i, j, d2 = i[order], j[order], d2[order]
    first = starts(i) & (d2 <= link_m**2)
    parent = np.arange(n)
    parent[i[first]] = j[first]
    while True:
        further = parent[parent]
        if np.array_equal(further, parent):
            break
        parent = further
    return np.unique(parent, return_inverse=True)[1].astype(np.int64)


def _split(stops: Stops, label: Ints) -> bool:
    """Part two stands that lie so near each other that their stops run together.

    A vehicle that stops twice in one visit, day after day, and moves on the same way in between,
    stops at two places. Returns whether any was split.
    """
    rows = np.flatnonzero(label >= 0)
    rows = rows[np.lexsort((stops.start_s[rows], label[rows]))]
    first, second = rows[:-1], rows[1:]
    pause_s = stops.start_s[second] - stops.start_s[first] - stops.stood_s[first]
    both = (label[first] == label[second]) & (pause_s <= par.SAME_VISIT_S)
    first, second = first[both], second[both]
    if not len(first):
        return False
    count, wide = int(label.max()) + 1, int(stops.day.max()) + 1
    of = label[first]
    days = distinct_days(label[rows], stops.day[rows], count, wide)
    twice = distinct_days(of, stops.day[first], count, wide)
    pairs = np.maximum(np.bincount(of, minlength=count), 1)

    def mean(values: Array) -> Array:
        return np.asarray(np.bincount(of, weights=values, minlength=count) / pairs)

    on_x = mean(stops.x[second] - stops.x[first])
    on_y = mean(stops.y[second] - stops.y[first])
    on_m = np.hypot(on_x, on_y)
    two = (twice >= np.maximum(2, par.TWICE * days)) & (on_m >= par.MERGED_STAND_M)
    if not two.any():
        return False
    middle_x = mean((stops.x[first] + stops.x[second]) / 2)
    middle_y = mean((stops.y[first] + stops.y[second]) / 2)
    mine = rows[two[label[rows]]]
    at = label[mine]
    beyond = (stops.x[mine] - middle_x[at]) * on_x[at] + (stops.y[mine] - middle_y[at]) * on_y[at]
    number = np.cumsum(two) - 1
    label[mine[beyond > 0]] = count + number[at[beyond > 0]]
    return True


def _give_hidden(stops: Stops, label: Ints) -> None:
    """Give a stop that was not seen to a stand of its vehicle that it may have been at."""
    blurred = np.flatnonzero(label < 0)
    count = int(label.max(initial=-1)) + 1
    if not len(blurred) or not count:
        return
    seen = np.flatnonzero(label >= 0)
    size = np.bincount(label[seen], minlength=count)
    x = np.bincount(label[seen], weights=stops.x[seen], minlength=count) / size
    y = np.bincount(label[seen], weights=stops.y[seen], minlength=count) / size
    vehicle = np.zeros(count, dtype=np.int64)
    vehicle[label[seen]] = stops.vehicle[seen]
    days = int(stops.day.max(initial=0)) + 1
    taken = np.unique(label[seen] * days + stops.day[seen])
    unseen = stops.take(blurred)
    i, j = near_pairs(unseen.x, unseen.y, unseen.vehicle, x, y, vehicle, par.HIDDEN_FAR_M)
    far_m = np.hypot(unseen.x[i] - x[j], unseen.y[i] - y[j])
    reach_m = par.HIDDEN_REACH_SIGMAS * unseen.sigma_m[i] + par.HIDDEN_SLACK_M
    good = (far_m <= reach_m) & (size[j] >= par.HIDDEN_LEAST_STOPS)
    good &= ~np.isin(j * days + unseen.day[i], taken)
    i, j, far_m, reach_m = i[good], j[good], far_m[good], reach_m[good]
    worth = np.log(size[j]) - 0.5 * (2 * far_m / reach_m) ** 2
    order = np.lexsort((j, -worth, i))
    i, j = i[order], j[order]
    best = starts(i)
    label[blurred[i[best]]] = j[best]


def _merged(stops: Stops, label: Ints) -> Ints:
    """Give the stands of several vehicles in one place one label."""
    size = np.bincount(label).astype(np.float64)
    cx, cy = (np.bincount(label, weights=v) / size for v in (stops.x, stops.y))
    spread = np.sqrt(np.bincount(label, weights=stops.sigma_m**2) / size)
    # Stands that are not placed well enough stay by themselves.
    group = np.where(spread > par.BLURRED_M, 1 + np.arange(len(size)), 0)
    sigma_m = np.full(len(cx), par.SEEN_SIGMA_M)
    return _shift(cx, cy, sigma_m, group, size, par.MERGED_STAND_M)[label]


def _measured(stops: Stops, stand: Ints, days: int) -> Stands:
    """Return where stands are, how far their stops scatter, and the visits to them."""
    count = int(stand.max(initial=-1)) + 1
    n = np.bincount(stand, minlength=count)
    cx, cy = _robust_centre(stops.x, stops.y, stops.sigma_m, stand, count)
    weight = 1.0 / (par.KERNEL_M**2 / 4 + stops.sigma_m**2)
    total = np.bincount(stand, weights=weight, minlength=count)
    off2 = (stops.x - cx[stand]) ** 2 + (stops.y - cy[stand]) ** 2
    scatter = np.sqrt(np.bincount(stand, weights=weight * off2, minlength=count) / total / 2)

    # One visit a stand, vehicle and quarter of an hour.
    order = np.lexsort((stops.start_s, stops.vehicle, stand))
    each, own = stops.take(order), stand[order]
    new = starts(own, each.vehicle)
    new[1:] |= np.diff(each.start_s) - each.stood_s[:-1] > par.SAME_VISIT_S
    first = np.flatnonzero(new)
    # A stop after midnight may be of two dates, for windows that run past it: it was stood once.
    again = np.append(False, ~new[1:] & (np.diff(each.start_s) == 0))[: len(new)]
    stood_s = np.where(again, 0.0, each.stood_s)
    visit_stood_s = np.add.reduceat(stood_s, first) if len(first) else stood_s
    visit, own = each.take(first), own[first]
    visits = np.maximum(np.bincount(own, minlength=count), 1)
    wide, many = (int(v.max(initial=0)) + 1 for v in (stops.day, stops.vehicle))
    key = np.unique((own * many + visit.vehicle) * wide + visit.day)
    stand_vehicle, vehicle_days = np.unique(key // wide, return_counts=True)
    regular = vehicle_days >= min(2, days)
    log_stood = np.log(np.maximum(visit_stood_s, 1.0))
    return Stands(
        x=cx,
        y=cy,
        sigma_m=np.hypot(1.0 / np.sqrt(total), scatter / np.sqrt(n)),
        scatter_m=scatter,
        stop_sigma_m=np.sqrt(np.bincount(stand, weights=stops.sigma_m**2, minlength=count) / n),
        days=np.bincount(key // wide // many, minlength=count),
        vehicles=np.bincount(stand_vehicle[regular] // many, minlength=count),
        log_stood=np.bincount(own, weights=log_stood, minlength=count) / visits,
        seen=np.bincount(stand, weights=~stops.hidden, minlength=count) / n,
        hour_s=np.bincount(own, weights=_hours(visit.start_s), minlength=count) / visits,
        visit_stand=own,
        visit_vehicle=visit.vehicle,
        visit_day=visit.day,
        visit_start_s=visit.start_s,
    )


def _hours(start_s: Array) -> Array:
    """Seconds after the turn of the day, which is put opposite to the mean working hour."""
    if not len(start_s):
        return start_s
    angle = start_s % 86400.0 / 86400.0 * 2 * np.pi
    middle = np.arctan2(np.sin(angle).mean(), np.cos(angle).mean()) / (2 * np.pi) * 86400.0
    return np.asarray((start_s - middle + 43200.0) % 86400.0)


def _robust_centre(
    x: Array, y: Array, sigma: Array, stand: Ints, count: int
) -> tuple[Array, Array]:
    """Weighted mean, outliers drawn in (Huber): a shunting stop shall not move the place."""
    weight = 1.0 / (par.KERNEL_M**2 / 4 + sigma**2)
    pull = np.ones(len(x))
    cx = cy = np.zeros(count)
    for _ in range(par.CENTRE_ROUNDS):
        w = weight * pull
        total = np.bincount(stand, weights=w, minlength=count)
        cx = np.bincount(stand, weights=w * x, minlength=count) / total
        cy = np.bincount(stand, weights=w * y, minlength=count) / total
        off = np.hypot(x - cx[stand], y - cy[stand])
        pull = np.minimum(1.0, par.KERNEL_M / np.maximum(off, 1e-9))
    return cx, cy
