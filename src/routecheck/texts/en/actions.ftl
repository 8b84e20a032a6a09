### What to do about a verdict, where it depends on a decision on the correction.

record_proposed = Accept the correction (routecheck accept { $point }), and give the monitor the corrected record.
record_here = Accept the correction, and give the monitor the corrected record.
record_accepted = The correction is accepted here; give the monitor the corrected record.
record_rejected = Its correction was rejected; have the point surveyed.
record_ended = The points file has changed this point since; check that the monitor has the new record.
record_none = No correction is proposed yet; have the point surveyed.
tolerance_proposed = Accept the wider tolerance (routecheck accept { $point }), and give it to the monitor.
tolerance_here = Accept the wider tolerance, and give it to the monitor.
tolerance_accepted = The correction is accepted here; give the monitor the corrected record.
passed_by_other = Send a vehicle to collect, and ask the crew of { $crew }, which was scheduled, why it did not come to the point.
device_displaced = Have the coordinate system of the device of { $vehicle } corrected: the monitor sees it displaced.
nothing = Nothing to do.
ask_crew = Ask the crew about this pickup.
