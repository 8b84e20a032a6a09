### The sections and keys of the configuration: what each means. `any-` is what sections share.

head =
    Configuration of a routecheck site. Paths are relative to the folder of this file.
    A line that begins with # is a comment: the values shown there are the defaults.
key = key
default = default
meaning = meaning

any-encoding = auto: UTF-8, else GB18030; or the name of an encoding
any-delimiter = what separates the cells: one character, or "tab"; empty: found in the header ( , ; | or tab )
any-header = false: delimited text without headers; its columns are called "1", "2" … under columns
any-sheet = title of the only sheet of a workbook to read; empty: every sheet that has the headers
any-time_format = how dates and times are written: "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p" …, "day-first" or "month-first"; empty: found where the file leaves no doubt (ISO order always is)
any-time_zone = time zone of times without an offset in this table; empty: that of the site
any-columns = headers of its own: canonical name = "header in the file"
any-url = where the table lies that is fetched, in the place of a path: a database as "postgresql://user:{"${PW}"}@host/base"; secrets from the environment as {"${NAME}"}
any-query = what a database is asked: a SELECT; for fixes with :after, or with :from and :to
any-table = a table or view of a database, in the place of a query
any-headers = of a web address: headers sent with each call, as Authorization = "Bearer {"${TOKEN}"}"; their values are secret
any-rows = of a web address: where in the answer the rows stand, as "data.items"; empty: it is a list itself
any-success = of a web address: what an answer says that is no refusal, as "code=0"
any-page = of a web address: how an answer goes on: "cursor", "number" or "link"; empty: one answer has it all
any-page_path = where in the answer the cursor, the link, or (of numbers) the count of all rows stands; of links, empty: the header Link
any-page_parameter = the parameter of the address that names the cursor or the number of the page
any-page_first = number of the first page
any-datum = { $datums } | "EPSG:4545" …; a datum column, or a system that the file carries in itself, goes before it

site = where and for whom
site-name = name of the site, as reports show it
site-time_zone = local time: of the schedule, and of every time without an offset
site-language = en | zh: reports, messages, evidence and action sentences

points = collection points
points-path = points: .csv, .xlsx, .xls, or GeoJSON, GeoPackage, Shapefile, KML, KMZ, GPX
points-surveyed = true: the places are known to be right, as stops of a timetable are; none is looked for elsewhere, no correction is proposed, and a miss shows on the first day
points-layer = layer of a file that holds several, empty: the only one

schedule = expected services
schedule-path = schedule: .csv, .xlsx, .xls

fixes = GPS reports
fixes-path = fixes: a glob of .csv, .csv.gz, .parquet, .xlsx, .xls, .gpx, .nmea or .zip
fixes-preset = "traccar": its database or its interface, with what it calls things; times without an offset are UTC then
fixes-vehicle = of Traccar: what of a device is the plate: "name" or "uniqueid"
fixes-vehicle_from_name = one file a vehicle, named after it: "{"{"}vehicle{"}"}_*" says where in the name (without its ending; * is anything, folders before it may be given: "{"{"}vehicle{"}"}/*"), or a regular expression with one group; goes before a column of the vehicle
fixes-watermark = of a database: the column that grows with each new row, such as id; empty: new rows are found by their time
fixes-overlap = how far below the last watermark to ask again, for rows that were written late: numbers, or seconds
fixes-devices = of a web address with {"{device}"}: the devices to ask for one by one; empty: those of devices_url, or those of the schedule
fixes-devices_url = an address that lists the devices
fixes-devices_rows = where in its answer they stand; empty: it is a list itself
fixes-devices_column = the field of a device that the address wants as {"{device}"}
fixes-devices_name = the field of a device with its plate, where its fixes do not have it
fixes-slice_hours = of a web address: how long a span one call asks for

alerts = what the monitor raised
alerts-path = alerts of the monitor: a glob of .csv, .xlsx, .xls or .zip

vehicles = terminals that moved from truck to truck
vehicles-path = which terminal was on which vehicle

calendar = days that differ from the schedule
calendar-path = holidays, market days, snow

checks = what someone went to see
checks-path = what someone went to see

monitor = the rule of the monitor, replayed to find why it failed
monitor-tolerance_m = the monitor's own tolerance in metres

