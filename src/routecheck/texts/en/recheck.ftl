### One point, looked at again.

recorded = recorded at { $lat }, { $lon }
not_recorded = no usable location on record
judged_recorded = judged there, tolerance { $tolerance } m
judged_learnt = judged at { $lat }, { $lon }{ $offset }: found from where vehicles stop for it; tolerance { $tolerance } m
judged_accepted = judged at { $lat }, { $lon }{ $offset }: the accepted correction; tolerance { $tolerance } m
offset = , { $metres } m from there
judged_nowhere = its place is not known, so no pickup is judged as missed
unsettled = the tracks contradict this place, and the right place is not known yet
several_places =
    { $count ->
        [2] two places come into question, { $apart } apart:
       *[other] { $count } places come into question, up to { $apart } apart:
    }
candidate = { $lat }, { $lon } ({ $basis }): { $probability }, a vehicle of it stood there on { $seen } of { $due } due days
wrong = the record is wrong: { $cause }
not_due = no pickup was due on that date
window = window { $start }-{ $end }
scheduled = scheduled vehicle { $vehicle }
no_vehicle = no vehicle scheduled
confidence = confidence { $confidence }
evidence = Evidence: { $text }
action = To do: { $text }
looked_at = What the verdict rests on:
alert = alert { $alert }: { $said } ({ $cause })
episodes = What the tracks have of it:
nearest = Nearest fixes of that date:
distance = { $distance } m away
fixes =
    { $count ->
        [one] { $count } fix
       *[other] { $count } fixes
    }
is_scheduled = scheduled
stood_and_perhaps = stood { $dwell } (at most { $most })
time_for_it = time for { $length } here
away = { $metres } away
named = the verdict names it
other_place = where the point is by { $probability }
served_then = served { $point } then
outside = { $length } outside the window
not_believed = its device is not believed then
and = ;{" "}
