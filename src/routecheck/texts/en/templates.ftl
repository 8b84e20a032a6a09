### A new site: the import templates, and what explains them.

readme =
    Each file here shows the headers of one kind of table, with an example row, as CSV and as an
    Excel workbook that explains each column; both can be imported. Fill in points.csv and
    schedule.csv one folder up; put the exports of the trackers in fixes/ and those of the monitor
    in alerts/. Headers may stand in any order, further columns are ignored, and headers of your
    own can be mapped in routecheck.toml. Save as CSV UTF-8 (GB18030 is read too), or as .xlsx:
    then name that file in routecheck.toml.

sheet = { $table ->
    [points] points
    [schedule] schedule
    [fixes] fixes
    [alerts] alerts
    [vehicles] vehicles
    [calendar] calendar
   *[checks] checks
}
explained = explained
about = Fill in the other sheet, a row each; delete its example row. Ids are text: their leading zeros count. Further columns and sheets are ignored. Name this file under [{ $table }] path in routecheck.toml. Rows that cannot be used are listed with their cells in rejected_{ $table }.csv.
column = column
name = name in CSV files
required = required
meaning = meaning
example = example
yes = yes
no = no
number_wanted = a number from { NUMBER($low, useGrouping: 0) } to { NUMBER($high, useGrouping: 0) }
date_wanted = a date such as 2026-03-01
flag_wanted = true or false
