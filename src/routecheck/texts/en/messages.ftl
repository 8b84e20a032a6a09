### Titles of the messages that the service sends.

title = { $site }: { $what }
summary = summary for { $dates }
revisions = earlier verdicts were revised
silent = no data arrives
failure = the daily run failed
recovered = the daily run works again
set_aside = a date could not be judged
backup = the store could not be backed up
misses =
    { $missed ->
        [0] { $retracted ->
            [one] one miss is taken back
           *[other] { $retracted } misses are taken back
        }
        [one] one pickup newly missed{ $retracted ->
            [0] {""}
           *[other] , { $retracted } taken back
        }
       *[other] { $missed } pickups newly missed{ $retracted ->
            [0] {""}
           *[other] , { $retracted } taken back
        }
    }
miss = { $point }, { $window }: { $evidence }
retracted =
    Taken back: { $point }, { $window }: { $verdict }{ $cause ->
        [none] {""}
       *[other] {" "}({ $cause })
    }
undue = Taken back: { $point }, { $window }: not due any more
today_failed = the running day could not be judged
