"""The numbers that judging rests on, each with its unit, reason and source.

Where no other source is named, a number was chosen on simulated counties of the profiles county,
hard and dense with tuning seeds, so that silence alone makes no miss, and checked on others
(docs/accuracy.md). What a site may set stands in `routecheck.domain.settings`; how often each
criterion is right in `confidence.toml`.
"""

from __future__ import annotations

# --- fixes and receivers ----------------------------------------------------------------------

TYPICAL_SCATTER_M = 4.0
"""Scatter (m, one axis) of the fixes of a stand under open sky: 4 to 8 m on real recordings."""
GOOD_SCATTER_M = 8.0
"""Scatter (m) up to which reception is good: twice the typical one."""
POOR_SCATTER_M = 15.0
"""Scatter (m) from which fixes do not show whether a vehicle stands."""
POOR_DAY_SCATTER_M = 12.0
"""Scatter (m) of parked fixes from which a receiver is poor all day: 95% of the truck-days of a
tuning county have at most 10."""
SCATTER_HOLDS_S = 420.0
"""Multipath between houses and in valleys holds for minutes of driving (s)."""
SCATTER_FIXES = 3
"""Fixes of a stand from which its scatter is known."""
DOUBT_PER_SCATTER, LEAST_DOUBT_M, MOST_DOUBT_M = 4.0, 12.0, 80.0
"""How many times their scatter a stand may lie from its fixes, within these bounds (m)."""
END_S = 1.0
"""What begins so soon after a visit is looked at with it (s): the segment that it ends in."""

# --- stands and stops -------------------------------------------------------------------------

DWELL_SURE_SHARE = 0.5
"""Share of the least dwell that must be stood for sure where all of it may have been: the dwell of
a short stand is known to one sampling interval only."""
SHORT_STAND_S = 8.0
"""Shorter standing is no pickup even where the site requires less (s): a halt at a corner."""
POOR_STAND_S = 15.0
"""Among poor fixes a stand must be so long to be one (s)."""
BREAK_S = 600.0
"""Longer than any pickup: a break (s). Beside a point, it is no pickup of it."""
RESTED_S = 3600.0
"""A stand so long at an end of a vehicle's track is where it sleeps; one that covers a window and
more is not for the point of that window (s): a shift begins and ends with some minutes there."""
PARKED_WITHIN_M = 30.0
"""A break so near to where a vehicle sleeps is parking (m): two lots of a yard, and GPS error."""
PARKED_S, WAITED_S = 3 * 3600.0, 4 * 3600.0
"""Stands so long serve no point (s): a workshop, a place where others bring their loads. Within the
window crews wait for hours."""
MEAL_S, ASIDE_M = 1800.0, 12.0
"""Who stands for a meal or a repair, and farther from the point than GPS error and the length of a
truck, stands beside it, not at it (s, m)."""
COARSE_PACE_MS = 4.0
"""A truck that drives on, in a village, crosses a mesh of its positions at this pace or faster
(m/s): shorter repeats of one position are no stand, where no speed is reported."""
COARSE_APART_S = 10.0
"""Stands on a lattice with less between them may be one whose positions hop (s)."""
SELDOM_SPARE_S = 30.0
"""At a point that is hardly ever served, so much time beyond the usual pace is still no pickup
(s)."""
SELDOM_INTERVALS = 3.0
"""There the device that saw nothing must have reported as usual: a segment longer than so many of
its usual ones is a silence, as in a valley that swallows it every day."""
SLOW_PASS_S = 30.0
"""Past a point with its tolerance on both sides it takes some 10 s; crawling along, half a minute,
in which somebody may have been as quick as the quickest (s)."""
QUICK_SHARE = 0.5
"""Where crews stand for seconds (a least dwell below `SHORT_STAND_S`), a pass in which this share
of the least dwell may have been stood is no miss: the room between two fixes is known to a second
or two."""
PASSED_WITHIN_M = 60.0
"""Who came so near drove past (m): two tolerances, as points beside a road have them."""
INTERVAL_FIXES = 3
"""Fixes to either side of the nearest one, between which the usual interval there is taken."""
UNSEEN_INTERVAL_SHARE, UNSEEN_SPARE_SHARE = 0.45, 0.35
"""Fixes farther apart than this share of a usual stand may show none of it; one of the shorter
stands, six in ten as long as usual, needs so much time beyond the usual pace, in shares of it."""
EQUALLY_NEAR_M = 2.0
"""Two stops whose distances from a point differ by less are equally near, within GPS error (m)."""

