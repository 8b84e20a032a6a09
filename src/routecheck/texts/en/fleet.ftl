### Many sites together.

no_sites = { $pattern }: no configuration of a site is there; name a fleet file (with [fleet] sites = [...]) or a pattern such as 'counties/*/routecheck.toml'
no_dask = engine "dask" needs Dask, which is not installed: pip install 'routecheck[dask]', or take kind = "processes"
no_scheduler = { $address }: no scheduler of Dask answers there; start one, correct engine.scheduler, or leave it empty for workers on this machine
no_memory = the memory that one site may take (engine.memory_mb) was not enough: allow more, or judge fewer dates at a time
fault = a fault of the program ({ $kind }: { $reason }); the log has all of it
worker_lost = the process that worked on it was ended from outside (exit status { $status }): killed, or out of memory
out_of_time = it took longer than { $seconds } s (engine.seconds) and was ended
set_aside = { $reason }; set aside after { $tries } tries
dashboard = progress is shown at { $address }
site_failed = { $of }  { $site } ({ $config }): not done: { $why }
site_nothing_due = { $of }  { $site }: nothing was due
site_partly = { $of }  { $site }: nothing was judged, and something needs to be looked at: routecheck status -c { $config }
site_done =
    { $of }  { $site }: { $count ->
        [one] { $days }
       *[other] { $count } dates ({ $days })
    }: { $missed } of { $pickups } pickups really missed, { $false } of { $alerts } alerts false
see_status = ; something needs to be looked at: routecheck status -c { $config }
totals = { $done } of { $sites } sites done: { $missed } of { $pickups } pickups really missed, { $false } of { $alerts } alerts false
failed =
    { $count ->
        [one] not done: { $sites }
       *[other] not done ({ $count }): { $sites }
    }
site = Site
date = Service date
missed = Really missed
untold = Cannot be told
pickups = Pickups due
false = False alerts
alerts = Alerts
silent = Silent devices
waiting = Corrections waiting
title = All sites on { $day }
title_none = All sites
made_at = made { $at } UTC
tile_missed = really missed
tile_untold = cannot be told
tile_false = false alerts, which nobody need follow
counties = Sites
ranked = Those first where most was really missed. The name leads to the page of the site.
other_date = another date
not_judged = not judged
wrong = What someone should look at
site_would =
    { $of }  { $site }: { $dates ->
        [one] one date
       *[other] { $dates } dates
    }: { $changed_pickups } of { $pickups } pickups and { $changed_alerts } of { $alerts } alerts would be judged otherwise
site_rejudged =
    { $of }  { $site }: { $dates ->
        [one] one date
       *[other] { $dates } dates
    } judged again: { $changed_pickups } of { $pickups } pickups and { $changed_alerts } of { $alerts } alerts are judged otherwise
would_totals = { $done } of { $sites } sites looked at ({ $dates } dates): { $changed_pickups } of { $pickups } pickups and { $changed_alerts } of { $alerts } alerts would be judged otherwise; nothing was written
rejudged_totals = { $done } of { $sites } sites judged again ({ $dates } dates): { $changed_pickups } of { $pickups } pickups and { $changed_alerts } of { $alerts } alerts are judged otherwise
