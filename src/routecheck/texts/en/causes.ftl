### Causes: the label; what it means; what explains a verdict of that cause; what to do.

not_due = no pickup was due
    .meaning = No pickup was due: not scheduled that day, or the point had been retired.
    .action = Nothing to do; give the monitor the current schedule and calendar.

datum = recorded in another datum
    .meaning = The point is recorded in another datum than declared (GCJ-02, BD-09 and others).
    .because = The point is recorded in another datum: its recorded place is { $offset } away.
    .action = Accept the correction in corrections.csv, and give the monitor the corrected record; where none is proposed yet, have the point surveyed.

coordinate_error = coordinate written wrongly
    .meaning = Swapped axes, degrees and minutes read as degrees, or digits cut off.
    .because = The coordinate was written wrongly.
    .action = Accept the correction in corrections.csv, and give the monitor the corrected record; where none is proposed yet, have the point surveyed.

misplaced = recorded in the wrong place
    .meaning = The recorded location lies elsewhere than where vehicles stop for the point, by a steady offset.
    .because = The recorded place is { $offset } from where vehicles stop for it.
    .action = Accept the position in corrections.csv, and give the monitor the corrected record; where none is proposed yet, have the point surveyed.

clock = device clock off
    .meaning = The clock or the time zone of the device is off.
    .because = The clock of its device is { $clock } { $clock_way }.
    .action = Have the clock and time zone of the device of { $vehicle } set right.

other_vehicle = another vehicle collected
    .meaning = A vehicle that is not on the schedule collected it.
    .because = Scheduled was { $scheduled }.
    .action = Enter { $vehicle } in the schedule if it serves this point for good.

outside_window = collected outside the window
    .meaning = Collected on that service date, outside the window.
    .because = The window was { $window_from } to { $window_until }.
    .action = Widen the window if this is the usual hour.

late_data = data came late
    .meaning = The fixes that show the pickup were received after the alert was raised.
    .because = The fixes that show it were received at { $seen_at }, after the alert at { $raised }.
    .action = Let the monitor wait for late data, or check the reception of { $vehicle }.

tolerance = stopped just outside the tolerance
    .meaning = The vehicle stopped for the point just outside the tolerance, within GPS and survey error.
    .because = That is { $offset } from the recorded place, just outside its tolerance.
    .action = Widen the tolerance of this point.

sparse_fixes = no fix inside the tolerance
    .meaning = The track passes through the tolerance between two fixes; no fix lies inside.
    .because = No fix lies within the tolerance; the track between two fixes does.
    .action = Let the monitor test the track between fixes, or have { $vehicle } report more often.

monitor_fault = fault of the monitor
    .meaning = The plain rule holds on the recorded data: the monitor is wrong.
    .because = A fix within the tolerance and the window was received before the alert.
    .action = Report the fault to whoever runs the monitor.

route_not_run = route not run
    .meaning = The scheduled vehicle evidently did not work that day or broke off, and nobody took over.
    .action = Send a vehicle for the round, and ask what kept { $vehicle } away.

passed_by = drove past
    .meaning = A vehicle drove past and did not stop.
    .action = Send a vehicle to collect, and ask the crew of { $crew } why the point was left out.

not_approached = no vehicle came near
    .meaning = No vehicle came near.
    .action = Send a vehicle to collect.

unknown_point = place not known
    .meaning = The point is not in the registry, has no usable location, or the tracks contradict its recorded place and do not yet settle the right one.
    .action = Have someone look where the point is, and enter its location.

no_fixes = nothing heard from the vehicle
    .meaning = The scheduled vehicle reported nothing that could show it, or its window is not over.
    .action = Check the device of { $vehicle }; ask the crew about this pickup.

gap = gap in the track
    .meaning = The vehicle could have been there within a gap.
    .action = Ask the crew about this pickup.

poor_fixes = fixes too inaccurate
    .meaning = Fixes are there, and too inaccurate to tell.
    .action = Ask the crew about this pickup; check the antenna of { $vehicle }.
