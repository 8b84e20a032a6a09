### What the columns of the input files hold, by canonical name; $table is the kind of file.

alert_id = identifier of the alert
by = who looked
collected = true or false: whether it had been collected
date = the day
device_id = terminal, as the fixes name it
due = true or false: whether pickups are due
every_days = every so many days, counted from valid_from
heading_deg = course over ground in degrees
lat = latitude, or northing
lon = longitude, or easting
name = name
point_id = { $table ->
    [points] identifier, as text
    [calendar] point it holds for, blank: all
   *[other] collection point
}
raised_at = time of the alert
received_at = time of receipt
route_id = route
service_date = date the pickup was due
speed_kmh = speed in km/h
time = time of the fix, with the time of day
tolerance_m = tolerance in metres, blank: the default
township = { $table ->
    [calendar] township it holds for, blank: all
   *[other] township
}
valid_from = first day, inclusive
valid_to = last day, inclusive
vehicle_id = { $table ->
    [schedule] scheduled vehicle, blank: any
    [fixes] vehicle or terminal
   *[other] vehicle
}
village = village
weekdays = ISO digits, 1 = Monday; 1234567 = daily
window_end = end of the window, HH:MM; not after the start: next day
window_start = { $table ->
    [alerts] start of the window it names, blank: all
    [checks] start of its window, blank: all of that day
   *[other] start of the window, HH:MM
}
