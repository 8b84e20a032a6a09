### What is being done, on the line of progress of a terminal.

observing = observing { $day }
