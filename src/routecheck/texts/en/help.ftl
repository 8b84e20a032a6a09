### The pages of `--help`: `store-check` is a command, `store-check-file` its option or argument,
### `any-config` an option that commands share.

usage = Usage: { $call }
options_here = [OPTIONS]
command_here = COMMAND …
arguments = Arguments:
options = Options:
commands = Commands:
default = default: { $default }
required = required
at_least = at least { $least }

## What stands for a value, by its type or the name given to it.

value-DIR = DIR
value-METRES = METRES
value-MONTH = MONTH
value-NAME = NAME
value-NAME-GLOB = NAME=GLOB
value-NAME-HEADER = NAME=HEADER
value-NAME-VALUE = NAME=VALUE
value-SELECT = SELECT
value-FLEET = FLEET
value-URL = URL
value-INPUT = INPUT
value-VEHICLE = VEHICLE
value-HH-MM = HH:MM
value-choice = CHOICE
value-date = DATE
value-float = X
value-float-range = X
value-integer = N
value-integer-range = N
value-path = FILE
value-point = POINT

## Options that commands share

any-help = Show this page.
any-config = The configuration of the site; else ROUTECHECK_CONFIG names it, or it is config/routecheck.toml or routecheck.toml here or in the nearest folder above.
any-json = Print JSON, for scripts.
any-date = The service date, such as 2026-03-02; or today, yesterday.
any-from = First service date of a range.
any-to = Last service date of a range.
any-point = The point, as the exports name it.
any-points = The points, as the exports name them.
any-directory = The folder to make.
any-language = en or zh.

## The program

routecheck = Which waste pickups were really missed, from GPS alone.
routecheck-version = Show the version.

## Judging

run = Judge service dates, store what was found, and write the exports.
run-due = Every date that is due, as the service would.
run-allow-shrink = Take a points file that lacks many of the known points.
run-new-store = Begin with a new store though this site was judged before.
rejudge = Judge again dates that were judged, after a correction of history or an upgrade, and tell what that changes. Interrupted, the same call goes on where it was.
rejudge-dry-run = Only tell how many verdicts would change, from what to what. Writes and locks nothing.
recheck = Judge the pickups of one point again and show the evidence. Changes nothing.
recheck-window = Only the pickup whose window starts at HH:MM.
recheck-tolerance = Judge as if the tolerance were that many metres.
recheck-map = Write a map of the evidence, to open in a browser.
recheck-png = Write the same map as a picture.
export = Write the CSV files again from the store, or a data set to be analysed.
export-episodes = Write episodes_DATE.csv too: all that the tracks have of each pickup, a row a vehicle and interval, whatever settled the verdict.
export-dataset = Write instead pickups, alerts, episodes, stops and vehicles as (Geo)Parquet into this folder, by site and date: for DuckDB and geopandas (docs/analysis.md).
export-format = Write instead the layers of a map into the export folder: GeoPackage, which QGIS shows in colour at once (gpkg), GeoParquet, or GeoJSON.
status = Show what ran, when, on what data, and what is due.
status-check = For monitoring: exit status 1 where something is wrong (3 always, where the store cannot be read).
status-learned = Show instead what the site's own data have taught: each figure with what was assumed at first and what it rests on. Takes as long as a recheck.
report = Write report and workbook of service dates, or the workbook of a month, from the store.
report-month = A month like 2026-03: its workbook, with the trend.
report-anonymous = Copies for outsiders, in the folder anonymous: page, workbook and CSV files without the names of vehicles and crews.
doctor = Examine what the site is fed, and list what to do. Changes nothing. Exit status 1 where there is something to do.

## Records of points

diagnose = List the points whose record is wrong, why, and the proposed correction.
diagnose-export = Write the corrected points, to hand to whoever runs the monitor: GeoJSON in WGS-84, and the points file with the corrected positions beside its own, in its datum.
accept = Enter proposed corrections in the registry. The points file is never written to.
accept-all = All proposed corrections.
accept-min-confidence = With --all: only those of at least this confidence, 0 to 1.
accept-from = They hold from this date on; else from the first date of the evidence.
accept-undo = Take an acceptance back: the correction is proposed again, and holds on no date.
accept-by = Who decides; else the user of this machine.
reject-undo = Take a rejection back: the correction is proposed again.
reject-by = Who decides; else the user of this machine.
reject = Keep corrections from being proposed again.

## Sites

