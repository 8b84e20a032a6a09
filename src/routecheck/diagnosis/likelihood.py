"""Probabilities and log-odds that diagnosing rests on: what a command may refit on known counties.

Shares without another source were tuned on simulated counties whose true places are known. Gains,
margins and bounds are natural logarithms of odds.
"""

from __future__ import annotations

# Shares of all records

# 1 to 4% of records are misplaced and a few never served (bulletins and surveys of counties); known
# slips of single records are rarer.
MISPLACED, NEVER_SERVED, SLIPPED = 0.04, 0.012, 0.004
# Of records with few digits where few have so few: cut off.
COARSE = 0.7
# Of records that are impossible as they stand: each known slip; and one that puts a point with
# swapped degrees right, without a stand to bear it out.
SLIP_OF_IMPOSSIBLE, SLIP_CERTAIN = 0.3, 0.6
# Of the points of a batch: recorded rightly, or shifted by it needlessly.
NOT_IN_BATCH = 0.03
# A neighbour's stand within tolerance may serve a point that has none of its own.
SHARED = 0.25
# Of the misplaced, those whose true stand is no free stand within reach: shared, or beyond; and
# more where the vehicle's services are seldom seen (of 1,667 misplaced on tuning counties: 1% where
# nine in ten services are seen and no point has a neighbour, 6 to 12% where a third is).
UNSEEN, UNSEEN_BLURRED = 0.01, 0.2
# Who is misplaced in a street of neighbours and shares its stand is not seen (7 to 11% there).
ONE_STAND = 0.1
# In the first days even a plain stand may not have shown itself as one: on the first, and how much
# of it is left with each further day.
FIRST_DAY_UNSEEN, STILL_UNSEEN = 0.3, 0.6
# Pickups missed on a day (4 to 5% of the alerts, and some without an alert).
MISSED_A_DAY = 0.03
# Of services that left no stand, those that gaps hide are left to judging, which sees the gaps.
UNLUCKY = 0.3
# Fewer records that no track passes are right than of others; yet to bins that are never served
# no vehicle drives either.
OFF_ROAD = 0.7
# Log-odds against a record that no stand of any vehicle lies about.
IMPOSSIBLE = 8.0
# Of records misplaced at all, by more than usual; and how many times a stand counts against the
# record that serves nothing and only keeps from accusing: too much rather than too little.
FAR_OFFSET, FAR_CAUTION = 0.2, 5.0

# How stands agree with due days

# Most places that are no points are stopped at once, by chance again now and then.
ONCE, AGAIN = 0.9, 0.08
# The others are habits (a shop, a junction), kept on a share of the days that is Beta(a, b).
HABIT_A, HABIT_B = 1.0, 1.5
# A vehicle stands at a point on a day on which it is not due.
IDLE_DAY = 0.06
# A visit falls into the window: at a point, and elsewhere; and bounds of what windows weigh.
IN_WINDOW, IN_WINDOW_ELSEWHERE, WINDOW_BOUNDS = 0.95, 0.6, (-6, 2)
# Days of stands that this is worth where the vehicle's own stands tell how often it comes in time.
WINDOW_DAYS = 20.0
# Seconds stood: e to the power of this is the ratio of the longest to the shortest plausible stand,
# over which the stands of no point are spread evenly in the logarithm; and the most that a z²
# counts against a stand.
STOOD_SPAN, STOOD_MOST_Z2 = 7.0, 40.0
# Visits a day beyond those due: what is free of it, what each costs, and the most that counts.
OFTEN_FREE, OFTEN_COST, OFTEN_MOST = 0.4, 2.0, 2.0
# Where many vehicles come is a yard, a transfer station, a junction: vehicles that are free of it,
# what each of the others costs, and how many count; and what stops that no fix shows cost.
VEHICLES_FREE, VEHICLES_COST, VEHICLES_MOST, BLURRED_COST = 2, 2.0, 4, 3.0
# Against a stand on few of the due days, of points with this many due days whose vehicle is seen
# so well: halts lie along roads, as records do, so that they meet by chance more often than their
# density over the land shows (20 m of road in 250 m).
HALT, HALT_DAYS, HALT_CLEAR = 1.5, 5, 0.6
# Share of the due days: a stand beyond the tolerance on fewer is a halt, not the point's place.
FEW = 0.5

# How well services are seen

