### What is wrong with a call of the command line, in one line.

config_found = {" "}(configuration: { $path })
no_option = there is no option { $option }{ $hint }; `{ $command } --help` lists them
no_command = there is no command '{ $found }'{ $hint }; `{ $command } --help` lists them
perhaps = , perhaps { $near }
missing = { $name } is missing; `{ $command } --help` shows the usage
option_value = { $option } needs a value; `{ $command } --help` shows which
option_without_value = { $option } takes no value; `{ $command } --help` shows the usage
too_many_words = too many arguments: { $found }; `{ $command } --help` shows the usage
refused = { $message } `{ $command } --help` shows the usage
whole_number = { $name } must be a whole number{ $bounds }
number = { $name } must be a number{ $bounds }
at_least = { " " }of at least { $least }
between = { " " }from { $least } to { $most }
choice = { $name } must be one of { $bounds }

which_dates = give the dates: --date D, or --from A --to B
date_wanted = { $option } must be a date like 2026-03-02, found '{ $found }'
date_beyond = { $option } { $found }: dates from { $first } to { $last } can be judged
dates_reversed = --to { $last } lies before --from { $first }
due_and_dates = --due finds the dates itself; leave out --date, --from and --to
learned_and_check = --learned shows what was learnt, --check whether all is well: give one of them
episodes_and_dataset = --dataset writes episodes too: leave --episodes out
format_alone = --format writes layers of a map and nothing else: leave --dataset and --episodes out
month_or_dates = give either --month, or --date, or --from and --to
month_wanted = --month must be a month like 2026-03, found '{ $found }'
window_wanted = --window must be the time a window starts at, like 06:00, found '{ $found }'
tolerance_range =
    --tolerance must be above 0 and at most { NUMBER($most, useGrouping: 0) } metres, found { NUMBER($found, useGrouping: 0) }
compare_with_what = name what to compare with: --truth FILE, or --checks
calibrate_by_what = name what is known: --truth FILE … of judged sites, or --checks
calibrate_group = --group takes NAME=GLOB, such as short="*/drawn-*"; found { $found }
calibrate_one_group =
    { $count ->
        [one] one site cannot be left out of itself: name the truth of two judged sites or more
       *[other] all { $count } sites are of one group, and none is left out: name two groups or more with --group NAME=GLOB, or leave it out
    }
no_checks_configured = there are no field checks: set checks.path, or say at the desk (routecheck desk) what was found
points_and_all = name points, or give --all, not both
undo_and_from = --undo takes the whole acceptance back: leave out --from
folder_is_file = { $path } is a file; name a new folder
folder_not_empty = { $path } is not empty; name a new folder
set_wanted = --set must be NAME=VALUE, such as noise_m=12, found '{ $found }'
date_of_which_vehicle = --date is that of a vehicle: name it with --vehicle
not_simulated_so = { $reason }

left_unjudged = { $count ->
    [one] left out, since the store holds no verdicts for it: { $days }
   *[other] left out, since the store holds no verdicts for them: { $count } dates ({ $days })
}

interrupted = interrupted; what was stored before is whole, run it again
out_of_memory = out of memory; run fewer dates at once
output_refused = the output could not be written: { $reason }
file_refused = { $file }: the system refuses access ({ $reason })
pair_wanted = { $found }: write NAME=VALUE, such as vehicle_id=plate
header_secret = --header { $name }: its value is a secret: write {"${NAME}"} in it, and set the environment variable
sample_overlaps = a sample was drawn from some of these dates together with others ({ $spans }): ask for those dates, or for others
sample_written = { $path }: fill in the column collected with true or false (leave blank what nobody knows), and name the file in the configuration (checks.path, a pattern such as out/sample_*.csv)
sample_kept = { $path } is there already and stays as it is
