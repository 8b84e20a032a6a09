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
visits = Passes within the tolerance:
approaches = Passes within the tolerance plus GPS error:
gaps = Gaps in the track within the window:
nearest = Nearest fixes of that date:
distance = { $distance } m away
stood = stood { $dwell } s
stood_perhaps = (at most { $most } s)
fixes =
    { $count ->
        [one] { $count } fix
       *[other] { $count } fixes
    }
lasted = { $length } s
is_scheduled = scheduled
