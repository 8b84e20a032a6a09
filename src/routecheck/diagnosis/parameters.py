"""Distances, times and counts that diagnosing rests on; probabilities stand in `likelihood`.

Each with its unit, why it is there, and where its value comes from. "Tuned on simulated counties"
means chosen on counties set apart for tuning, none of which is used to report accuracy.
"""

from __future__ import annotations

# What is kept of a date (HISTORY)

# deg. Cells of the trace, some 50 m: they answer "was a vehicle ever within 100 m of here". The
# stored history is in these cells: another size needs it anew.
CELL_DEG = 0.0005
# m. The narrowest a cell is in China (53 N is north of all of it): half a degree of slack is cheap.
CELL_LEAST_M = 40.0
# m. Segments are followed in steps of half a cell, so that none is jumped over.
STEP_M = 25.0
# s. Longer silence gives no clue of where a vehicle was meanwhile.
LONGEST_GAP_S = 4 * 3600.0
# m. A longer segment does not show by which road the vehicle went.
FOLLOWED_M = 1500.0
# s, fixes. Shorter repeats of one position are a receiver that holds still at a stand.
HELD_S, HELD_FIXES = 180.0, 6
# s. Segments as long as this give a pace: in shorter ones GPS error counts, in longer ones the
# bends of the road and halts that no fix shows.
PACED_S = (5.0, 35.0)
# m. And as far as this at least: slower is manoeuvring.
PACED_M = 40.0

# Stops

# s. Bins are not emptied for three hours: parking, and no stand of a point.
PARKED_S = 3 * 3600.0
# Share of the least dwell of a pickup from which on a stop counts: dwell is estimated to a few s.
DWELL_SHARE = 0.8
# m. Scatter of a fix about the true place, open sky. Measured on recordings of standing vehicles:
# about four metres, tens on days of poor reception.
SEEN_SIGMA_M = 5.0
# m. Many fixes average out, but not below what a receiver is off by for minutes.
LEAST_SIGMA_M = 4.0
# A stop between two fixes lies on the way between them: its sigma as a share of half of the way,
# and the least of it (m). The standard deviation of an even spread over the way is 0.58 of half.
HIDDEN_SIGMA_SHARE, HIDDEN_SIGMA_LEAST_M = 0.6, 10.0
# Sigmas from the middle within which such a stop lies: the inverse of the share above.
HIDDEN_REACH_SIGMAS = 1.7
# m. A stop less well placed than this makes no stand by itself.
BLURRED_M = 25.0
# m/s and s. How fast a truck gets about between stops on county roads, and the least it stops for:
# how far it may have been from the middle of a gap follows from both.
ROAMING_MS, STOPPING_S = 8.0, 20.0

# Stands

# m. A driver stops within some metres of where he stopped yesterday; neighbours are 30-40 m off.
KERNEL_M = 6.0
# m. A stop leads to the next denser one no farther off: less than half the distance of neighbours
# in a dense street; farther for stops that no fix shows.
LINK_M, LINK_BLURRED_M = 16.0, 60.0
# m. A stop placed worse than this is left out altogether; one placed better weighs no more than so.
HOPELESS_M, BLURRED_LEAST_SIGMA_M = 80.0, 10.0
# m. Stands of different vehicles closer than this are one.
MERGED_STAND_M = 12.0
# A stand is two where on this share of its days the vehicle stops twice, moving on in between; and
# how often stands are split again.
TWICE, MOST_SPLITS = 0.4, 3
# s. Stops at one stand closer in time than this are one visit: creeping, shunting.
SAME_VISIT_S = 900.0
# m. A hidden stop may be at a stand of its vehicle: none is farther, and this beyond its own reach.
HIDDEN_FAR_M, HIDDEN_SLACK_M = 120.0, 15.0
# Stops that a stand needs before hidden ones are given to it.
HIDDEN_LEAST_STOPS = 2
# m and share. A stand scattering more, or of which fixes show less, is not placed well enough to be
# distinguished from a neighbour.
BLURRED_SCATTER_M, BLURRED_SEEN = 15.0, 0.3
# Rounds of reweighting by which the centre of a stand settles (Huber's weights converge fast).
CENTRE_ROUNDS = 4

# Who was due

# m. A vehicle whose fixes stay within less did not work that day.
WORKED_M = 500.0
# A vehicle did another's round if it stood within these metres of the recorded places, at this
# share of them, this many, and this many times as many as the scheduled one.
SUBSTITUTE_NEAR_M, SUBSTITUTE_SHARE, SUBSTITUTE_POINTS, SUBSTITUTE_TIMES = 35.0, 0.5, 3, 2
# s. This far outside a window a stand still agrees with it: rounds run early and late.
BEFORE_WINDOW_S, AFTER_WINDOW_S = 1800.0, 3600.0
# Share of the due days from which on a vehicle usually serves a point.
USUAL_SHARE = 0.25

# Where a point may be

