### Why a verdict is what it is, by what judging found.

collected = { $distance_m ->
        [0] { $vehicle } stood { $dwell } at the point, { $arrived } to { $departed }.
       *[other] { $vehicle } stood { $dwell } at the point, { $arrived } to { $departed }, { $distance } from it.
    }
tolerance = { $vehicle } stood { $dwell } just outside the tolerance, { $arrived } to { $departed }, { $distance } from the point.
hidden = Between its fixes at { $silent_from } and { $silent_until }, { $vehicle } took about { $dwell } longer than driving past the point needs: it stood there.
unknown_point = No stop clearly belongs to this point: vehicles do not stop at its recorded place, and the tracks do not yet show where it really is.
no_location = The registry holds no usable location for this point.
not_registered = The point is not in the registry.
not_due = No pickup was scheduled for this point on { $day }.
schedule_row_unread = What was due at this point on { $day } is not known: a row of the schedule for it could not be read.
schedule_row_unjoined = What was due at this point on { $day } is not known: the schedule names { $named }, which the points file does not have and which is probably this point.
schedule_vehicle_unjoined = What was due at this point on { $day } is not known: { $named }, which the schedule names for it, was never heard.
schedule_unread = What was due at this point on { $day } is not known: no row of the schedule that could be read names it, and others could not be read or name points that the points file does not have.
retired = The point was retired on { $retired }.
window_open = The data end at { $until }, before the end of the window.
no_observer = No vehicle is scheduled, and no vehicle that could have collected sent data.
feed_missing = No vehicle sent any data on { $day }: the whole feed is missing.
no_fixes = { $vehicle } sent no data from { $silent_from } to { $silent_until }.
gap = { $vehicle } sent no data from { $silent_from } to { $silent_until }; it could have been at the point in that time.
gap_short = { $vehicle } passed the point between { $silent_from } and { $silent_until }; its fixes do not show whether it stood there (at most { $dwell_max }).
poor_fixes = { $vehicle } stood { $stand_away } from the point, { $stood_from } to { $stood_until }; its fixes scatter by { $spread }, too much to decide whether it stood for this point.
poor_pass = { $vehicle } was { $stand_away } from the point at { $stood_from }; its fixes scatter by { $spread } at that time, too much to decide whether it stood.
coarse_fixes = The positions of { $vehicle } lie on a lattice { $spread } wide; it came within { $stand_away } of the point by them. They do not show whether it stood at the point, or within its tolerance.
parked_beside = { $vehicle } was parked { $stand_away } from the point, { $stood_from } to { $stood_until }, as where it rests or waits: that does not show whether it served the point.
device_elsewhere = The positions of { $vehicle } on that date lie { $spread } from the site and from where it works on other days. They are not believed.
device_displaced = The device of { $vehicle } reports positions that are { $shift } on { $day }, by { $shift_length }; they were corrected for judging.
device_poor = On that date { $vehicle } stood { $spread } beside its usual places, where it stood within a few metres on other days: its fixes do not show whether it stood at this point.
device_stuck = The device of { $vehicle } repeated one position from { $silent_from } to { $silent_until }, although its positions always vary a little. It is not believed.
route_not_run = { $vehicle } did not drive its round between { $window_from } and { $window_until }; its nearest distance was { $nearest }, at { $nearest_at }.
route_not_run_aside = { $vehicle } did not drive its round between { $window_from } and { $window_until }; its nearest distance on that date was { $nearest }, at { $nearest_at }, outside the window.
stayed_home = { $vehicle } sent data all the time between { $window_from } and { $window_until } and never left its yard; no other vehicle took over its round.
passed_by = { $distance_m ->
        [0] { $vehicle } drove past the point at { $arrived } and did not stop.
       *[other] { $vehicle } drove past at { $arrived }, { $distance } from the point, and did not stop.
    }
passed_by_other = { $scheduled } was scheduled and came no nearer than { $own_nearest }, at { $own_nearest_at }. { $distance_m ->
        [0] { $vehicle } drove past the point at { $arrived } and did not stop.
       *[other] { $vehicle } drove past at { $arrived }, { $distance } from the point, and did not stop.
    }
not_approached = No vehicle came near between { $window_from } and { $window_until }; the nearest was { $nearest_vehicle }, { $nearest } away at { $nearest_at }.
not_approached_aside = No vehicle came near between { $window_from } and { $window_until }; the nearest on that date was { $nearest_vehicle }, { $nearest } away at { $nearest_at }, outside the window.
also_known_as = In the schedule the same place has the id { $known_as }.
received_late = The fixes that show the pickup arrived after the alert.
near_stand = { $vehicle } stood { $stand_away } from the point, { $stood_from } to { $stood_until }: outside the tolerance, but so near that GPS error could explain the distance; whether it stood for this point cannot be decided.
