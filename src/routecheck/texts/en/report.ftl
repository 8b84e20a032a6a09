### The daily report, the workbook, and the map of one point.

title = Waste pickups on { $day }
title_township = { $township }: waste pickups on { $day }
no_township = (no township)
no_route = no route
no_name = (no name)
provisional = Provisional: data of this date are still missing, and verdicts may change.
judged_at = Judged { $at }
contents = Contents
skip = Skip to what to do today
back = All townships
checks = Field checks
checks_counts = { $total } compared: { $agree } agree, { $contradict } contradict, { $open } of pickups that cannot be decided
checks_note = A check changes no verdict. Look at the evidence of these points again: either the tracks were misread, or the check was of another pickup.
incidents = Causes that explain many at once
incidents_intro = Each of these needs to be put right only once. Open it to see the pickups or alerts that it explains; they are also in the lists below.
todo = What to do today
map = Map
silenced = False alerts, and why
untold = What cannot be decided, and which devices send no data
to_accept = Corrections to accept
trend = Trend
townships = By township
words = What the words mean
due = Due
collected = Collected
missed = Really missed
unverifiable = Cannot be decided
alerts = Alerts raised
false = False alerts
genuine = Genuine alerts
alerts_untold = Alerts that cannot be decided
todo_none = Nothing was missed on this date.
todo_intro =
    { $pickups ->
        [one] { $pickups } pickup
       *[other] { $pickups } pickups
    } at { $points ->
        [one] { $points } point was
       *[other] { $points } points were
    } really missed. They are listed route by route in a suggested driving order; the numbers are those on the map. The order follows straight-line distances: adjust it to the roads.
todo_unalerted =
    { $count ->
        [one] { $count } of them had
       *[other] { $count } of them had
    } no alert.
route = Route { $route }
vehicle_of = vehicle { $vehicle }
order = No.
point = Point
point_id = Point ID
name = Name
township = Township
village = Village
window = Window
why = Why
evidence = What the tracks show
action = What to do
done = Done
no_alert = no alert
on_map = Show on the map
silenced_none = No false alert on this date.
silenced_intro =
    { $count } of { $total ->
        [one] { $total } alert
       *[other] { $total } alerts
    } { $count ->
        [one] was
       *[other] were
    } false. Open a cause to see each alert.
count_alerts =
    { $count ->
        [one] { $count } alert
       *[other] { $count } alerts
    }
count_pickups =
    { $count ->
        [one] { $count } pickup
       *[other] { $count } pickups
    }
count_points =
    { $count ->
        [one] { $count } point
       *[other] { $count } points
    }
alert = Alert
cause = Cause
untold_none = All pickups of this date could be decided.
untold_intro =
    { $count ->
        [one] { $count } pickup
       *[other] { $count } pickups
    } cannot be decided from the data. Nobody is blamed.
silent_title = Devices to check
silent_none = Every scheduled vehicle sent data, without a gap that matters.
vehicle = Vehicle
first_heard = First fix
last_heard = Last fix
never = no data all day
untold_by_it = Pickups that cannot be decided because of it
of_due = of its pickups
clock_off = Clock
corrections_none = No correction waits for a decision.
corrections_intro =
    By the tracks of several days the record of { $count ->
        [one] { $count } point
       *[other] { $count } points
    } is wrong. Accept, by their IDs, the corrections that you find right; their false alerts then end. The points file itself is never changed.
accept_one = Accept one or several:
accept_sure = Accept all above a confidence:
offset = Off by
days_seen = Days of evidence
confidence = Confidence
tolerance_to = tolerance to { $metres }
moved = { $metres } to the { $direction }
alerts_here = Alerts on this date
correction = Correction
decided = Already decided: { $accepted } accepted, { $rejected } rejected.
trend_intro = Alerts of each stored date, and how many were right.
trend_none = Only this date is stored so far: a trend needs more dates.
date = Date
chronic_title = Points that alert again and again
chronic_none = No point alerts on half of its due days.
chronic_more =
    and { $count ->
        [one] { $count } more point
       *[other] { $count } more points
    }