# m. Side of the cells in which the density of stands is counted.
DENSITY_CELL_M = 250.0
# m beyond the tolerance. GPS and survey error at the edge of it.
EDGE_M = 10.0
# m beyond the tolerance. A stand within it explains itself; nearer to it than the edge.
EXPLAINED_M = 5.0
# m beyond the tolerance. So far off a stand may be a point's own.
BESIDE_M = 30.0
# m beyond the tolerance. Nearer than this a stand may as well lie within.
OUTSIDE_M = 10.0
# m. In a street where points stand so near each other, one stand serves two of them now and then.
NEIGHBOUR_M = 45.0
# m. Nearer than this a record is not misplaced but roughly right.
LEAST_OFFSET_M = 40.0
# m. Records are misplaced by 80 m to 1 km (surveys of registries); few by more.
USUAL_OFFSET_M = (80.0, 1000.0)
# m. Farther than this from every stand a record is impossible.
FAR_FROM_STANDS_M = 5000.0
# m. About the box of a record with digits cut off: GPS and survey error.
COARSE_SLACK_M = 20.0
# Share of records with few digits below which few digits are a slip, not the style of the file.
COARSE_RARE = 0.2
# deg. A record so near to round digits has these digits.
DIGITS_DEG = 1e-5
# m. A reading that puts a record that far from the site is no reading of it.
ELSEWHERE_M = 200_000.0
# m. Closer than this two records may be one copied from the other: GPS error twice.
COPIED_M = 12.0
# m. Two places this near to each other are one: stands so close are one place for a point.
ONE_PLACE_M = 25.0
# m beyond the tolerance. A record that no vehicle ever came so near to lies off the road.
APPROACH_M = 100.0

# Batches

# Points that a reading has to explain; more for a shift of unknown origin.
BATCH_POINTS, BATCH_POINTS_FREE = 4, 6
# Share of the points that the reading explains; more for the registry as a whole.
BATCH_SHARE, BATCH_SHARE_ALL = 0.3, 0.6
# m. Cells in which displacements are piled up, and how many of their sides a pile is wide.
PILE_M, PILE_SIDES = 20.0, 1.5
# Piles that are tried, and rounds in which their middle settles.
PILES_TRIED, PILE_ROUNDS = 6, 2
# m. A shift smaller than this is none; two that differ by less (east and north added) are one.
LEAST_SHIFT_M, SAME_SHIFT_M = 25.0, 20.0

# What the registry's own order shows

# Points whose record is plainly right, and false pairs, from which on anything is learnt.
LEAST_PLAIN = 40
# Rows of the registry that count as neighbours.
ROWS_APART = 4
# Pairs that are enough to learn a dozen numbers from.
MOST_ROWS = 20_000
# Each plain record, displaced so often by what records are misplaced by.
DISPLACED = 4
# m. Pairs of a point and another's stand that far apart are false ones.
FALSE_M = (60.0, 1500.0)
# m, s, s. Distances, and times of a round, below which differences do not count.
NEAR_LEAST_M, HOUR_LEAST_S, LONGER_LEAST_S = 20.0, 60.0, 30.0
# A village or name that more plain points share than this is no neighbourhood.
MOST_ALIKE = 60
# Times that exchanges are looked for: the first may bring others within reach.
EXCHANGES = 2

# What is proposed

# m beyond the tolerance. So far a stand is a question of tolerance (GPS and survey error; between
# fix and bin a p95 of 23 m was measured on real recordings); beyond the second, of the place. In
# between it may as well be a traffic light beside a point that is not served: nothing is proposed.
JUST_OUTSIDE_M, MISPLACED_M = 20.0, 40.0
# m. A proposed tolerance reaches two scatters and this beyond the stand, in steps of this.
TOLERANCE_STEP_M = 5.0
# Scatters of the stand's place within which a distance beyond the tolerance is none.
BEYOND_SIGMAS = 0.5
# Share of the due days. A misplaced point is served on its due days; a halt is met on few of them.
OFTEN = 0.6
# Share of the due days on which a service would be seen: a stand beyond the tolerance on fewer may
# be a halt beside a point that is passed by.
HALF_SEEN = 0.5
# m. A proposal this near to a rejected one is the same.
SAME_PROPOSAL_M = 50.0
# m. In a batch, a stand this near to where its reading puts a point is the point's.
BATCH_STAND_M = 40.0

# Uncertainty of places, one axis, m

# A surveyed place: a few metres of the receiver that surveyed it.
RECORD_SIGMA_M = 5.0
# The published formula of GCJ-02 is off by up to 7 m (measured against control points of a Chinese
# web map); a shift of unknown origin is known to a dozen.
DATUM_SIGMA_M, SHIFT_SIGMA_M = 7.0, 12.0
# Bins from where vehicles stop for them.
STAND_SIGMA_M = 10.0
# Least scatter of stops about a stand.
LEAST_STAND_SIGMA_M = 3.0

# Where points are judged meanwhile

# Points of a vehicle from which on it is its receiver that moved on a day, not so many bins.
MOVED_TOGETHER = 3
# Due days after which a place that no vehicle ever came near may be right all the same, and from
# which on a point may be known to be seldom served.
LEAST_CHANCES = 5
# Days of stops that a place needs: one day's stop may be a halt of any kind.
LEAST_DAYS = 2
# A point that may be at more places than these is not known to be anywhere.
MOST_RIVALS = 4
# A point at which vehicles whose services fixes show on the second share of days stand on no more
# than the first share of the due days is mostly not served.
SELDOM, WELL_SEEN = 0.15, 0.8

FEED_POINTS = 8
"""Fewer points with evidence do not show what a whole feed has in common."""
FEED_SHARE = 0.7
"""With this share of the points displaced alike it is the feed; where fixes were declared wrongly,
48 to 60 of 60 points were (measured)."""
