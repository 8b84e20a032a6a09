"""The numbers that cleaning, clocks, drift and stops rest on, beside those of the settings.

Each with its unit, why it is there, and where its value comes from. "Feeds" are recorded feeds of
municipal and collection vehicles, "tuned" means chosen on simulated counties set apart for tuning.
"""

from __future__ import annotations

DAY_S = 86400.0

# GPS error

# deg. Receivers without a position send 0/0, or the last digits of noise about it.
NOWHERE_DEG = 1e-3
# m. GPS error that may lie in any one step, both ends together (95% under trees and by houses).
STEP_ERROR_M = 30.0

# Clocks that receipt times show

# s. 1,024 weeks: what a GPS receiver loses when its week counter overflows (IS-GPS-200).
ROLLOVER_S = 7168 * DAY_S
# s. What is left of a delay after lost weeks: late uploads take days at most.
ROLLOVER_REST_S = 30 * DAY_S
# s. Farther from the rows about it a date is no matter of hours or days.
MONTH_S = 31 * DAY_S
# s. Live delays of one state of a clock differ by less: transmission takes seconds to minutes.
PILE_S = 300.0
# s, share. From row to row the receipt clock of a live row advances as the device clock does,
# within the larger of these: a batch uploaded late arrives at one moment.
LIVE_S, LIVE_SHARE = 4.0, 0.25
# Live rows that show a state of a clock.
LIVE_ROWS = 10
# s. Receipt less device time of clocks that are right: earlier than sent is impossible but for
# rounding; later may be a feed that is polled every quarter of an hour.
RIGHT_DELAY_S = (-60.0, 1200.0)
# s. Whole quarters of an hour are time zones and wrong days, transmission is not: a delay so near
# to them is one of them.
QUARTER_S, QUARTER_NEAR_S = 900.0, 180.0
# s. A row received this late does not fit its receipt as it stands.
UNFIT_S = 600.0

# Jumps and stale repeats

# Times that jumps are looked for: taking a piece out joins its neighbours.
JUMP_ROUNDS = 8
# Fixes of a piece that jumps out and back; of one at an end of a track, and how many times as many
# are beside it. Longer pieces are as likely true as what is beside them.
JUMP_FIXES, JUMP_END_FIXES, JUMP_END_TIMES = 12, 2, 4
# km/h. A repeat of a position that reports more moves by its own account.
STALE_MOVING_KMH = 10.0

# Last speeds repeated through stands

# km/h. A fix that reports more reports driving.
STANDING_REPORT_KMH = 3.0
# km/h. From a stand the next position is reached at no more than a town's speed, or at what it
# reports; after three intervals without a position, at 15 km/h, the next one leaps farther.
TOWN_KMH = 60.0
# A device has the habit where so many of its stands repeat a driving speed, and they are more than
# so many times those at which it reports standing: it reports that where it was hardly driving any
# more when it came. In a simulated site of 36 devices those without the habit had one at most.
LAST_SPEED_LEAST, LAST_SPEED_TIMES = 3, 0.5
# m, share. What a truck would have driven at that speed meanwhile, beyond the error of a step under
# open sky; and how much less of it the next position may show for the truck to have stood.
LEAD_M, LEAD_SHARE = 10.0, 0.5

# Speeds that are not to be trusted

# s, m/s. Neighbouring segments up to this long that lead on at this pace: the fix between cannot
# stand. In the feeds 43% of one vehicle's fixes reported "stopped" above 3 m/s.
LEADING_S, LEADING_MS = 120.0, 4.0
# km/h, share. A fix that reports less between them is false; with this share of them the column
# is not used.
FALSE_STAND_KMH, FALSE_SHARE = 3.0, 0.25

# Drift while parked

# km/h, m. Fixes slower than this and nearer to the one before stay at one place.
STAYING_KMH, STAYING_M = 5.0, 60.0
# s, fixes, m. A stay of this length and number whose middle is so near to its first fix is parking,
# and fixes farther than the last (m) from its middle drift.
STAY_S, STAY_FIXES, STAY_WITHIN_M, DRIFTING_M = 600.0, 4, 100.0, 15.0

# Clocks that the schedule shows

