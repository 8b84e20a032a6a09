### What is being done, on the line of progress of a terminal.

reading = reading
reading_fixes = reading fixes
observing = observing { $day }
diagnosing = diagnosing points
judging = judging { $day }
trying = trying the corrections on { $day }
exporting = exporting
done = done
roads = roads and points
