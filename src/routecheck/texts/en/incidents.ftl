### Incidents: the label; what it means; what happened; what to do.

feed_missing = no data at all
    .meaning = No vehicle sent any data on that date.
    .sentence = No vehicle sent any data on { $day }; { $undecided }.
    .action = Request the GPS data of that day from the data provider; the date is judged again when they arrive.

feed_gap = no data for some hours
    .meaning = No vehicle sent data for some hours.
    .sentence = From { $start } to { $end } none of { $vehicles } vehicles sent data; { $undecided }.
    .action = Request the GPS data of those hours from the data provider; the date is judged again when they arrive.

route_not_run = round not run
    .meaning = A vehicle did not drive its round, and no other vehicle took over.
    .sentence = { $vehicle } did not drive its round between { $start } and { $end }, and no other vehicle took over; { $pickups } missed.
    .action = Send a vehicle for the round, and find out why { $vehicle } did not drive it.

route_broken_off = round broken off
    .meaning = A vehicle began its round and did not finish it, and no other vehicle took over.
    .sentence = { $vehicle } collected until { $last_served } and then stopped, and no other vehicle took over; { $pickups } missed.
    .action = Send a vehicle for the rest of the round, and find out why { $vehicle } stopped.

device_silent = device silent all day
    .meaning = The device of a vehicle sent no data on that date.
    .sentence = { $vehicle } sent no data on { $day }; { $undecided }.
    .action = Check the device of { $vehicle }; ask the crew about its round.

device_died = device stopped sending
    .meaning = The device of a vehicle sent no more data from some moment on.
    .sentence = { $vehicle } sent its last data of that day at { $start }; { $undecided }.
    .action = Check the device of { $vehicle }; ask the crew about the rest of its round.

device_gap = device silent for a while
    .meaning = The device of a vehicle sent no data for a while.
    .sentence = { $vehicle } sent no data from { $start } to { $end }; { $undecided }.
    .action = Ask the crew of { $vehicle } about these hours; check the device if it happens again.

device_poor = device not accurate enough
    .meaning = The fixes of a vehicle are not accurate enough to decide several pickups.
    .sentence = The fixes of { $vehicle } are not accurate enough to decide { $pickups } between { $start } and { $end }.
    .action = Ask the crew about these pickups; if it happens again, check the antenna of { $vehicle }.

clock = device clock wrong
    .meaning = The clock or the time zone of a device is wrong; it is corrected for judging.
    .sentence = The clock of the device on { $vehicle } is { $clock } { $way }, seen from { $start } to { $end }; it was corrected for judging. It caused { $false_alerts }.
    .action = Have the clock and the time zone of the device on { $vehicle } corrected.

feed_clock = times of the whole feed wrong
    .meaning = The times of most devices are wrong by the same amount; they are corrected for judging.
    .sentence = The times of { $vehicles } devices are all { $clock } { $way }, seen from { $start } to { $end }; they were corrected for judging. That caused { $false_alerts }.
    .action = Find out from the data provider which time zone its times are in, and have it corrected.

feed_datum = positions of the whole feed wrong
    .meaning = The places that all vehicles stop at differ from the records in one and the same way: one declared coordinate system is wrong, not the points.
    .sentence = { $points } of { $of_points } points differ from where vehicles stop for them in one and the same way, by about { $offset }: what they have in common is a declared coordinate system ({ $key } = "{ $declared }"). Nothing is proposed for the points; all pickups were judged at the places that the tracks show.
    .action = Set { $key } = "{ $value }" in the configuration and run again.

feed_displaced = positions of the whole feed wrong on a date
    .meaning = The positions of most vehicles are displaced in the same way on one date.
    .sentence = On { $day } the positions of { $vehicles } vehicles are all { $shift }, by about { $offset }. Positions that a known shift puts back were corrected for judging, others are not believed; { $undecided }.
    .action = Find out from the data provider what changed on { $day }, and have it corrected.

feed_stuck = positions of the whole feed frozen
    .meaning = Most devices repeat their positions from the same moment on: the feed, not the vehicles.
    .sentence = From { $start } on { $vehicles } vehicles repeat one position each, all from the same moment: the feed stopped, not the vehicles; { $undecided }.
    .action = Request the GPS data of those hours from the data provider; the date is judged again when they arrive.

device_elsewhere = device reports another part of the world
    .meaning = The positions of a vehicle lie far from the site and from where it works on other days; they are not believed.
    .sentence = The device of { $vehicle } reports positions { $offset } from the site on { $day }. They are not believed; { $undecided }.
    .action = Check the device of { $vehicle }: the sign or the order of its coordinates; ask the crew about its round.

