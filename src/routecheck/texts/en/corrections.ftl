### Why a correction is proposed.

batch_datum = Like { $supporting } of { $batch_points } points of { $batch }, it is recorded as { $reading }: read so, these points lie where vehicles stop for them.
datum_and_place =
    Its township is recorded as { $reading }; read so, it is still away from where vehicles stop for it, on { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
read_only = The coordinate was entered wrongly ({ $slip }): it cannot be right as it is. No stop has confirmed the right reading yet.
batch_shift = Like { $supporting } of { $batch_points } points of { $batch }, it is shifted by { $east_m } m east and { $north_m } m north of where vehicles stop for them.
coordinate_error = The coordinate was entered wrongly ({ $slip }); read rightly, it lies where vehicles stop for it.
misplaced = Vehicles stood { $offset } from the recorded place on { $days } of its due days, for about { $stood }, within { $scatter_m } m of one place; none stood at the recorded place.
relocated = Before { $since } vehicles stood at the recorded place; from that day on they stood { $offset } from it, on { $days } of its due days, for about { $stood }, within { $scatter_m } m of one place.
tolerance =
    Vehicles stop { $offset } from the point, just outside its tolerance, on { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
the_registry = the registry
by_batch =
    { " " }No stop was seen at this point itself yet: the correction is proposed because of the other points, most of them seen on { $batch_days ->
        [one] { $batch_days } day
       *[other] { $batch_days } days
    }.
reading_gcj02 = GCJ-02
reading_bd09 = BD-09
reading_gcj02_reversed = GCJ-02 removed once too often
reading_bd09_reversed = BD-09 removed once too often
reading_gcj02_twice = GCJ-02 applied twice
reading_bd09_twice = BD-09 applied twice
reading_bd09_as_gcj02 = BD-09 treated as GCJ-02
reading_gcj02_as_bd09 = GCJ-02 treated as BD-09
reading_meridian_east = a central meridian 3 degrees off
reading_meridian_west = a central meridian 3 degrees off
reading_meridian = a central meridian 3 degrees off
reading_swapped = longitude and latitude exchanged
reading_minutes = degrees and minutes read as degrees
reading_minutes_lon = degrees and minutes read as degrees
reading_minutes_lat = degrees and minutes read as degrees
reading_seconds = degrees, minutes and seconds read as degrees
reading_swapped_minutes = longitude and latitude exchanged, and minutes read as degrees
reading_sign = a wrong sign
reading_digits = digits cut off
