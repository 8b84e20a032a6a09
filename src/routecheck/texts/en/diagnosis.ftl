### Points whose record is wrong.

dates =
    { $first } to { $last }: { $count ->
        [one] { $count } point has
       *[other] { $count } points have
    } a wrong record
point = { $point }  { $cause }  -> { $where }  { $confidence }  { $state }
accepted = accepted by { $by } on { $at }, holds from { $since }
rejected = rejected by { $by } on { $at }
tried =
    { " " }It would have prevented { $silenced ->
        [one] { $silenced } alert
       *[other] { $silenced } alerts
    } and hidden { $hidden ->
        [one] { $hidden } miss
       *[other] { $hidden } misses
    }.
tried_raised =
    { " " }It would have raised { $raised ->
        [one] { $raised } other.
       *[other] { $raised } others.
    }
by_cause = By cause:
gone =
    correcting them would have prevented { $count ->
        [one] { $count } alert
       *[other] { $count } alerts
    }
plain_rule =
    The monitor's own rule raises { $before ->
        [one] { $before } alert
       *[other] { $before } alerts
    } with the points as recorded, { $after } with the points as corrected
