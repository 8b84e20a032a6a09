### What is wrong with a call of the library, in one line.

no_table = { $name } must be a data frame or the path of a file; found { $found }
time_zone_wanted = time_zone is missing: the local time of the site, such as time_zone="Asia/Shanghai"
dates_wanted = give the service dates: date="2026-03-02", or dates=[…] with one at least
date_wrong = a service date must be a date like "2026-03-02", found { $found }
several_dates = these results are of { $count } dates: give one, as date="{ $first }"
date_not_judged = { $day } was not judged: the results are of { $first } to { $last }
closed = these results were closed; read the tables that are wanted before that
settings_wrong = settings: { $what }
no_kind = there is no table "{ $found }"; there are: { $known }
gtfs_no_table = { $file }: it is no GTFS, as it has no { $table }.txt
gtfs_no_column = { $file }: GTFS needs the column { $column } in it
gtfs_nothing_due = { $file }: no departure is due from { $first } to { $last }; check the dates of its calendar
mfjson_nothing = { $file }: no trajectory in it; a MovingPoint with datetimes and coordinates is wanted (MF-JSON Prism), or a LineString with datetimes
