### The summary and the notices of a run.

date = Service date { $day }
dates = Service dates { $first } to { $last }
provisional = provisional: data are still missing
pickups = Pickups expected: { $total }   collected { $collected }   really missed { $missed }   cannot be decided { $unverifiable }
alerts = Alerts of the monitor: { $total }
alerts_unusable = Alerts of the monitor: none could be read ({ $count } unusable)
no_alerts = The monitor raised no alerts.
class_false = { $count } false
class_genuine =
    { $count } genuine: { $count ->
        [one] the pickup was
       *[other] the pickups were
    } really missed
class_unverifiable = { $count } cannot be decided from the data
unalerted = Misses without an alert: { $count }
checks = Field checks: { $total }   agree { $agree }   contradict { $contradict }   of pickups that cannot be decided { $open }
check_collected = { $day } { $point } { $at }: { $by } found it collected, the verdict is "{ $verdict }"
check_missed = { $day } { $point } { $at }: { $by } found it not collected, the verdict is "{ $verdict }"
check_somebody = someone
incidents = Explained by one cause:
incident_over_dates =
    { $about }: { $pickups ->
        [one] { $pickups } pickup
       *[other] { $pickups } pickups
    }, { $alerts ->
        [one] { $alerts } alert
       *[other] { $alerts } alerts
    } on { $dates ->
        [one] { $dates } date
       *[other] { $dates } dates
    }
incident_on_date =
    { $about }: { $pickups ->
        [one] { $pickups } pickup
       *[other] { $pickups } pickups
    }, { $alerts ->
        [one] { $alerts } alert
       *[other] { $alerts } alerts
    } on { $day }
corrections = Points with a wrong record: { $count } with a proposed correction (corrections.csv)
files = Files are in { $directory }:
file_missed = { $name }   the pickups to act on
file_alerts = { $name }   each alert: false, genuine or undecided, and why
file_pickups = { $name }   every expected pickup
file_incidents = { $name }   causes that explain many pickups at once
file_corrections = { $name }   points with a wrong record
file_places = { $name }   where each point is, and how sure that is
more_dates =
    and the same for { $count ->
        [one] the other date
       *[other] the other { $count } dates
    }
rejected =
    { $count ->
        [one] { $count } row
       *[other] { $count } rows
    } of { $source } { $count ->
        [one] was
       *[other] were
    } rejected ({ $reasons }); see { $file }
rejected_more = , other reasons { $count }
swapped_fixes =
    { $count ->
        [one] { $count } fix
       *[other] { $count } fixes
    }, more than are usable, { $count ->
        [one] is
       *[other] are
    } outside the range of coordinates: are the columns of longitude and latitude exchanged?
kept_points = points whose row cannot be used, judged by the last record that could: { $count } ({ $points })
unlocated = points without a usable location: { $count } ({ $points })
unplaced = points among them whose place the tracks do not show, so that their pickups cannot be decided: { $count } ({ $points })
unscheduled =
    { $count ->
        [one] { $count } alert cannot be decided, as it is
       *[other] { $count } alerts cannot be decided, as it is
    } not known what was due: rows of the schedule or of the calendar could not be read, or name nothing that is known. Correct them (rejected_schedule.csv and rejected_calendar.csv list what was not read) and run again
joined =
    { $count ->
        [one] { $count } id
       *[other] { $count } ids
    } of { $source } spelt otherwise { $count ->
        [one] was
       *[other] were
    } joined: { $ids }
joined_as = { $id } is { $own }
alone_schedule = points of the schedule that the points file does not have: { $count } ({ $ids })
alone_alerts = points of alerts that are not in the registry: { $count } ({ $ids })
alone_checks = points of field checks that the points file does not have: { $count } ({ $ids })
alone_calendar = points or townships of the calendar that the points file does not have, so that its rows for them change nothing: { $count } ({ $ids })
alone_vehicles = scheduled vehicles that were never heard: { $count } ({ $ids })
alone_fixes = devices that the vehicles file does not have: { $count } ({ $ids })
alone_probably = { $id }, probably { $own }
grain_times = the times in { $files } have lost their seconds ({ $size }, { $count ->
        [one] one vehicle
       *[other] { NUMBER($count) } vehicles
    }): fixes of one time are spread over it in the order of the file, and nothing shorter is concluded; export the fixes without a spreadsheet, or with seconds
grain_positions = the positions in { $files } have lost digits (they lie on a lattice { $size } wide, { $count ->
        [one] one vehicle
       *[other] { NUMBER($count) } vehicles
    }): nothing finer than half of it is concluded, and no point is moved by them; export longitude and latitude with six digits after the point (MySQL: DOUBLE, not FLOAT)
unfetched = not fetched: { $inputs }: { $message }. What was fetched before is used, and dates that may lack fixes are judged again
failed = not read: { $file }: { $message }
no_fixes = { $day }: no fixes at all, so its pickups cannot be decided yet: put the track files of that day in place and run it again
few_fixes =
    { $day }: only { $count ->
        [one] { $count } fix
       *[other] { $count } fixes
    }, where other dates have about { $usual }: a file of that day seems to be missing; put it in place and run the date again
changes = The points file changed the registry (all changes are in { $file }):
changes_moved = moved: { $count } ({ $points })
changes_moved_by = { $point } by { $metres }
changes_renamed = probably renamed, a new id at the same place: { $count } ({ $points })
changes_renamed_to = { $was } is now { $now }
changes_split = probably split: { $count } ({ $points })
changes_split_to = { $was } into { $now }
changes_merged = probably merged: { $count } ({ $points })
changes_merged_to = { $was } into { $now }
changes_added = new: { $count } ({ $points })
changes_retired = removed from the file: { $count } ({ $points })
changes_returned = back in the file: { $count } ({ $points })
changes_township =
    townships redrawn: { $count ->
        [one] { $count } point
       *[other] { $count } points
    } ({ $points })
changes_township_to = { $count } from { $was } to { $now }
changes_changed =
    changed otherwise: { $count ->
        [one] { $count } point
       *[other] { $count } points
    } ({ $points })
changes_none_township = no township
revised =
    Revised since the last run: { $pickups ->
        [one] { $pickups } pickup
       *[other] { $pickups } pickups
    }, { $alerts ->
        [one] { $alerts } alert
       *[other] { $alerts } alerts
    } (columns revised_at and earlier_verdict)
retracted =
    { $count ->
        [one] { $count } alert
       *[other] { $count } alerts
    } classified as genuine before { $count ->
        [one] is
       *[other] are
    } withdrawn
revised_pickup = { $day } { $name }: { $earlier } before, now { $now }{ $cause }
revised_alert = { $day } alert { $name }: { $earlier } before, now { $now }{ $cause }
nothing_due = Nothing is due: every date up to { $last } is done.
nothing_expected = Nothing is due: no date before today has data.
no_data_since =
    No data has arrived since { $last }: { $days ->
        [one] { $days } day has
       *[other] { $days } days have
    } no fixes at all.
shrunk = { $day } has less data now than when it was judged; its verdicts are kept.
more = and { $count } more
set_aside = { $day } could not be judged and is set aside ({ $reason }); the other dates are done, and the next round tries it again: a fault of the program, please report it
