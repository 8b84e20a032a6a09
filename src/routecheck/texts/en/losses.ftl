### Data that should be there and cannot be used.

rows =
    { $count } of { $total } rows of { $source }{ $day ->
        [none] { "" }
       *[other] { " " }of { $day }
    } cannot be used, for example { $example }: correct the file, or its section of the configuration, and run again
places =
    { $count } of { $total } points of the points file have no usable location ({ $example }): are the columns of longitude and latitude what they should be?
shrunk =
    { $count } of { $total } rows of { $source } are gone since the last run: is the file whole? If it is, run once with --allow-shrink
alerts =
    { $count } of { $total } alerts of { $day } are gone or cannot be read ({ $example })
pickups =
    { $count } of { $total } pickups of { $day } are no longer in the schedule, or their rows cannot be read ({ $example })
fixes =
    { $count } of { $total } fixes of { $day } are gone or cannot be read
calendar =
    { $count } of { $total } rows of the calendar about { $day } are gone or cannot be read
vehicles =
    of { $count } of the { $total } vehicles that served points on { $day } there are no fixes any more ({ $example }): is the vehicles file whole, are the files of fixes?
and_kept = { $what }; the verdicts of { $day } are left as they are
allow = where less is right (files were replaced on purpose), run the dates with --allow-shrink
