### How verdicts compare with known truth.

head_truth =
    Compared with known truth: { NUMBER($pickups, useGrouping: 1) } { $pickups ->
        [one] pickup
       *[other] pickups
    } and { NUMBER($alerts, useGrouping: 1) } { $alerts ->
        [one] alert
       *[other] alerts
    } on { $dates }.
head_checks =
    Compared with field checks: { NUMBER($pickups, useGrouping: 1) } checked { $pickups ->
        [one] pickup
       *[other] pickups
    } and { NUMBER($alerts, useGrouping: 1) } { $alerts ->
        [one] alert
       *[other] alerts
    } of them on { $dates }.
dates =
    { $n ->
        [one] { $n } service date
       *[other] { $n } service dates
    }, { $first } to { $last }
one_date = { $first }
sites =
    { $sites ->
        [one] { $sites } site
       *[other] { $sites } sites
    } pooled.
misses =
    { NUMBER($misses, useGrouping: 1) } { $misses ->
        [one] pickup was
       *[other] pickups were
    } really missed.
observable = For { $share } of the pickups the delivered fixes could show what happened (observable).
observable_unknown = Whether the data could show what happened is not known: every row counts as observable.
checks_note = People check where they expect a miss: these shares hold for what was checked, not for all pickups.
without_truth =
    Left out: { NUMBER($pickups, useGrouping: 1) } { $pickups ->
        [one] pickup
       *[other] pickups
    } and { NUMBER($alerts, useGrouping: 1) } { $alerts ->
        [one] alert
       *[other] alerts
    } that the truth does not contain.
not_judged =
    { $n ->
        [one] { $n } pickup of the truth was
       *[other] { $n } pickups of the truth were
    } never judged; misses among them count as not found.
rejected_truth =
    { $n ->
        [one] { $n } row
       *[other] { $n } rows
    } of the truth could not be used.
rejected_checks =
    { $n ->
        [one] { $n } checked pickup
       *[other] { $n } checked pickups
    } could not be used (no such pickup, no window, or contradicted).
dates_left_out =
    { $n ->
        [one] { $n } date of the truth was
       *[other] { $n } dates of the truth were
    } not judged.
interval = In brackets: the range of the true figure with 95% certainty.
routecheck = routecheck
monitor = monitor's alerts
section_alerts = Alerts
section_pickups = Pickups
section_accused = Wrong accusations
section_causes = Causes: as in the truth
section_corrections = Corrections of the record
section_confidence = Confidence
section_reliability = Reliability: { $what }
section_confusion = Causes that differ (alerts)
section_wrong = The wrong accusations
section_always = Points missed on every due day
genuine_recall = Genuine alerts called genuine
genuine_precision = Called genuine, really genuine
false_recall = False alerts called false
false_precision = Called false, really false
unverifiable_alerts = Left open, observable
unverifiable_alerts_hidden = Left open, not observable
unverifiable_pickups = Left open, observable
unverifiable_pickups_hidden = Left open, not observable
pickups_right = Verdict right
pickups_right_good_record = Verdict right, where the record is right
miss_recall = Misses found
miss_precision = Called missed, really missed
silent_recall = Misses without an alert, found
silent_precision = Of those, really missed
always_found = Points missed every due day, found
vehicle_right = Collected, and the vehicle right
accused = Wrong accusations
per_10000 = { "  " }for every 10,000 pickups
accused_observable = { "  " }where the data could show the truth
accused_hidden = { "  " }where the data could not
accused_pickups = { "  " }pickups called missed
accused_alerts = { "  " }alerts called genuine
every = { "  " }with those not observable
cause_alerts = All alerts
cause_false = False alerts called false
cause_genuine = Genuine alerts called genuine
cause_pickups = Pickups judged right
precision = Corrected places that are wrong
recall = Wrong places found
recall_served = { "  " }of points that were seen served
named = { "  " }and the fault named right
close = Proposed within 30 m of the bins
median_m = Distance to the bins, median
p95_m = Distance to the bins, 95% within
kind = fault
found = found
kind_named = named right
kind_precision = wrong, of those so named
rows = rows
right = right
brier = Brier score
constant = best constant
ratio = ratio
expected_error = calibration error
said = stated
mean = mean
pickups = pickups
alerts = alerts
pickups_observable = pickups, observable
alerts_observable = alerts, observable
of = { $hits } of { $n }
none = -
more = … and { $n } more
truth = truth
told = verdict
count = alerts
always_line =
    { $point }: { $called } of { $observable ->
        [one] { $observable } observable pickup
       *[other] { $observable } observable pickups
    } called missed{ $found }
always_not = { " " }- NOT FOUND
accusation = { $date } { $point } ({ $kind }): verdict { $said }; truth: { $truth }{ $causes }{ $hidden }
causes_of = { " " }({ $causes })
hidden = , not observable
pickup = pickup
alert = alert
truth_collected = collected
truth_not_due = not due
truth_unknown = a point that is not registered
sample_head = { $count } of { $among } pickups, drawn at random with known chances: ask whether they were collected
sample_again = { $count } of { $among } pickups, as they were drawn before: ask whether they were collected
sampled = Drawn at random: { $drawn }, looked at { $looked_at }; of { $told } looked at that were called missed or collected, { $as_said } were as said
sampled_precision = of what is called missed, really missed: { $share }
sampled_recall = of what was really missed, called missed: { $share }
sampled_band = { $verdict }, confidence { $low } to { $high } (mean { $told }): right { $share }, { $count } looked at
sampled_unknown = not known yet
