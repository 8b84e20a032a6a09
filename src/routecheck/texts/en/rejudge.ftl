### What judging dates again changes (`rejudge`).

would =
    Judging { $count ->
        [one] service date { $first }
       *[other] { $count } service dates ({ $first } to { $last })
    } again would change (nothing was written):
did =
    { $count ->
        [one] Service date { $first } was
       *[other] { $count } service dates ({ $first } to { $last }) were
    } judged again, which changed:
resumed =
    { $count ->
        [one] one of them was
       *[other] { $count } of them were
    } done before the interruption
pickups = pickups: { $changed } of { $rows } another verdict, { $causes } another cause only, { $details } other details only (confidence, vehicle, times)
alerts = alerts: { $changed } of { $rows } another classification, { $causes } another cause only, { $details } other details only
from_to = { $was } -> { $now }
none = not there
kept =
    left as { $count ->
        [one] it is, as its
       *[other] they are, as their
    } data are no longer all there: { $days }
failed = set aside, as the program failed on { $count ->
        [one] it
       *[other] them
    }: { $days }
by_date = by date:
of_date = { $day }   pickups { $pickups }   alerts { $alerts }
more_dates =
    and { $count ->
        [one] one more date
       *[other] { $count } more dates
    }
examples = for example:
example = { $day } { $point } { $of }: { $change }
