### What is wrong with a configuration file, in one line.

in_file = { $path }: { $what }
no_file =
    { $path }: there is no such configuration file; `routecheck init DIR` writes a new one, --config FILE or ROUTECHECK_CONFIG names another
no_confidences = { $path }: there is no such file of confidences; `routecheck calibrate --write FILE` writes one, judge.confidence in the configuration names it
unreadable = { $path }: cannot be read ({ $reason }): a TOML file wanted
too_large = { $path }: more than { $limit } MB: this is no configuration
too_deep = brackets within brackets, more than can be read
no_text = { $path }: not text in UTF-8; save it as UTF-8
variable_not_set =
    the environment variable { $name } is not set; the configuration refers to it
site_exists = { $path } exists already and is kept; name a new folder
site_refused = { $path }: a site cannot be written there ({ $reason })

## The file is no TOML.

quotation_marks = line { $line }: { $text }: Chinese quotation marks; use plain ones: "
backslash =
    line { $line }: { $text }: a backslash in a path; write forward slashes: "C:/gps/fixes/*.csv"
punctuation = line { $line }: { $text }: Chinese punctuation; use plain = and ,
no_toml = line { $line }: { $text }: not TOML ({ $reason })

## A key is not known, or is missing.

unknown_key = { $line ->
    [0] key "{ $name }" is not known; { $hint }
   *[other] line { $line }: key "{ $name }" is not known; { $hint }
}
did_you_mean = did you mean "{ $near }"?
known_here = known here: { $known }
belongs_under = { $count ->
    [one] it belongs under { $homes }
   *[other] it belongs under one of { $homes }
}
required_place = { $line ->
    [0] { $name } is required: write { $last } = "…" under [{ $section }], or url = "…" where the table lies elsewhere
   *[other] line { $line }: { $name } is required: write { $last } = "…" under [{ $section }], or url = "…" where the table lies elsewhere
}
required = { $line ->
    [0] { $name } is required: write { $last } = "…" under [{ $section }]
   *[other] line { $line }: { $name } is required: write { $last } = "…" under [{ $section }]
}

## A value cannot be: what is wanted, by the type of the error that pydantic or `kinds` raises.

wrong_value = { $line ->
    [0] { $name } must be { $wanted }; found { $found }
   *[other] line { $line }: { $name } must be { $wanted }; found { $found }
}
bool_type = true or false
datum = a datum ({ $what })
delimiter = one character that separates cells, such as "," ";" "|", or "tab"
dict_type = a section of its own: canonical name = "header in the file"
encoding = "auto", "utf-8", "gb18030" or another encoding of text, by name
finite_number = a finite number
float_type = a number
greater_than = a number above { NUMBER($gt, useGrouping: 0) }
greater_than_equal = a number, at least { NUMBER($ge, useGrouping: 0) }
int_type = a whole number
less_than_equal = a number, at most { NUMBER($le, useGrouping: 0) }
list_type = a list: ["…", "…"]
keep_days = 0 (everything is kept), or { $least } at least: diagnosis looks back on six weeks
literal_error = one of { $expected }
model_type = a section of its own, [in brackets]
store_url =
    an SQLAlchemy URL: "sqlite:///routecheck.db" or "postgresql+psycopg://user@host/base"
string_too_short = a text that is not empty
string_type = a text in quotation marks: "…"
time_format =
    a format such as "%d/%m/%Y %H:%M:%S" or "%m/%d/%Y %I:%M:%S %p" with year, month and day, or "day-first" or "month-first"
time_of_day = a time of day "HH:MM", such as "06:30"
time_zone = a time zone by its IANA name, such as "Asia/Shanghai"
time_zone_near = a time zone by its IANA name, perhaps "{ $near }"
vehicle_from_name = "{"{"}vehicle{"}"}" once where the vehicle stands and * for the rest, such as "{"{"}vehicle{"}"}_*", or a regular expression with one group
source_url = an address: "postgresql://user@host/base", "mysql://…"
path_and_url = line { $line }: [{ $section }] has both path and url: keep the one that holds
success_word = what stands where, such as "code=0"
share = above 0 and below 1
growing = a list of { $count } numbers that grow
least_below_most = such that least is below most
