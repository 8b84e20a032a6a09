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