matching = what counts as a pickup
matching-tolerance_m = where a point has none of its own, in metres
matching-min_dwell_s = least duration of a pickup in seconds; 0: driving past is enough
matching-min_line_share = of a line (a street, a kerb), the share that a vehicle has to drive along, 0 to 1; 0: touching it is enough
matching-any_vehicle = a pickup by another vehicle than the scheduled one counts

judge = how sure verdicts are
judge-confidence = a file that `routecheck calibrate --write` wrote: how often each criterion is right; empty: as installed

store = where results are kept
store-url = any SQLAlchemy URL; SQLite and PostgreSQL are tested
store-postgresql_schema = schema of the PostgreSQL database that holds this site, such as xiushan: sites can share a database; made where it is missing; empty: that of the user

export = where the CSV files are written
export-directory = folder of the exported files
export-report = write the report and the workbook of each date (report_D.html, report_D.xlsx) with every run; the daily service always does, and `routecheck report` does on demand
export-tiles = map tiles under the reports' maps (https://…/{"{z}/{x}/{y}"}.png, or a path from the report); empty: none, and the report requests nothing from anywhere
export-tiles_datum = wgs84 | gcj02: the datum of these tiles; what is drawn is shifted to it (AMap, Tencent and most Chinese map tiles: gcj02)

service = the scheduled service
service-daily_at = local time of the daily run
service-revisit_days = earlier days judged again, for data that came late
service-backups = daily backups of a SQLite store that are kept in backups/ beside it; 0: none
service-check_minutes = how often the service looks whether missing data have come
service-every = how often the running day is judged as it goes: 15min, 30min or 1h; empty: only the morning after
service-health = address of this machine at which monitoring asks how the service is, such as 127.0.0.1:9464: /health, and /metrics for Prometheus; empty: none
desk = the pages of the site in the browser, for whoever has no command line (docs/desk.md)
desk-with_service = whether `serve` opens the desk too; it needs users then
desk-listen = address at which the desk is open to others, such as 0.0.0.0:8737; empty: to this machine alone
desk-users = file of those who may sign in; `routecheck desk user NAME` writes it
desk-names = names under which others reach it, such as desk.example.org; a page that comes by another name is refused
desk-https = whether others reach it over TLS, through a server before it: cookies then go over TLS alone
desk-session_hours = hours without a question after which a session ends

messages = messages that the service sends; none by default
messages-urls = receivers as apprise URLs; secrets from the environment as {"${NAME}"}
messages-send = what is sent: summary, revisions, failures, misses (of the running day, with service.every)

fetch = what is fetched from elsewhere, and kept
fetch-directory = folder in which it is kept
fetch-first_days = how many days back the first fetch goes
fetch-keep_days = days after which fixes that were fetched are dropped
fetch-most_mb = MB that fetched fixes may take; beyond that the oldest dates go first
fetch-seconds = how long a source may take to answer
retention = how long tracks about people who drive are kept
retention-keep_days = days for which evidence in the store, fetched fixes, rows kept apart, pages and workbooks are kept; the daily run removes older ones, verdicts and counts stay; where vehicles stood stays six weeks longer, as later dates are judged by it; 60 at least; 0: everything is kept

limits = what a file may hold; one that holds more is named and not read, and the rest is done
limits-unpacked_mb = MB that a packed file (.gz, Parquet, a workbook, a .zip) may unpack to
limits-unpacked_ratio = how many times its own size a packed file may unpack to, beyond 50 MB
limits-whole_mb = MB that a file may unpack to which is read as a whole: a workbook, a file with geometries, every table but the fixes
limits-rows = rows of a file of fixes
limits-cells = cells of a workbook, and of every table but the fixes
limits-points = rows of the points file
limits-vehicles = vehicles, or terminals, of a file of fixes
limits-text_length = characters of an id, a name or another cell of text; a row with a longer one is rejected
limits-answer_mb = MB that one answer of a web address may unpack to, and the list of files on S3 hold
limits-seconds = how long reading one file may take

engine = what observes and judges the dates of one run; the result is the same, whatever does
engine-kind = local: this process, a date after the other; processes: processes of this machine; dask: workers of a Dask cluster. For many dates, as in a first run or `rejudge`; within a fleet the fleet's own counts
engine-workers = processes, or workers of the cluster that is made here
engine-scheduler = address of a scheduler of Dask (tcp://…:8786); empty: a cluster is made on this machine
engine-retries = how often a date whose worker was lost is tried again; then it is set aside
engine-seconds = seconds after which a worker that is still at one date is ended (processes)
engine-memory_mb = MB that a worker may take; 0: not bounded
