### What `routecheck simulate` wrote.

simulated = { $points } points, { $trucks } trucks, { $days } days, { $fixes } fixes, { $pickups } pickups, { $misses } really missed, about { $alerts } alerts a day
run_it = Run it:  { $command }
