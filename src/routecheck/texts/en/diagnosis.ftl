### Points whose record is wrong.

dates = { $first } to { $last }: { $count } points whose record is wrong
point = { $point }  { $cause }  -> { $where }  { $confidence }  { $state }
accepted = accepted by { $by } on { $at }, holds from { $since }
rejected = rejected by { $by } on { $at }
tried = { " " }It would have silenced { $silenced } alerts and hidden { $hidden } misses.
by_cause = By cause:
gone = correcting them would have silenced { $count } alerts
plain_rule = The monitor's plain rule raises { $before } alerts under the points as recorded, { $after } as corrected
