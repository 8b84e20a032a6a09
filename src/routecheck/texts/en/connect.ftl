### What a source elsewhere gives: shown by `connect`.

looked_at_all = { $count ->
    [one] { $source }: 1 row, as a run understands it:
   *[other] { $source }: { NUMBER($count) } rows; the first, as a run understands them:
}
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
rejected_row = { $reason }: { $text }
wrong = What looks wrong:
fine = Nothing looks wrong.
no_rows = { $source }: no row was found
key_wrong = [{ $kind }]: { $what }
no_table = { $source }: no table has the columns that are needed; there are { $names }. Name one with --table and its headers with --column, or ask with --query
table_unknown = { $source }: there is no table { $table }; there are { $names }
which_table = { $source }: these tables would fit: { $names }. Name one with --table
zone_of_receipts = { $ahead ->
    [0] fixes were received { $hours } h after their time, in the middle: times are probably not in { $zone }; set time_zone
   *[other] fixes were received { $hours } h before their time, in the middle: times are probably not in { $zone }; set time_zone
}
ahead = the newest fixes lie { $hours } h in the future: times are probably not in { $zone }; set time_zone
old = the newest fix is { $days } days old: nothing comes any more, or another table is meant
speed_unit = speeds are in { $unit }, by how far the vehicles came meanwhile; they are read as km/h, so that slow driving passes for standing. Multiply them by { $factor } in a query
whole_minutes = all times are whole minutes: the seconds were lost, and stands shorter than a minute or two cannot be told
axes = longitude and latitude are exchanged: map the columns, lon to that of the latitude and lat to the other
elsewhere = the fixes lie { $km } km from the points: another fleet, or another coordinate system
datum = read as { $datum }, { $share }% of the stands are near a point, as declared { $now }%: set datum = "{ $datum }"
written = { $path }: [{ $section }] is fetched from there now
section = To be written in { $path }; --write does it:
secret = Secrets do not belong in the file: set the environment variable { $names }
secret_not_written = Nothing was written, as secrets do not belong in the file: set the environment variable { $names }, and connect again with the address above, in single quotation marks
unused = Columns that are not used: { $names }. Name one with --column, such as --column vehicle_id=plate
no_place = most positions are no places on the earth: map lon and lat to the columns that hold them
perhaps_utc = the newest fix is { $hours } h old, by as much as { $zone } is from UTC: if times are written in UTC, set time_zone = "UTC"
mark_kind = the watermark { $column } is neither a number nor a time: new rows would not be found by it
hint_mark = new fixes are found by their time; where { $column } grows with each new row, --watermark { $column } asks for less
no_points_due = none of these points is in the schedule: another table is probably meant
not_scheduled = no row is about a point of the points table: another table, or another column, is probably meant