# --- how near a vehicle's stands of the date lie to its points -----------------------------------

SEEN_STAND_S, OFFSET_WITHIN_M, OFFSET_LEAST = 5.0, 60.0, 3
"""Stands of such length (s), so near to the points (m), at so many of them at least, show it."""
NEAR_OFFSET_M = 15.0
"""Half of the usual tolerance (m). Of stands beside a point that their truck had driven past 66 of
88 were no pickups where its other stands lie nearer than this; of all others 59 of 412: on twenty
simulated sites of which thirty amounts were drawn anew and three counties of another simulator."""
PASS_FIXES, HARDLY_STOOD_S = 3, 2.0
"""So many fixes show a pass, and so little standing in it is none (s)."""

# --- windows and rounds -----------------------------------------------------------------------

TO_THE_MINUTE_S = 60.0
"""Windows are written to the minute: one that ends within a minute (s) of the last fixes has been
seen, as that until 24:00 in the fixes of a calendar date, whose last ones come seconds before."""
APART_S = 1800.0
"""Visits so far apart are of two rounds (s)."""
GRAZE_SHARE = 0.5
"""Who drove along less than this share of what another vehicle drove along of the same line did not
serve it, whoever was scheduled. Chosen: halfway between a touch and the whole."""
SHIFTED_WINDOW_S = 4 * 3600.0
"""Visits and gaps so long before or after the window still matter (s): rounds shift by hours."""
SHIFTED_ROUND_S = 3600.0
"""A shifted round goes on for so long beside what was seen of it (s)."""
DID_ROUND_SHARE = 0.5
"""A vehicle that served this share of a round did it."""
TOOK_OVER_SHARE = 0.3
"""A vehicle seen serving so much of what another left of a round took it over: of the rest some
may lie in its own silence. One pickup may be enough: a colleague who helps out is seen at one stop
and silent at the next. Asking for two accused five crews wrongly in a simulated county, and found
one miss more in another."""
KNOWN_ROUND_SHARE = 0.5
"""With fewer known places of a round, whether another vehicle took it over is not known either."""
FOREIGN_ROUND_LEAST = 3
"""Pickups of another's round, or without a schedule, that show a vehicle doing a round."""
NEARBY_M = 1500.0
"""Where no vehicle is scheduled or usual: those that worked within this could have collected
(m)."""

# --- silence ----------------------------------------------------------------------------------

HIDDEN_ROUND_SHARE = 0.3
"""A round takes at least this share of its window: parked for less, none was done meanwhile."""
OPEN_END_SHARE = 0.5
"""A silence at the start or end of a parked vehicle's track must cover this share of the window to
hide a round."""
PARKED_SILENCE_S = 2400.0
"""Parked without a report for less than this is parked, a heartbeat or two lost (s): a round takes
longer."""
LATE_ROUND_SILENCES = 3.0
"""A vehicle that reported in its yard all the window: only a silence longer by this factor than
its longest there may hide a late round."""
YARD_M = 150.0
"""A depot yard, with the drift of parked receivers (m)."""
SURE_PLACE = 0.96
"""Places that are less sure than this wait for the morning's run, which learns from the date
itself: of seven misses told at such places three were taken back, of 58 at others one (simulated
counties of seeds 431, 445 and 450). A place that is recorded where vehicles stand for it has 0.98,
see `confidence.toml`."""
SILENT_BESIDE_M = 200.0
"""Who falls silent, or is heard again, so near to a point (m) may have served it at any hour of the
date: a minute's drive and less."""
YARD_SILENCE_S = 3600.0
"""Silent for so long with both ends in one yard: parked (s)."""
YARD_FIXES = 20
"""Fixes in the yard that show how far fixes scatter that day."""
IDLE_M = 400.0
"""A vehicle whose fixes stay within this did not work (m): a depot yard, with drift."""
IDLE_SHARE = 0.98
"""Share of the fixes that must stay there; single ones jump."""
DRIVEN_KMH = 10.0
"""Above this nobody is about to park (km/h)."""
STOOD_SHARE = 0.9
"""A segment of which so much was stood is a stand."""

# --- devices that leave out the fixes of their stands -------------------------------------------

