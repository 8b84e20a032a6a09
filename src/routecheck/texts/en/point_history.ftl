### The record of a point through time, and the versions of its verdicts.

kind_pickup = pickup
kind_alert = alert
version = version { $version }
said_from = valid from { $since }
said_until = valid { $since } to { $until }
renamed_to = probably { $point } since { $at } (same place, new id)
renamed_from = probably { $point } before { $at } (same place, former id)
split_to = probably split on { $at }, into { $point } among others
split_from = probably split from { $point } on { $at }
merged_to = probably merged into { $point } on { $at }
merged_from = probably replaced { $point } on { $at }, among others
records = In the registry:
span = { $since } to { $until }  { $name }, { $township }  { $place }  (entered { $at }, { $by })
always = always
now = now
nowhere = no location
changes = What the points file changed:
change_moved = moved
change_moved_by = moved by { $metres }
change_changed = { $field } changed
change_retired = removed from the file
change_returned = back in the file
corrections = Corrections:
correction = { $at }  { $state }  { $cause }  { $confidence }
decided = { " " }by { $by }
holds = , holds from { $since }
held = , held from { $since } to { $until }; then the points file changed the point
past = { " " }(no longer)
alerts =
    Alerts on { $days ->
        [one] { $days } day
       *[other] { $days } days
    }, { $first } to { $last }: false { $false }, genuine { $genuine }, cannot be decided { $unverifiable }
