### The desk: the pages of a site in the browser.

# What stands about every page.
pages = Pages
skip = Skip to the page
today = Today
corrections = Corrections
search = Search
search_for = Point, vehicle, village …
date = Date
earlier = Day before
later = Next day
go = Go
download = Download
footer = routecheck { $version }
legend = Legend

# What is said where there is no page to show.
status_400 = Not understood
status_401 = Not signed in
status_403 = Not allowed
status_404 = Not found
status_405 = Not found
status_409 = Changed meanwhile
status_500 = Something went wrong
status_503 = Not possible just now
failed = This page could not be made. The log of the desk says why; please tell whoever looks after the site.
no_session = Open the desk again with `routecheck desk`: this browser has no session, or it has ended.
form_is_old = This form is of an earlier session. Go back, load the page anew, and try again.
no_form = This is no form of the desk.
no_such_page = There is no such page.
no_such_date = "{ $found }" is no date.
nothing_here = Nothing is named in this address.
nothing_judged = No date has been judged yet. As soon as the first one is, it is shown here.
no_day = { $day } was not judged.
no_point = Nothing is known of a point "{ $point }".
no_township = There is no township "{ $found }".
no_correction = No correction of { $point } is known.
no_batch = These corrections are decided, or have changed.
may_only_look = You may look, not decide.
to_today = To the last day

# The day and the point.
evidence = Evidence
evidence_of = Evidence of { $point }
to_queue = Look at them and decide
point_title = { $point }
no_name = (no name)
confidence = confidence { $share }
not_due = nothing due
not_due_that_day = Nothing was due here on this date.
day_not_judged = This date was not judged.
correction_waits = A correction of this point waits for a decision.
look_at_it = Look at it
evidence_comes = The date is being judged again from the tracks; that takes some seconds, in a large county a minute or two …
too_many_judging = Too many pages are being judged again just now. Load the page again in a moment.
evidence_failed = The evidence could not be had. Load the page again in a moment.
needs_script = The map needs JavaScript; switch it on for this page.
looked_at = What was looked at for { $window }
whole_evidence = All the evidence
weeks = Six weeks at a glance
weeks_key = ✓ collected   ✗ really missed   ? cannot be decided   · nothing due
weekday_1 = Mon
weekday_2 = Tue
weekday_3 = Wed
weekday_4 = Thu
weekday_5 = Fri
weekday_6 = Sat
weekday_7 = Sun
alerts = Alerts of these weeks
alert = Alert
worth = Worth
tracks_show = What the tracks show
no_alerts = No alert in these weeks.
record = Its record

# Corrections.
place_in_queue =
    { $place } of { $count ->
        [one] { $count } that waits
       *[other] { $count } that wait
    }
waiting = { $count } waiting
none_waiting = No correction waits for a decision.
correction_title = Correction of { $point }
seen_on =
    { $count ->
        [one] seen on { $count } day
       *[other] seen on { $count } days
    }
is_decided = { $state } by { $by }
accept = Accept
reject = Reject
pass_over = Skip
next = Next
undo = Undo
to_point = To the point
map_of_correction = Map: the record, the proposed place, and where vehicles stood
map_recorded = As recorded
map_proposed = Proposed
map_tolerance = Tolerance
map_stands = Vehicles stood here (six weeks)
map_stood = stood { "{" }seconds{ "}" } s
map_zoom_in = Zoom in
map_zoom_out = Zoom out
map_fit = Show all
record_far = The record lies { $metres } away, outside the map.
waiting_list = Corrections that wait
batches = All of one reason at once
batches_intro = Corrections with the same reason stand or fall together. Look at ten of them, then accept all.
batch =
    { $reason }: { $count ->
        [one] { $count } point
       *[other] { $count } points
    }
batch_title =
    { $count ->
        [one] { $count } correction
       *[other] { $count } corrections
    }: { $reason }
batch_intro =
    { $count ->
        [one] This { $count } stands
       *[other] These { $count } stand
    } for all. Tick each that looks right: the green dot should lie where vehicles stood. One that looks wrong: open it and reject it, the others can be accepted after that.
looks_right = looks right
picture_key = × as recorded   green: proposed   grey: vehicles stood here
accept_all =
    { $count ->
        [one] Accept { $count }
       *[other] Accept all { $count }
    }
all_of_batch = All of them
point = Point
township = Township
village = Village
what = What changes
days = Days seen
sureness = Confidence
when = When
who = Who
decision = Decision
decided_last = Decided last
accepted_one = Accepted: { $point }. u takes it back.
rejected_one = Rejected: { $point }. u takes it back.
accepted_many =
    { $count ->
        [one] Accepted: { $count } correction. u takes it back.
       *[other] Accepted: { $count } corrections. u takes them back.
    }