# m. A stand so near to a recorded point may be for it: tolerance, GPS and survey error.
NEAR_POINT_M = 60.0
# s. Shorter stands are traffic, longer ones parking.
STAND_S = (15.0, 3 * 3600.0)
# s. A round may begin and end a little outside its window.
BEYOND_WINDOW_S = 1200.0
# Probability that a stand is in its window where the clock is right; and by chance: a window of
# three to four hours covers a quarter of the hours in which trucks are about.
HIT, CHANCE = 0.9, 0.25
# Odds by which the shifted times must be likelier than those of the device ...
LEAST_ODDS = 1000.0
# ... by this number of points, of which this share is then served in their windows, ...
CLOCK_POINTS, CLOCK_SHARE = 5, 0.75
# ... and at most this share without: a round that was run late in part is no clock.
MOST_BEFORE = 0.3
# s. Windows that begin apart by this, or twice the points, are needed: one round alone may have
# been run at another hour.
LEAST_SPAN_S = 7200.0
# Share of the points served in their windows, above which a clock is taken for right.
RIGHT_SHARE = 0.5
# This number of devices with one and the same error, and this share of all that are off, are the
# feed: those with too few points share it, where at most the last share of them is right (one that
# is may have a fault of its own that makes up for it).
FEED_DEVICES, FEED_CLOCK_SHARE, FEED_RIGHT = 3, 0.75, 0.1
# A whole feed that is off by the time zone: so many vehicles, with so many points each, of which
# such a share is served in the windows by the shifted times, and at most such a share as they are.
OFF_FEED_VEHICLES, OFF_FEED_POINTS, OFF_FEED_SHARE, OFF_FEED_BEFORE = 2, 3, 0.75, 0.1
# Share of a device's rows that must lie on another date.
WRONG_DATE_SHARE = 0.5

# Clocks that drift

# deg. Stands in one cell of some 50 m are at one place.
PLACE_DEG = 0.0005
# Dates, and usual places on each, from which on a trend is one.
DRIFT_DATES, DRIFT_PLACES = 5, 5
# A usual place is stood at on this share of the dates, and on this number at least.
REGULAR, REGULAR_DATES = 0.5, 3
# s. A clock that changed by less over all dates leads no round out of a window of hours.
DRIFT_LEAST_S = 2700.0
# Share of the whole change that dates may scatter about the trend: rounds begin minutes earlier or
# later from day to day. Of a normal distribution three in four lie within 1.15 standard
# deviations.
MOST_SCATTER, QUARTILE, QUARTILE_SD = 0.125, 0.75, 1.15
# s. Where the clock stood on the first date is looked for in such steps, this far both ways.
AHEAD_STEP_S, MOST_AHEAD_S = 300.0, 12 * 3600.0
# Share of stands in windows: of two beginnings as good as this, the one nearer to right is taken.
ALIKE = 0.02
# On dates on which the clock is off by this share of the most it is off, this share of stands lies
# in windows when it is taken off, and so much more of them than before.
MOST_OFF, INSIDE_AFTER, INSIDE_GAIN = 0.7, 0.75, 0.3

# Standing

# m/s². Comfortable braking and starting of a loaded truck, braking hard, and while crawling.
USUAL_BRAKING_MS2, HARD_BRAKING_MS2, EASY_BRAKING_MS2 = 0.9, 1.3, 0.7
# m/s. How fast trucks drive between two stands near each other; and bounds of the speed of a way.
BETWEEN_STANDS_MS, WAY_MS = 8.0, (1.0, 20.0)
# Roads wind: the way is longer than the chord between two fixes; as expected and at the most, where
# neither, one or both ends stand. At the least time: driven a third faster, braked harder.
WAY_USUAL, WAY_LONG, WAY_LONG_ONE, WAY_LONG_BOTH = 1.1, 1.35, 1.3, 1.25
WAY_FAST, WAY_FAST_ONE, WAY_FAST_BOTH = 1.3, 0.75, 0.6
# m. Within GPS noise a stand seems to move: what noise does in one step.
NOISE_M = 6.0
# s. Of fixes that follow each other more closely noise is as long as the way between two of them
# (6 m: 22 km/h at one a second), so their speed is taken over so long: the shortest stop kept.
BASE_S = 8.0
# m/s. A segment slower than this, without what noise does, stands.
STANDING_MS = 0.7
# s, m. Segments of a stand in poor reception are shorter than these; this number in a row, this
# share of them longer than the places of one stand are apart.
NOISY_S, NOISY_M, NOISY_SEGMENTS, NOISY_SHARE = 45.0, 150.0, 3, 0.5
# s, m/s. Standing unseen for longer than pickups take is time to go down a lane and come back.
LANE_S, LANE_MS = 120.0, 4.0

# Thinned tracks

# m. Vertices that lie nearer than this to the line without them are left out: a road with its
# verges, and little more than half of the usual tolerance.
THIN_M = 18.0
# s. There is a vertex this often at least where the vehicle stands: the map shows times there.
VERTEX_S = 600.0
# s after local midnight. A window that begins in the evening may run into the next morning.
DATE_ENDS_S = 32 * 3600

# Days that cannot be believed (health)

