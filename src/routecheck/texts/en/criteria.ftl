### What each criterion of a verdict saw.

observers = Vehicles whose tracks would show the pickup: { $observers }.
fixes_in_window = Fixes of the vehicle in the window: { $fixes_in_window }.
fixes_inside = Fixes within the tolerance: { $fixes_inside }.
stood = Stood { $dwell }; at most { $dwell_max }, given the time between fixes.
stood_at_most = Stood { $dwell_max } at most.
inside_window = The stop was within the window.
outside_window = The stop was { $outside } outside the window.
own_vehicle = It was the scheduled vehicle.
other_vehicle = It was not the scheduled vehicle.
covered = { $covered } of the line was driven along.
silent = No fix from { $silent_from } to { $silent_until }.
stand_outside = There was a stop { $stand_outside } from the point, outside the tolerance.
stand_of_other = There was a stop { $stand_outside } from the point; it belongs to point { $stand_belongs_to }.
offset = The place that was judged is { $offset } from the recorded one.
others_offset = On that date it stood about { $others_offset } from its other points.
other_place_share = It also stood where the point may be as well, { $other_place } away (probability { $other_share }).
round_stood = It stood { $round_stood } times on its way, not at its { $round_due } points.
clock = The clock of the device is { $clock } { $clock_way }; corrected for judging.
nearest = The nearest fix of { $nearest_vehicle } was { $nearest } away at { $nearest_at }.
spread = Its fixes scatter by { $spread } while it stands { $stand_away } from the point, { $stood_from } to { $stood_until }.
scatter = Its fixes scatter by { $spread } at about { $stood_from }, { $stand_away } from the point.
not_located = The registry holds no usable location.
contradicted = There is a recorded location; the tracks contradict it.
model_confidence = The confidence was { $value } before field checks were counted.
reach = The data end at { $until }.
other = { $name }: { $value }
