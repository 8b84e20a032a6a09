### What is wrong with what a site is fed, and what to do about it.

head_to_do =
    { $count ->
        [one] 1 thing to do:
       *[other] { $count } things to do:
    }
head_run =
    Most pressing of { $count ->
        [one] 1 thing
       *[other] { $count } things
    } to do (routecheck doctor lists all):
head_fine = In order:
nothing_to_do = Nothing to do.
do = → { $action }

refused = { $why }
    .action = Mend this first; the rest can only be examined then.
file_failed = Not read: { $file }: { $why }
    .action = Mend or replace the file.
vehicles_silent =
    { $count } of { $of } scheduled vehicles { $count ->
        [one] was
       *[other] were
    } never heard: { $ids }
    .action = Where an arrow names a vehicle that is heard, write it the same in the schedule and the fixes; otherwise check the devices.
vehicles_foreign =
    { $count ->
        [one] 1 vehicle is
       *[other] { $count } vehicles are
    } heard and not in the schedule: { $ids }
    .action = Where an arrow names a scheduled vehicle, write it the same in both; spare vehicles need no entry.
points_unknown =
    { $count ->
        [one] 1 point
       *[other] { $count } points
    } of the schedule { $count ->
        [one] is
       *[other] are
    } not in the points file: { $ids }
    .action = Write the ids the same in both files, or add the points.
alerts_unknown =
    { $count ->
        [one] 1 point
       *[other] { $count } points
    } of the alerts { $count ->
        [one] is
       *[other] are
    } not in the points file: { $ids }
    .action = Write the ids the same in both files, or add the points.
calendar_unknown =
    { $count ->
        [one] 1 point or township
       *[other] { $count } points or townships
    } of the calendar { $count ->
        [one] is
       *[other] are
    } not in the points file: { $ids }
    .action = Write them as the points file does; until then their days off and extra rounds change nothing.
points_placeless =
    { $count } of { $of } scheduled points { $count ->
        [one] has
       *[other] have
    } no usable location: { $ids }
    .action = Enter their locations, or accept the corrections that are proposed; those whose place the tracks do not show cannot be decided.
points_unscheduled =
    { $count } of { $of } points { $count ->
        [one] is
       *[other] are
    } not in the schedule: { $ids }
    .action = Add them to the schedule, or leave them: nothing is expected of them.
points_unserved =
    { $count } of { $of } scheduled points: no vehicle stopped for them on { $dates } dates: { $ids }
    .action = Check that they exist, and where; a whole round of them points to its vehicle or its records.
rows_rejected =
    { $source }: { $count ->
        [one] 1 row
       *[other] { $count } rows
    } rejected ({ $reason }), such as row { $row } of { $file }: { $cell }
    .action = Correct these rows, or have the export corrected; rejected_*.csv lists every one.
devices_silent =
    { $count ->
        [one] 1 vehicle was
       *[other] { $count } vehicles were
    } heard before and not on the last dates: { $ids }
    .action = Check the devices of those that are in use.
device_late = The fixes of { $vehicle } arrive { $hours } h late
    .action = Check its data connection, or set service.daily_at later.
device_elsewhere = Device of { $vehicle }: positions { $metres } from the site, last on { $last }
    .action = Check the sign and the order of its coordinates.
device_displaced = Device of { $vehicle }: positions { $shift }, by { $metres }, last on { $last } (corrected for judging)
    .action = Have the coordinate system of the device, or of its platform, corrected.
device_poor = Device of { $vehicle }: it stood { $metres } beside its usual places, last on { $last }
    .action = If it happens again, check its antenna.
device_stuck = Device of { $vehicle }: it repeated one position, last on { $last }
    .action = Restart or replace the receiver.
grain_coarse = The times of the fixes have a grain of { $seconds } s: seconds were cut off
    .action = Have the export write seconds; until then shorter stands cannot be distinguished from passing.
sheets_unused = Sheets of { $file } that are not read: { $ids }
    .action = If they hold rows of the same kind, give them the same headers as the sheet that is read.
ids_joined =
    { $source }: { $count ->
        [one] 1 id is
       *[other] { $count } ids are
    } spelt otherwise and joined: { $ids }
columns_unused = Columns of { $file } that are not used: { $ids } (to use one, name it under [{ $source }.columns])
inputs =
    { $points } points, { $rows } schedule rows of { $vehicles } vehicles, { $alerts } alerts
fixes =
    { $fixes } fixes in { $files ->
        [one] 1 file
       *[other] { $files } files
    } on { $dates ->
        [one] 1 date
       *[other] { $dates } dates
    }, { $first } to { $last }; the last { $looked } were looked at
declared = Times without an offset are read in { $zone }; fixes in { $fixes }, points in { $points }
