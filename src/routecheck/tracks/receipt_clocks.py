"""Clocks that are off where receipt times show it: live rows against the time of their receipt."""

from __future__ import annotations

import numpy as np

from routecheck.domain.arrays import Array, Bools
from routecheck.tracks import parameters as par


def clock_offsets(
    vehicle: np.ndarray,
    device_s: Array,
    received_s: Array,
    usable: Bools,
) -> Array:
    """Return seconds to add to device time, by device, from rows that were not uploaded late.

    A row is live when from the row before it the receipt clock advanced as the device clock did
    (within a quarter, or some seconds): a batch that is uploaded late arrives at one moment. On
    live rows receipt minus device time is the error of the clock plus seconds of transmission.

    Args:
        vehicle: whose row, as a number.
        device_s: device time, seconds since 1970.
        received_s: receipt, seconds since 1970, NaN: not known.
        usable: rows with a position.
    """
    offset = np.zeros(len(device_s))
    delay = received_s - device_s
    # A lost week counter shows row by row: nothing else is wrong by 19.6 years.
    rollovers = np.round(np.where(np.isnan(delay), 0.0, delay) / par.ROLLOVER_S)
    rest = delay - rollovers * par.ROLLOVER_S
    rolled = (rollovers != 0) & (np.abs(rest) < par.ROLLOVER_REST_S)
    offset[rolled] = rollovers[rolled] * par.ROLLOVER_S
    delay = np.where(rolled, rest, delay)

    order = np.lexsort((device_s + offset, vehicle))
    order = order[usable[order] & ~np.isnan(delay[order])]
    if len(order) < 2:
        return offset
    step_s = np.diff((device_s + offset)[order])
    received_step_s = np.diff(received_s[order])
    same = np.diff(vehicle[order]) == 0
    live = np.concatenate([[False], same & (step_s > 0)])
    live[1:] &= np.abs(received_step_s - step_s) <= np.maximum(par.LIVE_S, par.LIVE_SHARE * step_s)
    live[1:] &= received_step_s > 0
    rows = order[live]
    # A clock is off for a day or for good: the live delays of a device pile up in one place for
    # each state of its clock. Earlier than sent is impossible; later may be a feed that is
    # polled, or seconds of transmission.
    pile = np.round(delay[rows] / par.PILE_S)
    piles = np.lexsort((pile, vehicle[rows]))
    change = (np.diff(vehicle[rows][piles]) != 0) | (np.diff(pile[piles]) > 1)
    early_s, late_s = par.RIGHT_DELAY_S
    for members in np.split(rows[piles], np.flatnonzero(change) + 1) if len(rows) else []:
        middle = float(np.median(delay[members]))
        if len(members) < par.LIVE_ROWS or early_s <= middle <= late_s:
            continue
        # Whole quarters of an hour are time zones and wrong days; transmission is not.
        quarter = round(middle / par.QUARTER_S) * par.QUARTER_S
        correction = quarter if abs(middle - quarter) <= par.QUARTER_NEAR_S and quarter else middle
        mine = (vehicle == vehicle[members[0]]) & ~rolled
        off = mine & (np.abs(delay - middle) <= 2 * par.PILE_S)
        # Rows of the same time that were uploaded late have the same clock; rows that fit their
        # receipt as they stand were not touched by it.
        between = (device_s >= device_s[members].min()) & (device_s <= device_s[members].max())
        off |= mine & between & (np.isnan(delay) | (np.abs(delay) > par.UNFIT_S))
        offset[off] = correction
    return offset
