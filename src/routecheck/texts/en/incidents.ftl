### Incidents: the label; what it means; what happened; what to do.

feed_missing = no data at all
    .meaning = No vehicle at all was heard on that date.
    .sentence = No vehicle at all was heard on { $day }; { $pickups } cannot be told.
    .action = Ask whoever delivers the GPS data for that day; it is judged again when they come.

feed_gap = no data for some hours
    .meaning = For some hours no vehicle was heard.
    .sentence = From { $start } to { $end } none of { $vehicles } vehicles was heard; { $pickups } cannot be told.
    .action = Ask whoever delivers the GPS data for those hours; it is judged again when they come.

route_not_run = round not run
    .meaning = A vehicle did not do its round, and nobody took over.
    .sentence = { $vehicle } did not do its round between { $start } and { $end }, and nobody took over; { $pickups } missed.
    .action = Send a vehicle for the round, and ask what kept { $vehicle } away.

route_broken_off = round broken off
    .meaning = A vehicle began its round and did not end it, and nobody took over.
    .sentence = { $vehicle } collected until { $last_served } and not further, and nobody took over; { $pickups } missed.
    .action = Send a vehicle for the rest of the round, and ask what stopped { $vehicle }.

device_silent = device silent all day
    .meaning = The device of a vehicle reported nothing on that date.
    .sentence = Nothing was heard from { $vehicle } on { $day }; { $pickups } cannot be told.
    .action = Check the device of { $vehicle }; ask the crew about its round.

device_died = device fell silent
    .meaning = The device of a vehicle reported nothing more from some moment on.
    .sentence = { $vehicle } was last heard at { $start }, and not again that day; { $pickups } cannot be told.
    .action = Check the device of { $vehicle }; ask the crew about the rest of its round.

device_gap = device silent for a while
    .meaning = The device of a vehicle reported nothing for a while.
    .sentence = Nothing was heard from { $vehicle } from { $start } to { $end }; { $pickups } cannot be told.
    .action = Ask the crew of { $vehicle } about these hours; check the device if it happens again.

device_poor = device inaccurate
    .meaning = The fixes of a vehicle are too inaccurate to tell several pickups.
    .sentence = The fixes of { $vehicle } are too inaccurate to tell { $pickups } between { $start } and { $end }.
    .action = Check the antenna of { $vehicle }; ask the crew about these pickups.

clock = device clock off
    .meaning = The clock or the time zone of a device is off; it is corrected for judging.
    .sentence = The clock of the device on { $vehicle } is { $clock } { $way }, seen from { $start } to { $end }; it was corrected for judging. It made { $false_alerts }.
    .action = Have the clock and the time zone of the device on { $vehicle } set.

feed_clock = times of the feed off
    .meaning = The times of most devices are off by the same; they are corrected for judging.
    .sentence = The times of { $vehicles } devices are all { $clock } { $way }, seen from { $start } to { $end }; they were corrected for judging. That made { $false_alerts }.
    .action = Ask whoever delivers the GPS data which time zone its times are in, and have it set.

batch_datum = batch in another datum
    .meaning = The points of a township, file or survey are recorded in another datum than declared.
    .sentence = { $points } points of { $batch } are recorded as { $reading }, about { $offset } from where vehicles stop for them; that made { $false_alerts }.
    .action = Accept the corrections of these points, and give the monitor the corrected records.

batch_shift = batch shifted
    .meaning = The points of a township, file or survey are all shifted by one offset.
    .sentence = { $points } points of { $batch } are recorded about { $offset } from where vehicles stop for them, all in one direction; that made { $false_alerts }.
    .action = Accept the corrections of these points, and give the monitor the corrected records.

taken_over = round taken over
    .meaning = Another vehicle did the pickups of a vehicle.
    .sentence = { $other } did { $pickups } of { $vehicle }, { $start } to { $end }; that made { $false_alerts }.
    .action = Nothing to do; if it stays so, give the monitor the new schedule.

other_hours = round at other hours
    .meaning = A vehicle did its pickups outside their windows.
    .sentence = { $vehicle } did { $pickups } outside their windows, { $start } to { $end }; that made { $false_alerts }.
    .action = If it stays so, give the schedule the new windows; else ask what delayed { $vehicle }.

late_data = data of a vehicle came late
    .meaning = The fixes of a vehicle were received after the monitor had raised its alerts.
    .sentence = What { $vehicle } recorded from { $start } to { $end } was received by { $seen }; { $alerts } had been raised before.
    .action = Nothing to collect; have the upload of { $vehicle } looked at if it happens again.

seldom_heard = device reports too seldom
    .meaning = A device reports so seldom that the monitor does not see its vehicle at the points.
    .sentence = The device of { $vehicle } reports so seldom that no fix lies at the points of { $pickups }, { $start } to { $end }; that made { $false_alerts }.
    .action = Let the monitor test the track between fixes, or have { $vehicle } report more often.

monitor_fault = monitor wrong about a batch
    .meaning = The monitor raised alerts although its own rule held, for a whole batch.
    .sentence = The monitor raised { $alerts } { $about }, although its own rule held.
    .action = Report the fault to whoever runs the monitor.

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