STILL_KMH = 1.0
"""A receiver that stands reports no more (km/h); one that brakes passes by it within a second."""
LEAVES_OUT_SPEEDS, LEAVES_OUT_STILL_SHARE, LEAVES_OUT_HALTS = 50, 0.02, 3
"""Such a device reports at least this count of speeds, at most this share of them still, and falls
silent at halts at least this often: a round stands for a third of its time."""
LEAVES_OUT_EVERY_S = 12.0
"""With fixes farther apart the place of a halt is too vague, round a corner and behind it (s)."""
LEAVES_OUT_SILENCE = 1.7
"""A segment longer than the usual one by this factor is a silence: more than one late fix."""
LEAVES_OUT_DRIVEN = 2.0
"""Usual segments that the vehicle drives before it halts and after it sets off, unseen."""

# --- speeds -----------------------------------------------------------------------------------

WINDING = 1.3
"""A county road between two places is at least so much longer than the straight line, on average;
a vehicle's straight-line speed over minutes is below its speedometer's by as much."""
MOVING_S, MOVING_M = (5.0, 150.0), 40.0
"""Segments of such length in time (s), that go farther (m), show how fast a vehicle drives."""
MOVING_SEGMENTS = 20
"""With fewer of them the speeds below are taken."""
FASTEST_QUANTILE, FASTEST_FACTOR = 0.95, 1.25
"""The fastest a vehicle is seen to go in a straight line; who hurries is so much faster."""
USUAL_QUANTILE = 0.6
"""The usual pace among its segments; where too few are known, the share of its fastest."""
SLOWEST_TOP_MS, SLOWEST_PACE_MS = 6.0, 3.0
"""A truck can drive at least so fast (m/s), and usually does at least so fast."""
UNKNOWN_TOP_MS, UNKNOWN_PACE_MS = 10.0, 7.0
"""Straight-line speeds of a vehicle that did not report at all (m/s)."""
STARTING_MS2, BRAKING_MS2 = 1.0, 1.5
"""A refuse truck in a hurry gains and loses at most so much speed each second (m/s2)."""
STRETCH_M = 300.0
"""The roads so near to a place are those by which it is reached (m)."""
STRETCH_CELLS = 8
"""Cells of some 50 m with a known pace: with fewer the vehicle's own pace is taken."""
STRETCH_USUAL_QUANTILE, STRETCH_FASTEST_QUANTILE = 0.6, 0.9
"""Among the cells about a place: corners and the last metres before a stand are slower than the
road is, and one fix that jumped makes one cell too fast."""

# --- stands that two sparse fixes hide ----------------------------------------------------------

HIDING_S = 25.0
"""Shorter segments hide no pickup (s)."""
MOST_HIDDEN = 12
"""Hidden stands that are considered for one place: two rounds leave two or three."""
SPEEDS_TELL_S = 45.0
"""Over a longer segment the speeds at its ends no longer show how it was driven (s): both may be
those of a truck that sets off or brakes."""
STOOD_TELLS_S = 60.0
"""Below this the standing measured in a segment bounds the time to spare (s)."""
DETOUR_AFTER_S, DETOUR_M = (30.0, 60.0), (15.0, 40.0)
"""Off the chord by GPS error, half a road's width and its bends, by the length of a segment (s, m):
still on the way."""
ASIDE_AFTER_S, ASIDE_SHARE = (25.0, 45.0, 90.0), (0.1, 0.25, 0.6)
"""A detour of a greater share of the chord leaves the way, by the length of a segment (s)."""
ASIDE_S, ASIDE_SPARE_S = 45.0, 10.0
"""Off the way a stand needs a segment so long, and so much time to spare (s)."""
WINDING_SPARE_S, WINDING_SHARES = 30.0, (0.15, 0.35)
"""A winding road lies beside the chord by the first share of it, from so much time to spare (s) on
by the second."""
WENT_THERE_S = 60.0
"""With so much time to spare the vehicle went there, however far off the chord (s)."""
HALTED_M = 15.0
"""Off the chord by GPS error, where a vehicle is known to have stood on it (m)."""
TURNING_S = 10.0
"""Leaving the way and coming back to it takes a truck two turns in the road (s)."""
SEEMING_M = 10.0
"""A vehicle that stands seems to move so far from fix to fix (m): GPS error of 4 to 8 m an axis."""
QUICKEST_S = 15.0
"""The quickest pickups stand for so long (s); that braking comes on top is left as doubt."""