# By the share of a vehicle's stops that lie between two fixes, how surely fixes show a service
# (430 vehicles of twelve tuning counties).
HIDDEN_SHARE = (0.15, 0.3, 0.5, 0.7, 0.85, 1.0)
CLEAR_RATE = (0.95, 0.9, 0.81, 0.66, 0.35, 0.1)
# How surely a service leaves a stand before anything is known; what that is worth, in points of the
# vehicle; and bounds of what is learnt, of stands and of those that fixes saw.
SERVICE_SEEN, PRIOR_POINTS = 0.9, 3.0
SERVICE_BOUNDS, CLEAR_BOUNDS = (0.3, 0.96), (0.05, 0.96)
# Share of the due days from which on a point is plainly served at its record.
PLAIN_SHARE = 0.3
# Share of points that are seen at a rate of their own: factor of the squared rate at which the
# vehicle is not seen, and bounds. Of vehicles seen clearly on 95, 87 or 75% of the due days one
# point in a hundred, in twenty or in six was seen on less than 60% of them (sixteen tuning
# counties).
WORSE_FACTOR, WORSE_BOUNDS = 2.5, (0.01, 0.5)
# Weight, in days, of the vehicle's rate in that of one of its points (beta-binomial).
CLEAR_DAYS = 4.0
# Seconds that vehicles stand for a point, and scatter of the logarithm (of the means of stands: a
# single visit scatters by VISIT_SD beside it), before anything is known; stands from which on both
# are learnt, and bounds of the scatter.
USUAL_STAND_S, USUAL_STAND_SD, USUAL_STAND_LEAST, USUAL_STAND_BOUNDS = 90.0, 0.9, 10, (0.3, 1.2)
VISIT_SD = 0.5
# Share of the due days from which on a stand within tolerance is the point's.
HALF = 0.5

# Where vehicles stop, from where the bins stand

# m, one axis: habit, width of the road, survey; and a share of stands scattered wider.
NEAR_SIGMA_M, WIDE_SIGMA_M, WIDE_SHARE = 12.0, 35.0, 0.07

# Points that are moved

# Of all points, on a day (one in fifty within a year); and share of the due days on which one stand
# or the other has to be seen.
RELOCATED_A_DAY, MOST_DAYS = 0.02 / 365, 0.7

# Batches

# Stands of other points agree with any point's days: agreement alone is no proof. Pairs that
# count, and the most that agreement counts.
BATCH_LIKENESS, LIKENESS_CAP = -6.0, 1.0
# Share of points whose stand is nowhere near even where the reading is right.
OTHERWISE = 0.25
# Least gain, some 3,000 to 1: ten readings of thirty groups are tried.
ENOUGH = 8.0
# A free shift is tried only where the records as declared fail by this score, and where the best
# datum gains less than this a failing point.
FAILING, DATUM_WELL = 0.5, 3.0
# Score by which a reading has to be better to be supported by a point.
SUPPORT = 1.0
# Shares of a batch that a reading may explain: the best of them is taken.
SHARES = (0.95, 0.8, 0.6, 0.4, 0.2, 0.1, 0.05)

# Pairs that are looked at

# Log-likelihood ratio of a pair above which it may be a misplaced point's, a false pair to learn
# from, or is looked at at all.
LIKELY, LIKELY_FALSE, LIKELY_AT_ALL = -4.0, -4.0, -8.0

# What the registry's own order shows

# Log-odds that order, villages and names count for at most, so that they do not outweigh places.
ORDER_BOUND = 3.0
# Ridge of the logistic regressions, steps of Newton's method, and the step at which it ends.
RIDGE, NEWTON_STEPS, NEWTON_END = 1.0, 12, 1e-6
# Usual log of metres and seconds to neighbours, of metres and seconds more, and of metres to the
# next with the same village or name: in the place of what is not known.
USUAL_NEAR, USUAL_LONGER, USUAL_ALIKE = 6.0, 5.0, 6.0
# Log-odds from which on the positions have settled an exchange.
SETTLED_EXCHANGE = 6.0

# Choosing

# Log-odds below which it does not matter how small they are, and above which how large.
NEGLIGIBLE, CERTAIN = -10.0, 12.0
# What log-odds are worth as probabilities: terms that are not independent overstate them. Fitted
# on whether places lay within 30 m of the bins, 0.50 and 0.45 on counties of two simulators that
# have nothing in common.
SOFTENED = 0.5
# Probability from which on a place that is proposed is the one where its point is judged, rather
# than all that it may be at; and from which on a point is judged at one of a few places of which
# another, lost point may be at one.
ONE_PLACE = 0.8
# Probability below which a hypothesis does not count among the places of a point.
NEVER_WEIGHED = 1e-4
# An own stand worth less than this is held against all other places.
WEAK = 4.0
# Share of the probability that the places hold together that a doubtful point may be at.
MOST_OF = 0.98

# Probability below which another place of a doubtful point does not come into question.
IN_QUESTION = 0.1

# Confidence

# Log-odds beyond which a choice is no surer; and those of a batch.
SURE, SURE_BATCH = 7.0, 10.0
# Of a point of a batch with a stand of its own where the reading puts it.
IN_BATCH = 0.995
# Bounds of the probability of a place: of 2,036 that were beyond doubt on counties of two
# simulators 99.4% were right.
PLACE_BOUNDS = (0.001, 0.995)
# Of a point that is recorded rightly for all that is known, and bounds of all.
RECORDED, CONFIDENCE_BOUNDS = 0.98, (0.01, 0.999)
# Least of a point of a batch whose own place is in doubt, and least of one right though unseen.
IN_DOUBT, RIGHT_UNSEEN = 0.5, 0.5
# Probability that the record is wrong, from which on that is reported as the cause.
KNOWN_WRONG = 0.9
# Probability that a point is at one of a few places where vehicles stand on its due days, from
# which on it is judged there; the rest is mostly that its own may not have shown.
AMONG = 0.7
# Probability from which on a point is known to be hardly ever served.
UNSERVED = 0.8