connect = Ask a source elsewhere (a database, a platform) for some rows, and show them as a run would understand them.
connect-kind = Which input it is to be: points, schedule, fixes, alerts, vehicles, calendar or checks.
connect-url = Its address, such as "postgresql://user:{"${PW}"}@host/base"; secrets from the environment.
connect-table = A table or view of a database; found where just one fits.
connect-query = What to ask a database, in the place of a table.
connect-watermark = The column that grows with each new row.
connect-time-zone = Time zone of times without an offset.
connect-datum = Datum of the positions.
connect-preset = The platform: traccar.
connect-column = A header of its own: canonical name = header.
connect-header = A header that is sent with each call; secrets as {"${NAME}"}.
connect-set = Any other key of the section, with its value.
connect-write = Write the section into the configuration.
init = Write a new site: a commented configuration and import templates (CSV and XLSX).
init-language = en or zh; else that of the environment.
simulate = Write a whole simulated site with known truth, ready to run.
simulate-seed = Another seed, another county.
simulate-days = How many service dates.
simulate-profile = county, ideal, hard, dense, prefecture, or drawn: every amount by the seed.
simulate-start = First service date.
simulate-points = How many points.
simulate-trucks = How many trucks.
simulate-set = Another amount, such as noise_m=12.
plot = Draw a simulated site: recorded against true points, or a day of a vehicle.
plot-directory = A simulated site.
plot-vehicle = Draw a day of this vehicle.
plot-date = Which day of it; else the first.
plot-output = Where to; else in DIR.

## The service

desk = Open the pages of the site in the browser, for whoever has no command line.
desk-port = Port of this machine; 0: any that is free.
desk-no-browser = Print the address instead of opening it. It opens one session, once.
desk-listen = HOST:PORT at which others on the network reach it; needs users.
desk-user = Enter somebody who may sign in at the desk, or change or remove one.
desk-user-name = The name, as decisions show it.
desk-user-role = look, or decide too.
desk-user-remove = Remove the user.
serve = Run every day at the configured hour, catching up what was missed.
serve-log-format = text, or json: an object a line.
serve-log-file = Write logs here instead of to standard error.
history = Show the record of a point through time: its places and names, former ids, corrections and who decided on them. With --date, every version of its verdicts on a date, and when each was recorded.

## The store

store = Look after the store: back up, restore, check, prune.
store-backup = Copy the store, whole and consistent, into one SQLite file; also while it is in use.
store-backup-file = Where to; beside the store, where not given.
store-restore = Put a backup in the place of the store; the former store is kept beside it.
store-restore-file = A backup.
store-decisions = Enter what was decided of corrections, from the file that is kept beside a store.
store-decisions-file = Such a file (STORE.decisions.csv).
store-check = Read the whole store and report whether it is sound; exit status 1 where it is not.
store-prune = Remove what is old, and give the space back. The ledger of dates is kept.
store-prune-keep-days = How many days before today are kept whole.
store-prune-verdicts = Remove the verdicts of earlier dates too, not only former versions, evidence and rejected rows.

## Evaluation

evaluate = Compare the stored verdicts, and the monitor's alerts, with known truth.
evaluate-truth = truth.csv, as `simulate` writes it.
evaluate-checks = Against the field checks of the configuration.
evaluate-plot = Draw a picture (PNG).

sample = Draw at random, with known chances, which pickups to look at, and write the file to fill in: the answers tell how right the list is here.
sample-n = How many pickups.
calibrate = Refit the confidences of judging on judged sites with truth or field checks, and say what that is worth on groups of sites left out of the fit. Changes nothing but the file of --write.
calibrate-files = More files like those of --truth.
calibrate-truth = truth.csv of a judged site, its routecheck.toml beside it; or of the site of --config. Can be repeated.
calibrate-checks = The field checks of the site of --config too.
calibrate-group = Sites left out together: those whose folder or file fits the pattern. Can be repeated; a site that fits none is a group of its own.
calibrate-only-gains = With --write: change only shares by which every group left out gains.
calibrate-write = Write the refitted shares to this file; a site names it in its configuration (judge.confidence).
calibrate-config = The configuration of truth files that have none beside them, and of --checks.
## Many sites

fleet = Work on many sites together: a file that lists them, or a pattern of their configurations.
fleet-run = Do what is due of every site; one that fails does not stop another.
fleet-run-to = The last service date that may be done; yesterday, where not given.
fleet-run-sites = The fleet file, or a pattern such as 'counties/*/routecheck.toml'.
fleet-status = Show how every site stands, those first where most was really missed.
fleet-status-check = For monitoring: exit status 1 where something is wrong with any site.
fleet-status-sites = The fleet file, or a pattern such as 'counties/*/routecheck.toml'.
fleet-report = Write the page and the workbook of all sites together.
fleet-report-date = The service date, such as 2026-03-02; the last one of each site, where not given.
fleet-report-sites = The fleet file, or a pattern such as 'counties/*/routecheck.toml'.
fleet-serve = Keep every site every day, each as its own service would, in one process.
fleet-serve-log-format = text, or json: an object a line.
fleet-serve-log-file = Write logs here instead of to standard error.
fleet-serve-sites = The fleet file, or a pattern such as 'counties/*/routecheck.toml'.
fleet-rejudge = Judge dates of every site again, and tell what that changes.
fleet-rejudge-dry-run = Only tell what would change; nothing is written.
fleet-rejudge-sites = The fleet file, or a pattern such as 'counties/*/routecheck.toml'.
