### The state of a site, and what is wrong with it.

points_known = points: { $count }; the points file last changed the registry on { $at }:
points_same = points: { $count }; the points file has never changed the registry
chronic = points that alert again and again (on at least half of their due days of a week, and at least twice):
chronic_week =
    { $week }  { $points ->
        [one] { $points } point
       *[other] { $points } points
    }{ $change }: false { $false }, genuine { $genuine }, cannot be decided { $unverifiable }; corrections in force { $held }, of these points { $corrected }
chronic_change = { " " }(+{ $came } -{ $left })
chronic_part = { "  " }({ $days } of 7 days judged)
store = store: { $store }
service = service: { $state }  { $at }  pid { $pid }
alive = alive
silent = silent
stopped = stopped
next = next daily run: { $at }
by_hand = dates are run by hand; `routecheck serve`, or `run --due` every morning, runs them every day
runs = last runs:
run_running = running
run_done = done
run_partial = partial
run_stopped = stopped
run_failed = failed
run_killed = killed
command =
    { $command ->
        [run-due] run --due
        [fleet-run] fleet run
       *[other] { $command }
    }
dates = service dates:
date_provisional = provisional
date_final = final
fixes = fixes kept { $kept } of { $total }
incomplete = data missing
due =
    due: { $count ->
        [one] { $count } date
       *[other] { $count } dates
    }: { $dates }
nothing_due = nothing is due
running =
    { $day } as it goes: judged { $at }, by data up to { $reach }; windows over { $over }, missed { $missed }{ $waiting ->
        [0] {""}
       *[other] , waiting for data { $waiting }
    }
running_vehicle = vehicle { $vehicle }: last heard { $at }, { $late } before it was looked; its pickups wait
feed_late =
    nothing has come from { $feed } since { $since }, for { $minutes } min; { $count ->
        [one] one pickup of { $day } whose window is over waits
       *[other] { $count } pickups of { $day } whose windows are over wait
    } for it
vehicle = vehicle { $vehicle }: last fix { $at }
vehicle_late = vehicle { $vehicle }: last fix { $at }; its fixes arrive { NUMBER($hours, minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 0) } h late
rejected = rejected rows, { $name }: { $count }
corrections = corrections { $state }: { $count }
kept = tracks, evidence and pages are kept for { $days } days
kept_since = tracks, evidence and pages are kept for { $days } days; those before { $before } are gone
free = free: { NUMBER($free, minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 0) } GB
size = size of the store: { NUMBER($size, minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 0) } MB
problem = problem: { $what }
span = { $first } to { $last }
clock_behind = clock of { $vehicle }: { $offset } behind, { $dates }; corrected for judging
clock_ahead = clock of { $vehicle }: { $offset } ahead, { $dates }; corrected for judging
feed_behind = times of the whole feed: { $offset } behind, { $dates }; corrected for judging
feed_ahead = times of the whole feed: { $offset } ahead, { $dates }; corrected for judging
fault_elsewhere =
    device of { $vehicle }: positions { $offset } from the site { $dates ->
        [one] on { $last }
       *[other] on { $dates } dates, { $first } to { $last }
    }; not believed
fault_displaced =
    device of { $vehicle }: positions { $shift }, by { $offset }, { $dates ->
        [one] on { $last }
       *[other] on { $dates } dates, { $first } to { $last }
    }; corrected for judging
fault_poor =
    device of { $vehicle }: stands { $offset } beside its usual places { $dates ->
        [one] on { $last }
       *[other] on { $dates } dates, { $first } to { $last }
    }; accuses nobody
fault_stuck =
    device of { $vehicle }: repeated one position { $dates ->
        [one] on { $last }
       *[other] on { $dates } dates, { $first } to { $last }
    }; not believed in that time
last_run_ended = the last run { $state }
last_run_ended_so = the last run { $state }: { $note }
state_failed = failed
state_killed = was killed
dates_due =
    { $count ->
        [one] { $count } date is
       *[other] { $count } dates are
    } due, the first is { $first }
nothing_run = no date has been run yet
no_data_ever = no data has ever arrived
no_data_since = no data has arrived since { $day }
service_silent = the service has not responded since { $since } (process { $pid } on { $host })
service_failing = the service cannot work: { $reason }
space_short = only { NUMBER($megabytes, maximumFractionDigits: 0, useGrouping: 0) } MB are free in { $folder }
late_fixes = fixes came for { $day }, which is final, and are not judged: run --date { $day }
late_alerts =
    { $alerts ->
        [one] { $alerts } alert of { $day }, which is final, is
       *[other] { $alerts } alerts of { $day }, which is final, are
    } not judged: run --date { $day }
late_both =
    fixes came for { $day }, which is final, and { $alerts ->
        [one] { $alerts } alert of { $day } is
       *[other] { $alerts } alerts of { $day } are
    } not judged: run --date { $day }
set_aside =
    { $day } could not be judged and is set aside ({ $reason }; since { $since }, { $tries ->
        [one] tried once
       *[other] tried { $tries } times
    }); every round tries it again: a fault of the program, please report it
rejudging =
    judging { $first } to { $last } again was interrupted ({ $done ->
        [one] one date is
       *[other] { $done } dates are
    } done): the same call of `routecheck rejudge` goes on
backup = last backup: { $at }  { $path }
backup_failed = the daily backup failed ({ $at }): { $reason }
source_failing = { $kind } have not been fetched since { $since }: { $reason }
source_fetched = fetched from { $source }: { $kind }, last at { $at }
source_never = to be fetched from { $source }: { $kind }, not yet
source_caution = to be known of { $kind }: { $what }
receiver_failing =
    receiver { $place } of messages ({ $service }) has taken none since { $since } ({ $reason }); { $waiting ->
        [0] none waits
        [one] one waits
       *[other] { $waiting } wait
    }
read_only = nothing can be written in { $folder }: no run can store what it finds; mount it for writing, or give the account of the service its right back
