### What is being done, on the line of progress of a terminal.

fetching = fetching from { $source }
reading = reading the data
reading_fixes = reading fixes
observing = reading the tracks of { $day }
diagnosing = diagnosing points
judging = judging { $day }
trying = trying the corrections on { $day }
exporting = writing the files
exporting_date = writing the data set: { $day }
done = done
roads = making roads and points
