### Incidents: the label; what it means; what happened; what to do.

feed_missing = no data at all
    .meaning = No vehicle sent any data on that date.
    .sentence = No vehicle sent any data on { $day }; { $pickups } cannot be decided.
    .action = Request the GPS data of that day from the data provider; the date is judged again when they arrive.

feed_gap = no data for some hours
    .meaning = No vehicle sent data for some hours.
    .sentence = From { $start } to { $end } none of { $vehicles } vehicles sent data; { $pickups } cannot be decided.
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
    .sentence = { $vehicle } sent no data on { $day }; { $pickups } cannot be decided.
    .action = Check the device of { $vehicle }; ask the crew about its round.

device_died = device stopped sending
    .meaning = The device of a vehicle sent no more data from some moment on.
    .sentence = { $vehicle } sent its last data of that day at { $start }; { $pickups } cannot be decided.
    .action = Check the device of { $vehicle }; ask the crew about the rest of its round.

device_gap = device silent for a while
    .meaning = The device of a vehicle sent no data for a while.
    .sentence = { $vehicle } sent no data from { $start } to { $end }; { $pickups } cannot be decided.
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
