### What a site's own data have taught (`status --learned`).

nothing = nothing has been learnt yet: no date has been judged; `routecheck run --date D` judges the first
of =
    learnt from this site's own data, as of { $on }: { $dates ->
        [one] one date
       *[other] { $dates } dates since { $since }
    }, { $stands ->
        [one] one place
       *[other] { $stands } places
    } where vehicles stood
typical = "typical": half are lower, half are higher
week_before = "a week earlier": what the dates until { $on } alone teach
no_week_before = how it moves cannot be shown yet: no judged date is a week older

places = where the points are:
places_known =
    { $points ->
        [one] one point
       *[other] { $points } points
    }: { $shown } where stands have shown the place, { $recorded } taken at their record, { $unknown } not known (nobody is accused there)
places_seldom = { $count } of them hardly ever served, as their vehicles' stands show
places_before = a week earlier: { $shown } shown by stands, { $unknown } not known
records_wrong = records found wrong (proposed or accepted): { $wrong } of { $points }
records_of_cause = { $cause }: { $count }, typically by { $offset }
records_of_cause_nowhere = { $cause }: { $count }
records_assumed = before the tracks are looked at, { $share } of the records are taken to be misplaced, most of them by { $low } to { $high }; that stays, each record is weighed by itself

standing = how vehicles stand:
stand_usual = a stand for a pickup, at whichever point: { $value }
stand_of_points = the usual stand at a typical point: { $value }
stand_of_points_unknown = how long vehicles stand at single points is not known
days_seen = due days on which a vehicle was seen standing at a typical point: { $value }
days_seen_unknown = on how many of their due days vehicles are seen standing is not known
service_seen = services that leave a stand in the track of a typical vehicle: { $value }

driving = how vehicles drive (straight from fix to fix):
pace_roads = on a typical stretch of some 50 m: { $value }
pace_roads_unknown = how fast single stretches are driven is not known: each vehicle's own pace is taken
pace_vehicles = a typical vehicle: { $value }

devices = devices, on { $on }:
no_devices = no fixes of that date are there any more
interval = time between two fixes while driving, typically: { $value }
interval_unknown = the time between two fixes is not known
scatter = fixes typically scatter about a stand by { $value }
stand_offset = stands typically lie { $value } from the points that they are for
stand_offset_unknown = how far stands lie from the points that they are for is not known
worst = most: { $vehicles }
habit_last_speed = repeat their last speed while they stand; their stands count as stands: { $vehicles }
habit_false_stands = report standing while they drive; their speeds are not used: { $vehicles }
habit_leaves_out_stands = send no fixes while they stand; their silences there count as stands: { $vehicles }
habit_times = times are known to so many seconds only: { $vehicles }
habit_positions = positions lie on a lattice so wide: { $vehicles }

doubted = devices not believed, or put right, on some of the dates:
fault_elsewhere = positions far from the site, not believed: { $vehicles }
fault_displaced = positions displaced as a whole, put right: { $vehicles }
fault_poor = stands beside their usual places, accuse nobody: { $vehicles }
fault_stuck = repeated one position, not believed in that time: { $vehicles }
fault_drift = clock that drifts, put right: { $vehicles }
on_dates =
    { $vehicle } ({ $dates ->
        [one] one date
       *[other] { $dates } dates
    })
and_more = { " " }and { $count } more

waiting = how long a running day waits (the run of the morning after waits for nothing):
fixes_late = for fixes, which nearly all devices send within: { $value }
wait_begun = for a pickup after its window, its vehicle back from the round: { $value }
wait_not_begun = for a pickup after its window, its round not begun: { $value }
wait_not_begun_unknown = for a pickup after its window, its round not begun: until the run that closes the date

checks =
    field checks: { $checks ->
        [one] one check
       *[other] { $checks } checks
    } of { $verdict }; a confidence of { NUMBER($from, minimumFractionDigits: 2, maximumFractionDigits: 2) } becomes { NUMBER($to, minimumFractionDigits: 2, maximumFractionDigits: 2) }

spread_low_high = { " " }(one in ten up to { $low }, one in ten { $high } or more)
spread_low = { " " }(one in ten up to { $low })
spread_high = { " " }(one in ten { $high } or more)
share = { $n }%
pace = { $n } km/h
semicolon = { "; " }
start = assumed at first: { $value }
start_not_begun = assumed at first: until the run that closes the date
rests_points = from { $count } points
rests_points_of = from { $count } of { $total } points
rests_stands = from { $count } stands
rests_vehicles_of = from { $count } of { $total } vehicles
rests_due_days = from { $count } due days of points that are recorded rightly
rests_cells = from { $count } stretches
rests_delays = from { $count } days of devices
rests_pickups = from { $count } pickups that were open at the end of their window
too_few = fewer than { $least }: what is assumed holds
not_yet = nothing learnt yet
before = a week earlier: { $value }
