### Titles of the messages that the service sends.

title = { $site }: { $what }
summary = summary for { $dates }
revisions = earlier verdicts were revised
silent = no data arrives
failure = the daily run failed
recovered = the daily run works again
set_aside = a date could not be judged
backup = the store could not be backed up