chronic_days = Days with an alert
chronic_marks = Day by day
chronic_legend = F false, G genuine, U cannot be decided, · no alert; the last mark is this date.
mark_F = F
mark_G = G
mark_U = U
map_label = Map of collection points and tracks. All that it shows is also in the lists.
map_needs_js = The map needs JavaScript. Everything else on this page works without it.
filter = Show only
all_townships = All townships
all_routes = All routes
all_causes = All causes
everything = Show everything
shown = { $count } of { $total } points shown
legend = Legend
lg_missed = really missed, with its number in the list
lg_untold = cannot be decided
lg_false = collected, the alert was false
lg_collected = collected
lg_notdue = not due
lg_tolerance = tolerance around the point
lg_track = way of a vehicle, each in a colour: click for the time
way_of = way of { $vehicle }
pseudonym = vehicle { $number }
lg_recorded = recorded place, with a line to where it really is
lg_depot = where the vehicles start
fit = Whole area
zoom_in = Zoom in
zoom_out = Zoom out
close = Close
judged = Verdict
pages_intro = This area is large: each township has a page of its own.
page = Page
total = Total
rate = Collected, of the decided
false_rate = False, of all alerts
rank = Rank
footer = Written by routecheck { $version } from GPS tracks. This file needs no internet and sends nothing anywhere.
generic_causes = Each row has one cause code; the codes are the same in all files:
sheet_summary = Summary
sheet_incidents = Incidents
kind = What happened
since = From
until = Until
batch = Batch
pickups = Pickups
sheet_missed = Really missed
sheet_alerts = Alerts
sheet_points = Points
sheet_pickups = Pickups
sheet_causes = Causes of false alerts
sheet_corrections = Corrections
sheet_quality = Data quality
sheet_days = Day by day
sheet_chronic = Chronic alerts
sheet_weeks = Chronic by week
week = Week
week_days = Days judged
week_points = Points alerting chronically
week_came = New
week_left = Gone
week_causes = Points by cause
week_corrected = Of these with a correction in force
week_in_force = Corrections in force
week_cause = { $cause } { $count }
book_title = Waste pickups on { $day }
book_month = Waste pickups in { $month }
code = Code
points_count = Points
meaning = Meaning
share = Share
verdict = Verdict
classification = Classification
scheduled = Scheduled vehicle
arrived = Arrived
departed = Departed
dwell = Dwell (s)
distance = Distance (m)
alerted = Alerted
alert_id = Alert ID
raised = Raised at
window_start = Window from
window_end = Window until
route_id = Route
recorded_lon = Recorded longitude
recorded_lat = Recorded latitude
proposed_lon = Proposed longitude (WGS-84)
proposed_lat = Proposed latitude (WGS-84)
offset_m = Off by (m)
proposed_tolerance = Proposed tolerance (m)
state = State
item = Item
detail = Detail
rows = Rows
q_in = Fixes received
q_kept = Fixes kept
q_rejected = Rejected rows
q_clock = Device clock wrong
q_silent = Vehicle without any fix
q_state = State of the date
final = final
state_provisional = provisional
q_untold = Pickups that cannot be decided
yes = yes
no = no
genuine_short = Genuine
untold_short = Cannot be decided (alerts)
pm_title = { $point } on { $day }: what the tracks show
pm_place = Where it happened
pm_chart = Distance and speed against time
pm_how = How to read this
pm_how_track = The line is the way of the truck; the dots are the moments at which it reported its position. Click a dot for its time and speed.
pm_how_tolerance = The ring is the tolerance: a truck that stands inside it long enough has collected.
pm_how_stand = Squares are places where the truck stood; the larger, the longer.
pm_how_gap = A hatched oval belongs to a time without data: the truck could have been anywhere inside the oval in that time. If the point lies inside, it cannot be decided that it was missed.
pm_how_chart = Below, time runs from left to right. The upper curve is the distance of the truck from the point: where it dips into the green band, the truck was there. The lower curve is its speed: on the ground line it stands.
pm_recorded = recorded place
pm_recorded_link = recorded place, with a dotted line to it
pm_judged = place it was judged at
pm_both = the point, as recorded
pm_rival = a place that comes into question: { $probability } probable
pm_rivals = another place that comes into question
pm_tolerance = tolerance { $metres }
pm_stood = stood { $duration }, { $start } to { $end }
pm_stand = where a truck stood
pm_fix = position reported by a truck
pm_gap = no data { $start } to { $end }: it could have been anywhere inside the oval
pm_gap_key = time without data: where the truck could have been
pm_gap_line = no data
pm_distance = distance from the point (m)
pm_speed = speed (km/h)
pm_window = window
pm_within = within the tolerance
pm_metres = metres from the point
pm_time = local time
pm_no_location = The point has no usable location: there is no map to draw.
pm_no_tracks = No truck sent data at that time.
pm_no_pickup = No pickup was due on that date.
pm_speed_at = { $speed } km/h
pm_away = { $metres } from the point
pm_wrong = The record is wrong: { $cause }
pm_vehicles = Vehicles
pm_scheduled = scheduled

## Many sites together

county = Site
silent_devices = Silent devices
due_dates = Dates due
trouble = What someone should look at
sheet_counties = Sites