undone_one = Taken back: the decision on { $point }.
undone_many = Taken back: { $count } decisions.
nothing_to_undo = There is nothing to take back in this session.
look_first = Look at the { $count } first, and tick each that looks right.

# Search.
search_title = Search: { $asked }
search_how = An id, a part of a name, a village or township, a vehicle, or the first letters of the pinyin.
found_nothing = Nothing is called "{ $asked }".
found_more = and { $count } more: ask more exactly
vehicles = Vehicles
points =
    { $count ->
        [one] { $count } point
       *[other] { $count } points
    }

# Words from the field.
found = Somebody looked?
nobody_looked = nobody has looked
said_by = by { $by }
word_entered = Noted of { $point }: { $word }. The next run counts it; tap it again to take it back.
word_taken_back = Taken back: what was noted of { $point }.
how_right =
    { $looked ->
        [one] Of { $looked } looked at
       *[other] Of { $looked } looked at
    }, { $right ->
        [one] { $right } was as said
       *[other] { $right } were as said
    } (between { $low } and { $high } of such a list, in 95 of 100 cases).
how_right_note = Of the last 90 days. It holds for what people chose to look at; for the whole list, look at some drawn at random.

# A vehicle's day.
vehicle_title = Vehicle { $vehicle }
no_vehicle = Nothing is known of a vehicle "{ $vehicle }" in these weeks.
fact_served = pickups made
fact_scheduled = scheduled for
fact_stops = stops
fact_heard = heard
fact_fixes = fixes
track = Its track
no_track = No track of this date is kept.
time_of_day = Time of day
speed = Speed
track_so_far = up to the time shown
track_whole = whole day
stood_here = stood here
band_stood = standing
band_silent = silent
map_served = served
map_stood_from = stood { "{" }from{ "}" } to { "{" }until{ "}" }
map_silent = silent
map_play = Play
map_pause = Pause
device = Its device
device_well = Nothing is wrong with it on the last dates.
not_heard = It was not heard on this date.
last_heard = Last heard { $at }
comes_late = Its fixes come { $late } late.
not_served = Scheduled, and not made by it
all_served = It made all that it was scheduled for.
served = Made by it
none_served = It made no pickup on this date.
arrived = Arrived
window = Window
stayed = Stayed
verdict = Verdict

# Months.
months = Months
month = Month
month_title = Month { $month }
no_month = No date of the month "{ $found }" was judged.
month_before = month before
month_after = next month
months_beside = Month by month
dates_judged = Dates
due = Due
missed = Really missed
untold = Cannot be decided
rate = Collected
alerts_raised = Alerts
false = False
false_rate = False, share
townships_ranked = Townships by rank
rank = Rank
total = Total
no_township_name = (no township)
ended = What came to an end
ended_intro = Points that alert on at least half of their days, week by week: how many began, how many stopped, and how many corrections were in force.
is_counted = It is being counted …
false_by_cause = False alerts by cause
cause = Cause
no_false = No false alert in this month.
day_by_day = Day by day
week = Week
chronic_points = Points
came = began
left = stopped
corrected = of them corrected
in_force = Corrections in force
causes = Causes

# What if.
what_if = What if the tolerance or the place were another?
what_if_title = What if: { $point }
what_if_intro = Fill in what is to be tried and leave the rest empty. The last six weeks are judged again both ways from the tracks; nothing is stored.
what_if_rows = As it is → as it would be
try = Try it
try_tolerance = Tolerance, m
try_dwell = Least time of a pickup, s
try_lon = Longitude
try_lat = Latitude
as_it_would_be = As it would be
comes_in_turn = Each date takes some seconds; they come one after another.
changed_count = { "{" }done{ "}" } of { "{" }total{ "}" } dates; verdicts that would be others: { "{" }count{ "}" }
nothing_tried = Nothing is named that is to be tried.
half_a_place = A place needs longitude and latitude.
no_such_number = { $what }: a number from { NUMBER($least) } to { NUMBER($most) } is wanted.

# Signing in.
sign_in = Sign in
sign_out = Sign out
name = Name
password = Password
password_again = The same again
wrong_password = Name or password is wrong.
too_many = Too often wrong: wait { $minutes } minutes.

# A sample.
which_to_look_at = Which ones tell most? Some drawn at random
sample_title = To look at, of { $day }
sample_intro = Drawn at random, with known chances, among all pickups of the date: so the answers hold for the whole list. The verdicts are not shown here, so that nobody is led by them. Ask, or go and see, and tap what was found.
draw = Draw { $count }
nothing_drawn = Nothing was drawn of this date.
sample_told = What the samples have told
to_day = To the day
vehicle = Vehicle