device_displaced = device displaced
    .meaning = The positions of a vehicle are displaced as a whole on one date; they are corrected for judging.
    .sentence = The device of { $vehicle } reports positions that are { $shift } on { $day }, by { $offset }; they were corrected for judging.
    .action = Check what changed at the device of { $vehicle } or on its platform, and have the coordinate system corrected.

device_blurred = device inaccurate
    .meaning = A vehicle stands beside its usual places all day, or beside several of them alike for a part of it; its fixes accuse nobody.
    .sentence = On { $day } { $vehicle } stood { $offset } beside its usual places, where it stands within a few metres on other days; { $undecided }.
    .action = Ask the crew about its round; if it happens again, check the antenna of { $vehicle }.

device_stuck = device repeats one position
    .meaning = A device whose positions always vary a little repeats one position; it is not believed in that time.
    .sentence = The device of { $vehicle } repeated one position from { $start } to { $end }. That is not believed; { $undecided }.
    .action = Check the receiver of { $vehicle } (restart it); ask the crew about these hours.

zone_contradicted = The configuration says fixes.time_zone = "{ $zone }"; the data contradict it.

set_either_datum = Set fixes.datum = "{ $value }" in the configuration and run again; if it is the points file that is in another system, set points.datum = "{ $points_value }" instead.

set_time_zone = Set fixes.time_zone = "{ $zone }" in the configuration: that is the zone of its times. Where each time has an offset of its own, have the data provider correct it.

shift_none = far from the site

shift_gcj02 = in GCJ-02

shift_bd09 = in BD-09

shift_gcj02_inverse = converted from GCJ-02 once too often

shift_constant = displaced by a constant

shift_swapped = with longitude and latitude exchanged

shift_sign_lon = on the other side of Greenwich

shift_sign_lat = on the other side of the equator

batch_datum = batch in another coordinate system
    .meaning = The points of a township, file or survey are recorded in another coordinate system than declared.
    .sentence = { $points } points of { $batch } are recorded as { $reading }, about { $offset } from where vehicles stop for them; that caused { $false_alerts }.
    .action = Accept the corrections of these points, and give the monitor the corrected records.

batch_shift = batch shifted
    .meaning = The points of a township, file or survey are all shifted by the same offset.
    .sentence = { $points } points of { $batch } are recorded about { $offset } from where vehicles stop for them, all in one direction; that caused { $false_alerts }.
    .action = Accept the corrections of these points, and give the monitor the corrected records.

taken_over = round taken over
    .meaning = Another vehicle made the pickups of a vehicle.
    .sentence = { $other } made { $pickups } of { $vehicle }, { $start } to { $end }; that caused { $false_alerts }.
    .action = Nothing to do; if this is permanent, give the monitor the new schedule.

other_hours = round at other hours
    .meaning = A vehicle made its pickups outside their windows.
    .sentence = { $vehicle } made { $pickups } outside their windows, { $start } to { $end }; that caused { $false_alerts }.
    .action = If this is permanent, enter the new windows in the schedule; otherwise find out what delayed { $vehicle }.

late_data = data of a vehicle came late
    .meaning = The fixes of a vehicle arrived after the monitor had raised its alerts.
    .sentence = The data of { $vehicle } from { $start } to { $end } arrived only by { $seen }; { $alerts } had been raised before.
    .action = No pickup to make up for; have the data upload of { $vehicle } checked if it happens again.

seldom_heard = device reports too seldom
    .meaning = A device reports so seldom that the monitor does not see its vehicle at the points.
    .sentence = The device of { $vehicle } reports so seldom that no fix lies at the points of { $pickups }, { $start } to { $end }; that caused { $false_alerts }.
    .action = Let the monitor use the track between fixes, or let { $vehicle } report more often.

monitor_fault = monitor wrong about a batch
    .meaning = The monitor raised alerts for a whole batch although by its own rule the data were sufficient.
    .sentence = The monitor raised { $alerts } { $about }, although by its own rule the data were sufficient.
    .action = Report the fault to the operator of the monitor.

not_due = nothing was due
    .meaning = The monitor raised alerts where no pickup was due that day.
    .sentence = No pickup was due { $about } on { $day }; the monitor raised { $alerts } all the same.
    .action = Nothing to do; give the monitor the current schedule and calendar.

slow = behind

fast = ahead

whole = over the whole area

of_vehicle = for pickups of { $vehicle }

of_batch = in { $batch }

pickups =
    { $n ->
        [0] no pickup
        [one] 1 pickup
       *[other] { $n } pickups
    }
undecided =
    { $n ->
        [0] no pickup is left undecided by it
        [one] 1 pickup cannot be decided
       *[other] { $n } pickups cannot be decided
    }
alerts =
    { $n ->
        [0] no alert
        [one] 1 alert
       *[other] { $n } alerts
    }
false_alerts =
    { $n ->
        [0] no false alert
        [one] 1 false alert
       *[other] { $n } false alerts
    }
