### Causes: the label; what it means; what explains a verdict of that cause; what to do.

not_due = no pickup was due
    .meaning = No pickup was due: none was scheduled that day, or the point was retired.
    .action = Nothing to do; give the monitor the current schedule and calendar.

datum = recorded in another datum
    .meaning = The point is recorded in another coordinate system than declared (GCJ-02, BD-09 and others).
    .because = The point is recorded in another coordinate system: its recorded place is { $offset } away.
    .action = Accept the correction in corrections.csv, and give the monitor the corrected record; where none is proposed yet, have the point surveyed.

coordinate_error = coordinate written wrongly
    .meaning = Longitude and latitude exchanged, degrees and minutes read as degrees, or digits cut off.
    .because = The coordinate was entered wrongly.
    .action = Accept the correction in corrections.csv, and give the monitor the corrected record; where none is proposed yet, have the point surveyed.

misplaced = recorded in the wrong place
    .meaning = The recorded place is not where vehicles stop for the point; the offset is steady.
    .because = The recorded place is { $offset } from where vehicles stop for it.
    .action = Accept the position in corrections.csv, and give the monitor the corrected record; where none is proposed yet, have the point surveyed.

clock = device clock wrong
    .meaning = The clock or the time zone of the device is wrong.
    .because = Its device's clock is { $clock } { $clock_way }.
    .action = Have the clock and the time zone of the device on { $vehicle } corrected.

other_vehicle = another vehicle collected
    .meaning = A vehicle that is not on the schedule collected it.
    .because = The scheduled vehicle was { $scheduled }.
    .action = If { $vehicle } now always serves this point, enter it in the schedule.

outside_window = collected outside the window
    .meaning = The pickup was made on that service date, but outside the window.
    .because = The window was { $window_from } to { $window_until }.
    .action = Widen the window if this is the usual hour.

late_data = data came late
    .meaning = The fixes that show the pickup arrived after the alert was raised.
    .because = The fixes that show the pickup arrived at { $seen_at }, after the alert at { $raised }.
    .action = Let the monitor wait for late data, or check the data connection of { $vehicle }.

tolerance = stopped just outside the tolerance
    .meaning = The vehicle stopped for the point just outside the tolerance, within the error of GPS and survey.
    .because = That is { $offset } from the recorded place, just outside its tolerance.
    .action = Widen the tolerance of this point.

sparse_fixes = no fix inside the tolerance
    .meaning = The track passes through the tolerance between two fixes; no fix lies inside.
    .because = No fix lies within the tolerance, but the track between two fixes passes through it.
    .action = Let the monitor use the track between fixes, or let { $vehicle } report more often.

monitor_fault = fault of the monitor
    .meaning = By the monitor's own rule the recorded data are sufficient: the alert is wrong.
    .because = A fix within the tolerance and the window had arrived before the alert.
    .action = Report the fault to the operator of the monitor.

route_not_run = route not run
    .meaning = The scheduled vehicle clearly did not work that day or stopped early, and no other vehicle took over.
    .action = Send a vehicle for the round, and find out why { $vehicle } did not drive it.

passed_by = drove past
    .meaning = A vehicle drove past and did not stop.
    .action = Send a vehicle to collect, and ask the crew of { $crew } why it left the point out.

not_approached = no vehicle came near
    .meaning = No vehicle came near the point.
    .action = Send a vehicle to collect.

unknown_point = place not known
    .meaning = The point is not in the registry, has no usable location, or the tracks contradict its recorded place and do not yet show the right one.
    .action = Have someone find where the point is, and enter its location.

no_fixes = no data from the vehicle
    .meaning = The scheduled vehicle sent no data that could show the pickup, or the window is not over.
    .action = Check the device of { $vehicle }; ask the crew about this pickup.

gap = gap in the track
    .meaning = The vehicle could have been at the point within a gap of its track.
    .action = Ask the crew about this pickup.

poor_fixes = fixes not accurate enough
    .meaning = A vehicle stood or passed near the point; its fixes are not accurate enough to decide whether it collected there.
    .action = Ask the crew about this pickup; check the antenna of { $vehicle }.

unknown_schedule = schedule not known
    .meaning = What was due is not known: a row of the schedule or of the calendar for this point could not be read, or its point or vehicle joins to nothing.
    .action = Correct the schedule or the calendar (rejected_schedule.csv and rejected_calendar.csv list the rows that could not be read) and run this date again.
