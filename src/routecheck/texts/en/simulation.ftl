### What `routecheck simulate` wrote.

simulated =
    { $points ->
        [one] { $points } point
       *[other] { $points } points
    }, { $trucks ->
        [one] { $trucks } truck
       *[other] { $trucks } trucks
    }, { $days ->
        [one] { $days } day
       *[other] { $days } days
    }, { $fixes ->
        [one] { $fixes } fix
       *[other] { $fixes } fixes
    }, { $pickups ->
        [one] { $pickups } pickup
       *[other] { $pickups } pickups
    }, { $misses } really missed, about { $alerts ->
        [one] { $alerts } alert
       *[other] { $alerts } alerts
    } a day
run_it = Run it:  { $command }