# --- other vehicles -----------------------------------------------------------------------------

UNEXPLAINED_S = 60.0
"""What another vehicle spent about a point beyond its usual pace, for no known reason (s): more
than the winding of the road, or a halt at a corner."""
AWAY_MS, MOST_AWAY_M = 1.0, 120.0
"""How far off its way a vehicle may have stood, by the time that is left over (m/s): half of it is
the way out and back, at a walking driver's pace; no farther than a side road of some houses (m)."""
TURNED_WITHIN_M, TURNED_AWAY_M = 500.0, 60.0
"""Who turns back within so much of a place may have come for it (m); nearer than the second there
is no direction."""
TURNED_COS = 0.7
"""Come from and gone to within 45 degrees (cosine): back by the way it came."""
TURNED_SPARE_S, TURNED_SEEN_SPARE_S = 50.0, 28.0
"""Time to spare for a pickup, the turn beside it (s); and where one fix saw it there."""
TURNED_MOST_S = 1200.0
"""A longer silence shows nothing of a way out and back (s)."""
OWN_ERRAND_S = 60.0
"""Who served a point of its own so close in time to a turn came for that (s)."""

# --- what a whole round has in common -----------------------------------------------------------

# Chosen on twenty sites of the simulated profile `drawn` (seeds 21 to 40), twenty others of which
# thirty amounts were drawn anew, and three counties of another simulator.

UNSEEN_OWN_SHARE, UNSEEN_ANY_SHARE = 0.2, 0.35
"""A vehicle that served no more of what it was due on a date, nor others in its place, stood at
none of its points by its positions: of such accusations 82 of 84 were wrong on the first twenty
sites, 2 of 10 on the others."""
UNSEEN_STANDS_SHARE = 0.5
"""It stood at least so often on its way, of the pickups due about that window."""
UNSEEN_WITHIN_M = 1000.0
"""So near it came to a point that it drove its round (m); positions in another datum are off by
half of it."""
LEFT_OWN_SHARE, LEFT_ANY_SHARE = 0.1, 0.5
"""Who served no more of what it was due left its round; below the second share nobody is seen to
have taken it over."""
LEFT_DWELLS = 2.0
"""Room for a stand between two fixes, in least dwells, that counts for another vehicle then."""

# --- places that may be others ----------------------------------------------------------------

OTHER_PLACE_M = 25.0
"""Places nearer to each other are one place: stands and records are known no better (m)."""
OTHER_PLACE_LEAST, OTHER_PLACE_SHARE = 0.01, 0.5
"""Probability of a place from which it comes into question; and that of the places where a vehicle
stood from which a miss at the one that is judged stays open: likelier there than anywhere else."""
SHARE_DIGITS = 3
"""Decimals of a probability in the criteria of a verdict."""

# --- misses -------------------------------------------------------------------------------------

PASS_M = 15.0
"""Beyond the tolerance, what GPS error adds to a pass at the point (m)."""
ROUND_LEAST = 4
"""Pickups that make a round which may be broken off, or not run although its truck drove."""
BROKEN_OFF_SHARE, BROKEN_OFF_LEAST = 0.2, 3
"""A round is broken off where at least this share of it was left, and this count of pickups."""
BROKEN_OFF_S = 1800.0
"""So long before the end of the window the last pickup lay (s): there was time to go on."""
WAY_HOME_S = 900.0
"""From the last pickup of a broken-off round home to the yard (s)."""

# --- field checks -------------------------------------------------------------------------------

VERDICT_SD, CRITERION_SD = 0.5, 0.5
"""Standard deviations of the priors of a verdict's shift, and of a criterion's within its verdict
(log-odds): sites differ by so much."""
LOOK_BACK_DAYS = 365
"""Devices, crews and records change: older checks show little of today (d)."""

# --- episodes -----------------------------------------------------------------------------------

MOST_SILENCES = 3
"""Silences of a vehicle that are kept of each pickup, those with most time for it: worn devices
have dozens in a window."""
BESIDE_M = 80.0
"""Stands so far beyond the tolerance are kept (m): what is left of multipath and records off."""
EPISODE_DIGITS = 1
"""To which figures of episodes are kept: a decimetre, a tenth of a second."""
