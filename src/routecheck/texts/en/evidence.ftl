### Why a verdict is what it is, by what judging found.

collected = { $vehicle } stood { $dwell } at the point, { $arrived } to { $departed }, { $distance } from it.
tolerance = { $vehicle } stood { $dwell } just outside the tolerance, { $arrived } to { $departed }, { $distance } from the point.
hidden = { $vehicle } took about { $dwell } longer past the point than the way needs, between its fixes at { $silent_from } and { $silent_until }: it stood there.
unknown_point = No stop was found that is clearly this point's: vehicles do not stop at its recorded place, and the tracks do not yet settle where it is.
no_location = The registry holds no usable location for this point.
not_registered = The point is not in the registry.
not_due = No pickup was scheduled for this point on { $day }.
retired = The point was retired on { $retired }.
window_open = Data reach only to { $until }; the window was not over.
no_observer = No vehicle is scheduled, and none that could have collected was heard.
feed_missing = No vehicle at all was heard on { $day }: the feed is missing.
no_fixes = Nothing was heard from { $vehicle } from { $silent_from } to { $silent_until }.
gap = Nothing was heard from { $vehicle } from { $silent_from } to { $silent_until }; it could have been at the point in that time.
gap_short = { $vehicle } passed between { $silent_from } and { $silent_until }; its fixes do not tell whether it stood (up to { $dwell_max }).
poor_fixes = { $vehicle } stood { $stand_away } from the point, { $stood_from } to { $stood_until }; its fixes scatter by { $spread }, too inaccurate to tell whether that was for this point.
poor_pass = { $vehicle } was { $stand_away } from the point at { $stood_from }; its fixes scatter by { $spread } about then, too inaccurate to tell whether it stood.
route_not_run = { $vehicle } did not do its round between { $window_from } and { $window_until }; the nearest it came was { $nearest } at { $nearest_at }.
route_not_run_aside = { $vehicle } did not do its round between { $window_from } and { $window_until }; the nearest it came on that date was { $nearest }, at { $nearest_at }, outside the window.
stayed_home = { $vehicle } was heard all the time between { $window_from } and { $window_until } and never left its yard; nobody took over its round.
passed_by = { $vehicle } drove past at { $arrived }, { $distance } from the point, and did not stop.
not_approached = No vehicle came near between { $window_from } and { $window_until }; the nearest was { $nearest_vehicle }, { $nearest } away at { $nearest_at }.
not_approached_aside = No vehicle came near between { $window_from } and { $window_until }; the nearest of the date was { $nearest_vehicle }, { $nearest } away at { $nearest_at }, outside the window.
also_known_as = The same place is in the schedule as { $known_as }.
received_late = The fixes that show it were received after the alert.
