### What is wrong with a call, a configuration, a file or the store.

points_or_all = give the points, or --all
points_wanted = give the points
log_file_refused = --log-file { $file }: cannot be written ({ $reason })
not_written = { $path }: cannot be written ({ $reason })
picture_refused = { $path }: the picture cannot be written ({ $reason })
datum_unknown = coordinate system "{ $found }" is not known: use { $known } or "EPSG:4545" …
crs_unknown = { $crs } is not a coordinate system that PROJ knows: check the number, or use one of { $known }
crs_without_degrees = { $crs } has no longitude and latitude: export in EPSG:4326
crs_no_way = { $crs } ({ $name }): PROJ has no reliable transformation to WGS-84; convert the positions to CGCS2000 and declare that
points_named_so = several points have the name '{ $name }': { $ids }; give the id of one
point_unknown = point '{ $point }' is not in { $path }
point_unknown_near = point '{ $point }' is not in { $path }; did you mean '{ $near }'?
no_such_window = point { $point } has no pickup on { $day } whose window starts at { $window }; windows start at: { $known }
none = none
nothing = nothing
no_verdicts = { $count ->
    [one] the store holds no verdicts for { $first }; run that date first; nothing was written
   *[other] the store holds no verdicts for { $first } to { $last }; run those dates first; nothing was written
}
no_verdicts_of_month = the store has no verdicts for { $month }; run its dates first; nothing was written
point_unknown_to_store = the store { $store } has nothing about a point '{ $point }'
nothing_said = the store { $store } has no verdict of point '{ $point }' for { $day }; `routecheck run --date { $day }` judges that date
no_such_pickup = no pickup of { $point } was judged on { $day }
decided_meanwhile = the correction of { $point } was decided by { $by } meanwhile; look at it again
changed_meanwhile = the correction of { $point } has changed meanwhile; look at it again
nothing_proposed = no correction is proposed for { $points }; `routecheck diagnose` lists them
stopped = stopped on request; the rest is done at the next start
no_points = no collection points: { $path } has no usable row ({ $rows }); nothing was written
no_schedule = no schedule: { $path } has no usable row ({ $rows }); nothing was written
no_fixes = no fixes at all: { $path } holds no usable row; nothing was written
no_fixes_between = no fixes between { $first } and { $last }; { $path } has { $known_first } to { $known_last }
the_beginning = the beginning
the_end = the end
evidence_gone = the evidence of { $day } is gone: tracks and evidence before { $before } were removed (retention.keep_days = { $days }); the verdicts stand in the exports and in `routecheck history`
no_fix_files = { $path }: no file of fixes matches; fixes.path in the configuration gives the pattern, such as fixes/*.csv
no_usable_fixes =
    { $path }: { $files ->
        [one] { $files } file
       *[other] { $files } files
    } of fixes without a single usable row ({ $rows })
rows_none = it has no rows
rows_rejected = { $rejected } rejected, mostly: { $reason }; the first: { $file }, row { $row }: { $cell }
rows_rejected_for_moment = { $rejected } rejected, mostly: { $reason }; the first: { $file }, row { $row }: { $cell }; a window is two times of day, such as 06:00, and not a moment of one date
rows_rejected_for_time = { $rejected } rejected, mostly: { $reason }; the first: { $file }, row { $row }: { $cell }; time_format in the same section of the configuration gives how times are written, such as "%d/%m/%Y %H:%M:%S"
and_others_failed =
    { $first } ({ $count ->
        [one] { $count } file
       *[other] { $count } files
    } failed)
points_lost = { $gone } of { $known } known points (such as { $examples }) are missing from the points file: nothing was written; if they are really gone, run again with --allow-shrink
no_file_configured = { $file }: there is no such file; check { $kind }.path in the configuration
no_file = { $file }: there is no such file
zip_unreadable = { $file }: cannot be read as a ZIP archive ({ $reason }); pack it again
zip_many = { $file }: it holds more than { $most } files, and is not read; unpack it, and give a pattern that names the files
zip_password = { $file }: it has a password; pack it without one
zip_empty = { $file }: it holds no file with a table
zip_left_out = { $file }: { $count ->
        [one] one file in it has no ending of a table and is not read
       *[other] { $count } files in it have no ending of a table and are not read
    }: { $names }
vehicle_nowhere = { $file }: nothing in it says of which vehicle it is; name the file after it, and set fixes.vehicle_from_name
nmea_no_rmc = { $file }: it holds no RMC sentence, and so no date; have the receiver write RMC
vehicle_not_named = { $file }: it has no column of the vehicle, and its name is not as fixes.vehicle_from_name = "{ $pattern }" says; correct that key, or rename the file
file_is_folder = { $file }: this is a folder, a file is needed
file_refused = { $file }: cannot be read ({ $reason })
line_too_long = { $file }: a line is longer than { $bytes } bytes; a table as delimited text (CSV) is needed
wrong_format = { $file }: this is { $what }; delimited text (CSV) is needed
format_workbook = an Excel workbook or a zip archive; name it .xlsx if it is a workbook, or save it as CSV UTF-8
format_old_workbook = an old Excel workbook; save it as .xlsx or CSV UTF-8
format_utf16 = text in UTF-16; save it as CSV UTF-8
sheet_unreadable = { $file }: cannot be read as a workbook ({ $reason }); save it again as .xlsx, without a password, or as CSV UTF-8
sheet_encrypted = it has a password, or is no workbook
xls_large = { $file }: an old workbook of { $size } MB, and those are read up to { $most } MB; save it as .xlsx or CSV UTF-8, or set a larger limits.cells in the configuration
html_no_table = { $file }: the page holds no table; export the table itself, as .xlsx or CSV UTF-8
html_nested = more than { $most } tables within each other
kml_unreadable = { $file }: { $why }; a KML file with Placemarks is needed
kml_empty = it holds no Placemark
no_gpx = { $file }: not a GPX file; export the tracks again
xml_cut = the XML breaks off, or is damaged, in line { $line }
xml_entities = { $file }: the XML has a document type, whose entities could grow without end; what writes such files needs none: export it again
sheet_entities = { $file }: the workbook declares entities in its XML, which no spreadsheet program writes; save it again as .xlsx, or as CSV UTF-8
sheet_empty = { $file }: no sheet of the workbook has any content; a table with a header line is needed
format_pdf = a PDF
format_parquet = Parquet; name it .parquet
format_sqlite = an SQLite or GeoPackage file
binary = { $file }: binary data; delimited text (CSV) is needed
no_table = { $file }: { $why }; a table with a header line is needed
empty_file = it is empty
too_many_misfits = from row { $row } on nearly all rows have another number of cells than the header ({ $width })
nearly_all_unreadable = { $file }: { $count } of the first { $rows } rows cannot be read as fixes, and the rest is not read; check the columns, or move the file away
cut_off = { $file }: { $why }; the complete file is needed
cut_off_used =
    { $file }: { $why }; the { $rows ->
        [one] { $rows } row
       *[other] { $rows } rows
    } before that { $rows ->
        [one] is
       *[other] are
    } used
gzip_cut = the gzip data end early or are damaged
parquet_cut = the Parquet data are damaged
file_unreadable = { $file }: cannot be read ({ $reason }); fetch or export the file again
no_parquet = { $file }: cannot be read as Parquet ({ $reason })
points_exchanged =
    { $file }: longitude and latitude of { $count ->
        [one] { $count } point
       *[other] { $count } points
    }, most of the file, are exchanged; the file was read the other way round: exchange the headers of the two columns, or write [points.columns] lon = "lat" and lat = "lon"
sheets_taken = { $file }: these sheets are read as one table: { $sheets }; { $kind }.sheet in the configuration reads one of them alone
sheet_unknown = { $file }: { $kind }.sheet = "{ $wanted }": no such sheet; found: { $sheets }
sheets_left_out = { $file }: sheets that are hidden, or have not the headers of the table, are not read: { $sheets }
unknown_validity = { $file }: { $words } in a column of validity is no word that is known; those rows count as positioned unless the word denies it: map another header under [fixes.columns], or leave the column out
time_order_unknown = { $file }: row { $row } has "{ $cell }", which may be day first or month first, and nothing in the file decides: set { $kind }.time_format in the configuration, such as "%d/%m/%Y %H:%M:%S" (day first) or "%m/%d/%Y %I:%M:%S %p" (month first, AM and PM)
time_format_wrong = { $file }: row { $row } has "{ $cell }", which is not written as { $kind }.time_format = "{ $declared }" declares: correct that key, or remove it
dates_only = { $file }: the time column has dates only, without the time of day: export it again with hours, minutes and seconds
mapped_header_missing = { $file }: [{ $kind }.columns] { $name } = "{ $header }": the file has no such header; found: { $found }
mapped_header_several = { $file }: [{ $kind }.columns] { $name } = "{ $header }": the file has several such headers; found: { $found }
column_missing_in_call = { $file }: required column { $missing }{ $also } not found; columns found: { $found }; rename one, or say settings={ "{" }"{ $kind }": { "{" }"columns": { "{" }"{ $name }": "{ $guess }"{ "}}}" }
column_missing = { $file }: required column { $missing }{ $also } not found; headers found: { $found }; give it under [{ $kind }.columns], such as { $name } = "{ $guess }"
or_aliases = { " " }(or { $names } …)
headers_alike = { $file }: the headers { $first } and { $second } both mean { $name }; write under [{ $kind }.columns] which one it is: { $name } = { $first }
header_twice = { $file }: the header "{ $header }" appears twice; each column must appear once
no_geometries = { $file }: has no geometries; points with positions are needed
layers_several = { $file }: several layers; give one as points.layer: { $layers }
layer_unknown = { $file }: points.layer = "{ $wanted }": no such layer; found: { $layers }
shapefile_cut = { $file }: the file is cut off; copy the Shapefile again with all its parts (.shp, .shx, .dbf)
shapefile_part_missing = { $file }: { $part } is not beside it; a Shapefile needs .shp, .shx and .dbf
shapefile_parts_differ = { $file }: it has { $records } records and the Shapefile { $shapes } shapes; copy all its parts again (.shp, .shx, .dbf)
shapefile_damaged = { $file }: the head of the file is damaged; copy the Shapefile again with all its parts (.shp, .shx, .dbf)
vector_unreadable = { $file }: cannot be read as a file with geometries ({ $reason })
over_limit =
    { $file }: { $key ->
        [unpacked_mb] it unpacks to more than { $limit } MB
        [unpacked_ratio] it unpacks to more than { $limit } times its own size
        [whole_mb] it holds more than { $limit } MB
        [rows] it holds more than { $limit } rows
        [cells] it holds more than { $limit } cells
        [points] it holds more than { $limit } points
        [vehicles] it holds more than { $limit } vehicles
       *[seconds] reading it takes more than { $limit } s
    }, and is not read; if the file is right, a larger limits.{ $key } in the configuration lets it in
file_is_special = { $file }: this is { $what }, not a file; give the name of a file
special_pipe = a named pipe
special_socket = a socket
special_device = a device
vector_kind_unknown = { $file }: files with geometries are known by their names, which end in { $known }; delimited text (CSV) ends in .csv
vector_other_kind = { $file }: the content is not what the name says ({ $wanted }); export it again, or give it the name of its kind
vector_name = { $file }: a file with geometries must not have ! or ; in its name; rename it
vector_refers = { $file }: it refers to other files ({ $what }), which are not read; export the points into one file
vector_view = { $file }: the layer { $what } is a view, which is computed while it is read; export the points into a table
vector_failed = { $file }: GDAL failed while reading it; it is damaged, or needs more memory than limits.whole_mb in the configuration gives
truth_missing = { $file }: there is no such file; give the truth.csv of the site
truth_is_folder = { $file }: this is a folder; give its truth.csv
truth_no_text = { $file }: not text in UTF-8 or GB18030; a CSV file with { $wanted } is needed
truth_no_csv = { $file }: not a CSV file (line { $line }: { $reason })
truth_columns = { $file }: the columns { $wanted } are needed; missing: { $missing }; found: { $found }
truth_no_row = { $file }: no row can be used ({ $why }); needed are point_id, service_date as 2026-03-01, collected as true or false
truth_no_rows = it has no rows
truth_bad_row = the first: line { $line }, { $why }
nothing_judged = nothing to evaluate: no service date has been judged yet; first do `routecheck run`
other_dates_judged = nothing to evaluate: { $truth } covers { $true }, judged are { $judged }; run those dates first, or give the truth of this site
span = { $first } to { $last }
the_checks_file = the file of field checks
no_checks = nothing to evaluate: there are no field checks; put them in the file given by [checks] path, or give known truth with --truth
checks_unusable =
    { $count ->
        [one] nothing to evaluate: the only field check cannot be used; it
       *[other] nothing to evaluate: none of { $count } field checks can be used; each
    } must give the window where a point has several a day, and not contradict another
no_chinese_font = the picture has characters that no font on this machine can show ({ $missing }): install one (Debian, Ubuntu: apt-get install fonts-wqy-microhei; Fedora: dnf install google-noto-sans-cjk-fonts; Windows has Microsoft YaHei), or use --map FILE.html, which needs none
export_held = { $path } and its copies are open in another program: close them there and export again
export_no_space = no space left to write { $path }; the former file is unchanged: free some space and export again
export_not_permitted = { $path } cannot be written: the folder is read-only or not permitted; give another in export.directory
export_refused = { $path } cannot be written: { $reason }
store_missing = there is no store at { $store }; `routecheck run` creates one
store_folder_refused = the folder of the store { $store } cannot be created: { $reason }; give another in store.url
store_url_wrong = store.url: must be a database URL such as sqlite:///routecheck.db or postgresql://user@host/name
store_url_sign = store.url: there is more than one @ before the name of the database: write one within a password as %40, : as %3A and / as %2F
store_no_such_database = store.url: the database '{ $found }' is not supported; use sqlite or postgresql
store_driver_missing = the store { $store } needs the Python package '{ $package }', which is not installed
store_driver_missing_postgresql = the store { $store } needs the Python package '{ $package }', which is not installed (pip install 'routecheck[postgresql]')
store_no_database = { $store } is not a store: the file is not an SQLite database, or is damaged; restore a backup or move it away
store_is_folder = { $store } is a folder, and no store can be opened there; name a file in it: url = "sqlite:///{ $store }/routecheck.db" under [store]
store_empty = the store { $store } is empty (a file of 0 bytes): restore a backup; or delete the file and begin anew with `routecheck run --new-store`
store_strange =
    { $store ->
        [none] the store is damaged
       *[other] the store { $store } is damaged
    }: it holds what was never written ({ $reason }); `routecheck store check` names it, `routecheck store restore` brings a backup back
store_other_values = the store { $store } is damaged: { $scope } holds other values than were written; `routecheck store check` names all, `routecheck store restore` brings a backup back
store_vanished =
    { $store ->
        [none] the store is gone or empty
       *[other] the store { $store } is gone
    }, and this site was judged before ({ $sign } is there): nothing was written. Restore a backup (`routecheck store restore FILE`); or begin anew with `routecheck run --new-store`, which keeps what was decided and judges every date again
decisions_read_in =
    { $count ->
        [one] { $count } decision was
       *[other] { $count } decisions were
    } read in from { $path }
decisions_aside = decisions that this store never had are kept in { $path }: `routecheck store decisions FILE` enters them
decisions_unreadable = { $path }: cannot be read as a file of decisions ({ $reason })
decisions_columns = { $path }: not a file of decisions: the columns { $columns } are missing
decisions_row = { $path }, row { $row }: { $reason }
store_malformed = the store { $store } is damaged; restore a backup
store_full = no space left for the store { $store }; the unfinished part was undone: free some space and run again
store_read_only = the store { $store } cannot be written: the file or its folder is read-only
store_not_opened = the store { $store } cannot be opened: its folder does not exist, or access is not permitted
store_locked = the store { $store } is being written by another program; try again when it has finished
store_server_silent = the database server of the store { $store } does not answer, or refuses: { $reason }
store_server_lost = the database server of the store { $store } does not answer, or was restarted during the run; what was stored before is intact: run again
store_failed = the store { $store } failed: { $reason }
store_waiting = the store { $store } is in use by another routecheck: { $holder }; waiting for it, up to { NUMBER($seconds, maximumFractionDigits: 0) } s
store_waited_for = the store { $store } is locked by another program; waiting for it, up to { NUMBER($seconds, maximumFractionDigits: 0) } s
store_server_slow = the database server of the store { $store } took too long for a statement, and it was given up; what was stored before is intact: look at the server's load, then run again
store_server_locked = the store { $store } is locked by another session of its database server, and it did not finish in time; end that session (pg_stat_activity), then run again
store_busy = another routecheck is using the store { $store }: { $holder }; wait until it has finished, or stop it
holder = process { $pid } on { $host } since { $since }
holder_nameless = an unknown process
store_version_lost = the store { $store } has lost its schema version; restore a backup
store_newer = the store { $store } was made by a newer routecheck (schema { $version }; this one knows up to { $head }): install that version, or give another store.url
store_foreign = { $store } is not a routecheck store, and holds the tables of another program: { $tables }; give a database (or a schema) of its own in store.url
backup_there = { $path } exists already and is kept; give another file
backup_folder_refused = { $path }: its folder cannot be created ({ $reason })
backup_unsound = the backup of { $store } is damaged: { $fault }
backup_missing = { $path }: there is no such file; give a backup
backup_no_good = { $path } is not a usable backup: { $fault }; the store is unchanged
backup_is_store = { $path } is the store itself; give a backup
fault_unreadable = SQLite cannot read it ({ $reason })
fault_reference = { $table }: a row refers to a { $other } that does not exist
fault_no_store = it contains no routecheck store
fault_schema = its schema { $version } is not known here (up to { $head })
fault_damaged = the store { $store } is damaged: restore a backup (`routecheck store restore FILE`)
fault_value = { $scope }: the store holds other values than were written
fault_two_current = { $table }: { $key } has two current versions
fault_date_unknown = { $table }: the list of dates does not contain { $day }
restore_kept = the former store is kept as { $path }
restored_file =
    restored { $store } from { $path }: { $dates ->
        [one] { $dates } service date
       *[other] { $dates } service dates
    }
restored_server =
    restored the store from { $path }: { $dates ->
        [one] { $dates } service date
       *[other] { $dates } service dates
    }
checked_store = store { $store }, schema { $head }
checked_rows =
    { $table }: { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
checked_runs_left =
    { $count ->
        [one] { $count } run is
       *[other] { $count } runs are
    } in progress, or { $count ->
        [one] was
       *[other] were
    } killed
checked_sound = no faults found
pruned_rows =
    { $table }: { $count ->
        [one] { $count } row
       *[other] { $count } rows
    } removed

# Sources elsewhere
source_kind_unknown = [{ $section }]: no source is known for addresses that begin with "{ $scheme }://"
source_url_wrong = the url of a source is no database address: write "postgresql://user@host/base"
source_query_or_table = [{ $section }]: a database needs either query or table
source_no_after = [{ $section }]: with a watermark the query must contain :after, as in WHERE id > :after ORDER BY id
source_no_span = [{ $section }]: the query must contain :from and :to (or :from_s and :to_s), or :after and the key watermark
source_parameter = { $source }: the query names :{ $names }, which is not known; known are :after, :from, :to, :from_s, :to_s, :from_ms and :to_ms
source_mark_wrong = { $source }: the watermark { $column } is empty or no whole number in some row: use a column that grows with each new row
source_no_mark = { $source }: the query gives no column { $column }, the watermark; it gives { $columns }
source_mysql_zone = { $source }: the server does not know the time zone { $zone }: load its names with mysql_tzinfo_to_sql
source_refused = { $source }: { $reason }
source_driver_missing = { $source }: the package { $package } is not installed: pip install { $package }
source_http_url_wrong = the url of a source is no web address: write "https://host/path?from={"{from}"}&to={"{to}"}"
source_http_header = [{ $section }.headers]: { $name } is no header, or its value has signs that a header cannot have
source_http_placeholder = [{ $section }]: the url names { $names }, which is not known; known are { $known }
source_http_whole = [{ $section }]: only the url of fixes may name { $names }: the other tables are asked for as a whole
source_http_span = [{ $section }]: the url must name the span that it asks for: {"{from}"} and {"{to}"} (or {"{from_s}"} and {"{to_s}"}, {"{from_ms}"} and {"{to_ms}"}, {"{from_local}"} and {"{to_local}"})
source_http_paging = [{ $section }]: page = "cursor" needs page_path and page_parameter, page = "number" needs page_parameter; without page neither of them stands
source_http_failed = { $source }: { $why }{ $tries ->
    [one] {""}
   *[other] {" "}(asked { $tries } times)
}
source_http_status = the server answered { $status } { $reason }
source_http_silent = no answer in time (fetch.seconds)
source_http_slow = the answer took longer than { $seconds } s (fetch.seconds)
source_http_cut = the connection broke off before the answer was whole
source_http_unreachable = not reachable: { $reason }
source_http_no_json = the answer is no JSON, or broke off; it begins with { $begin }
source_http_long = { $source }: all answers together took longer than { $seconds } s, sixty times fetch.seconds
source_http_redirects = { $source }: redirected from address to address without end
source_http_too_large = { $source }: an answer of more than { $limit } MB; ask for shorter spans (slice_hours), or let in more by limits.answer_mb
source_http_refused = { $source }: { $key } is { $found } instead of { $wanted }; { $words }
source_http_no_rows = { $source }: { $place }; the key rows names where the rows stand; there is { $found }
source_http_top = the answer is no list of rows
source_http_at = no list of rows at "{ $path }" in the answer
source_http_no_devices = { $source }: the address asks for one device at a time, and there is none: neither in devices, nor in the schedule
source_http_no_device_column = { $source }: the devices have no field { $column } (devices_column, devices_name); they have { $columns }
source_http_circle = { $source }: a page leads back to one that was read already
source_http_elsewhere = { $source }: the next page is said to lie at { $host }, another server: not followed
source_http_same_page = { $source }: page 2 is the same as page 1: either { $parameter } is not what the server calls it (page_parameter), or it gives the last page again for each number beyond: then let page_path name the count of all rows
source_http_no_total = { $source }: no count of rows at "{ $path }" in the answer (page_path)
source_http_few = { $source }: { $count } rows on all pages of the { $total } that there are said to be
source_preset_alone = [{ $section }]: with a preset neither query nor table stands: it knows what to ask
source_traccar_no_devices = { $source }: Traccar shows this user no device: give the user the devices
source_traccar_cut = { $source }: even the answer for a single second is cut off, at { $count } rows
source_traccar_odd = { $source }: the answer is no list: is it the address of a Traccar server?
source_traccar_filters = Traccar can drop fixes of vehicles that stand before it stores them (filter.distance, filter.static, filter.duplicate): where it does, pickups cannot be told from driving past; switch these filters off
source_traccar_no_stands = of { $count } pairs of consecutive fixes hardly one lies within 5 m: stands seem to be missing, because Traccar drops them (filter.distance, filter.static, filter.duplicate) or terminals are silent while they stand; pickups cannot be told from driving past then
source_dataset_url_wrong = [{ $section }]: no address of a data set: write "s3://bucket/prefix", with ?endpoint_override=http://host:port and &region=… where needed, or "file:///folder"
source_dataset_missing = { $source }: no such file there
source_dataset_kind = { $source }: a small table is a file .csv or .parquet
source_dataset_large = { $source }: more than { $limit }; { $key } lets in more
source_dataset_list = { $source }: its list of files is larger than { $limit } MB; { $key } lets in more
source_dataset_no_dates = { $source }: no folders date=YYYY-MM-DD there
source_keys_of_others = [{ $section }]: { $names }: such an address has no use for that; take it away, or see docs/sources.md
source_too_large = { $source }: more than { $limit } cells; limits.cells lets in more
source_empty = { $source }: not a single row; what was kept before is used
fetched_refused = { $path }: what was fetched cannot be kept there ({ $reason })
fetched_list_damaged = { $path }: the list of what was fetched was damaged, and is put aside as kept.db.damaged; the files that are there count, and all is asked for once more
fetched_busy = { $path }: another process has been fetching for a minute: try again when it has ended
not_fetched = { $kind }: nothing has been fetched yet (there is none in { $folder }): routecheck run fetches, and judges
fetched_full = { $count ->
    [one] the oldest date of the fetched fixes was dropped: they take more than { $most } MB (fetch.most_mb)
   *[other] the oldest { $count } dates of the fetched fixes were dropped: they take more than { $most } MB (fetch.most_mb)
}
health_address = health = "{ $address }": an address that only this machine reaches is wanted, such as "127.0.0.1:9464"; for others put a server with TLS and passwords before it
desk_taken = the desk cannot listen at { $address }: { $reason }; give another --port
desk_sign_in_at = The desk is open at this address, for those who may sign in. Ctrl-C ends it.
desk_needs_users = the desk is open to others at { $listen } only for users: set desk.users and enter one with `routecheck desk user NAME`
desk_users_missing = set desk.users in { $path }: the file of those who may sign in
desk_users_unreadable = { $path }: the file of users cannot be read ({ $reason })
desk_users_row = { $path }: user { $name }: a name, a role (look or decide) and a hash of a password are wanted; `routecheck desk user { $name }` writes them
desk_no_user = { $path } has no user { $name }
desk_password_length = a password has { $least } to { $most } characters
desk_passwords_differ = the two passwords are not the same
desk_listen_wanted = listen = "{ $found }": an address and a port are wanted, such as "0.0.0.0:8737"
desk_user_entered = { $path }: { $name } may { $role ->
    [decide] look and decide
   *[look] look
}.
desk_user_removed = { $path }: { $name } may sign in no more.
desk_not_installed = the desk needs the package { $package }: pip install 'routecheck[desk]'
desk_opened = The desk is open in the browser at { $address }; Ctrl-C ends it.
desk_open_this = Open this address in the browser of this machine; it opens one session, once. Ctrl-C ends the desk.
health_taken = health = "{ $address }" cannot be listened at: { $reason }; take another port
