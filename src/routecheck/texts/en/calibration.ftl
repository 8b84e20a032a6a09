### What refitted confidences are worth on worlds left out of the fit.

head =
    { $worlds ->
        [one] { $worlds } site
       *[other] { $worlds } sites
    } in { $groups } groups, { NUMBER($rows, useGrouping: 1) } judged pickups with truth. The figures of each group are by shares fitted without it.
arrow = now → refitted. Of rows that say 0.85 to 0.95, 85% to 95% should be right. Log loss and Brier score: less is better.
left_out = left out
all_groups = all
sites =
    { $n ->
        [one] { $n } site
       *[other] { $n } sites
    }
verdict = verdict
rows = rows
right = right
expected_error = calibration error
brier = Brier score
log_loss = log loss
nine = right of what says about 0.9
share_of = share
now = now
refitted = refitted
sites_column = sites
range = right, from site to site
better_in = better when left out
groups_of = in { $better } of { $n } groups
shares_note = Refitted is what is expected of a site that was not among these: the more they differ, the less sure.
better = In every group left out the refitted confidences of collected and of missed pickups are the better ones (log loss).
worse = Not worth it everywhere: by the refitted shares the confidences of collected or of missed pickups are worse in { $groups } (log loss).
nothing_written = Nothing was written; --write FILE writes the refitted shares.
written = written: { $path }; a site uses it with confidence = "{ $path }" under [judge], and judges its dates again
file_head =
    How often each criterion of judging is right: what a verdict's confidence is made of.
    Written by `routecheck calibrate` (routecheck { $version }) on { $on }, from { NUMBER($rows, useGrouping: 1) } pickups
    of { $worlds ->
        [one] { $worlds } site
       *[other] { $worlds } sites
    } with truth, in these groups: { $groups }.
    A site uses this file with `confidence = "…"` under [judge]. What is left out is as installed.