# m. Two stands so near are at one place: GPS error at both, and the length of a truck.
SAME_STAND_M = 60.0
# s. Shorter stands are traffic.
LEAST_STAND_S = 20.0
# A day with fewer stands does not show where it lies.
LEAST_STANDS = 4
# With a larger share of its stands at places known of the vehicle, a day lies where it should.
KNOWN_SHARE = 0.25
# A place is known of a vehicle where such a share of its other dates knows it, and is a usual one
# above the second: two days of one fault confirm each other, and the nights beside them.
CONFIRMED_SHARE, USUAL_SHARE = 0.25, 0.5
# A shift holds where it brings such a share of the stands, and so many distinct places, together.
AGREE_SHARE, AGREE_STANDS = 0.6, 4
# So many where another day of the receiver has shown the same datum.
AGREE_AGAIN = 2
# A shift explains a day where at most such a share of what agrees with it agrees without: of a day
# that became displaced in the night, the evening before lies where it should.
BEFORE_SHARE = 0.5
# So much of what agrees with a constant counts, beside what agrees with a datum.
CONSTANT_WEIGHT = 0.8
# Vehicles from which on a place is where vehicles stand, whosever it is.
COMMON_VEHICLES = 3
# m. Smaller displacements are the scatter of stands; those of one cause agree within the second.
LEAST_SHIFT_M, PILE_M = 60.0, 40.0
# Stands in a row at no known place, of a day that is displaced in part; and the share of them that
# one shift brings to places where the vehicle was not seen that day.
PART_STANDS, PART_SHARE = 3, 0.75
# m/s. Nobody drives from one stand to the next so fast in a straight line.
LEAPING_MS = 55.0
# m. Farther than this from the site is no part of it: a tip or a workshop may lie 20 km off.
ELSEWHERE_M = 30_000.0
# s, fixes. Shorter repeats of one position are a receiver that holds still at a stand.
STUCK_S, STUCK_FIXES = 600.0, 6
# A stand is one with a run of repeated digits that covers this share of it.
HELD_SHARE = 0.5
# Share of what a device was heard, over all dates, in which its digits do not change: it never has.
HELD_ALL = 0.9
# Scatter below this share of the device's usual one is none.
STUCK_SHARE = 0.2
# m. Stands that scatter by less say nothing of a device's usual scatter.
LIVELY_M = 0.5
# So many long stands with scatter show that a device does not hold its digits, ...
STUCK_OTHERS = 2
# ... where no larger share of its long stands is without, those at one place in a row counted once.
HABIT_SHARE = 0.1
# m. A receiver that is stuck stays within this, by the rounding of its stands.
STUCK_M = 5.0
# s. A stand so long is the yard, the tip or a meal: a place of the vehicle whatever its round.
RESTED_S = 1800.0
# m. Places of stands are counted in squares of this width.
STAND_CELL_M = 60.0
# So many neighbours of a stand are looked at for one of another date: a vehicle stands at one place
# once or twice a date.
NEIGHBOURS = 5
# m. What sets vehicles apart in the plane in which their stands are looked up.
APART_M = 1e7
# Stands that are looked up at once: of a street with a bin every 40 m each has 300 near it in six
# weeks, and the pairs take some 40 bytes each.
STANDS_AT_ONCE = 8192
# m. Stands of good days lie 1 to 4 m from those of other days (two simulators, medians), on days of
# poor reception 12 to 70 m ...
POOR_M = 12.0
# ... and so many times the vehicle's usual distance, over so many stands ...
POOR_TIMES, POOR_STANDS = 4.0, 5
# m. ... that are at a place of another day at all.
POOR_REACH_M = 150.0

# Grain of times and positions

SECOND_US = 1_000_000
# s. What times are dropped or rounded to, the widest first: minutes by a spreadsheet, half minutes,
# ten seconds, five.
GRAINS_S = (60, 30, 15, 10, 5)
# Fixes of a vehicle in a file from which its grain is known: by chance one in 5^20.
GRAIN_FIXES = 20
# Times with several places, and their share of all times, that make them the rule: two places at
# one time by a fault of the feed are one in some hundreds.
SHARED_STAMPS, SHARED_SHARE = 3, 0.05
# Share of the times with several places that have as many of them, but for one, where a device
# reports in steps; what it stood is then known to this number of its steps.
STEADY_SHARE, STEADY_STEPS = 0.8, 2.0
# km/h, share. Fixes of one grain lie no farther apart than a truck drives in it, but for so many.
GRAIN_KMH, SHARED_FAR = 120.0, 0.1
# deg. Lattices of positions, the widest first: digits of degrees, of minutes and of seconds.
MESHES_DEG = (1e-2, 1 / 600, 1e-3, 5e-4, 1 / 3600, 2e-4, 1 / 6000, 1e-4)
# m. A narrower lattice is below GPS error: five digits are 1 m.
MESH_LEAST_M = 5.0
# deg. Values as written lie so near to the lattice: half of the sixth digit, and some rounding.
MESH_OFF_DEG = 7e-7
# Share of a vehicle's fixes that may lie off it: a leap of the receiver, a row that was mended. By
# chance not one fix in fifty lies on any of these lattices.
MESH_STRAY_SHARE = 0.01
# Values that are held against a lattice first, before all are.
MESH_FIRST = 128
# Share of the stands that may lie off the lattice: the middle of those whose fixes hop does.
MESH_OFF_SHARE = 0.3
# Probability below which distinct values lie on a lattice by no chance: four of four decimals, two
# of two.
MESH_CHANCE = 1e-7
