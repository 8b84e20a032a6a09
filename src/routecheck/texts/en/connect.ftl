### What a source elsewhere gives: shown by `connect`.

looked_at = { $count ->
    [one] { $source }: 1 row looked at, as a run understands it:
   *[other] { $source }: { NUMBER($count) } rows looked at; the newest, as a run understands them:
}
span = From { $first } to { $last } local time (the last is { $utc } UTC).
known = { $count ->
    [one] 1 vehicle of the schedule was heard: { $names }
   *[other] { $count } vehicles of the schedule were heard: { $names }
}
strange = { $count ->
    [one] 1 vehicle is not in the schedule: { $names }
   *[other] { $count } vehicles are not in the schedule: { $names }
}
silent = { $count ->
    [one] 1 vehicle of the schedule was not heard: { $names }
   *[other] { $count } vehicles of the schedule were not heard: { $names }
}
rejected = { $count ->
    [one] 1 row cannot be used: { $reasons }
   *[other] { NUMBER($count) } rows cannot be used: { $reasons }
}
wrong = What looks wrong:
fine = Nothing looks wrong.
no_rows = { $source }: no row was found
key_wrong = [{ $kind }] { $name }: { $reason }
no_table = { $source }: no table has the columns that are needed; there are { $names }. Name one with --table and its headers with --column, or ask with --query
which_table = { $source }: these tables would fit: { $names }. Name one with --table
zone_of_receipts = { $ahead ->
    [0] fixes were received { $hours } h after their time, in the middle: times are probably not in { $zone }; set time_zone
   *[other] fixes were received { $hours } h before their time, in the middle: times are probably not in { $zone }; set time_zone
}
ahead = the newest fixes lie { $hours } h in the future: times are probably not in { $zone }; set time_zone
old = the newest fix is { $days } days old: nothing comes any more, or another table is meant
speed_unit = speeds are in { $unit }, by how far the vehicles came meanwhile; they are read as km/h. Speeds are hardly used; convert them in the query
whole_minutes = all times are whole minutes: the seconds were lost, and stands shorter than a minute or two cannot be told
axes = longitude and latitude are exchanged: map the columns, lon to that of the latitude and lat to the other
elsewhere = the fixes lie { $km } km from the points: another fleet, or another coordinate system
datum = read as { $datum }, { $share }% of the stands are near a point, as declared { $now }%: set datum = "{ $datum }"
written = { $path }: [{ $section }] is fetched from there now
section = To be written in { $path }; --write does it:
password = The password does not belong in the file: set the environment variable { $name }
