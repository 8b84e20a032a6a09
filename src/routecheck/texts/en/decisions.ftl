### What an operator decided on corrections.

point = { $point }  { $state }  { $cause }  holds from { $since }
point_plain = { $point }  { $state }  { $cause }
accepted =
    { $count ->
        [one] { $count } correction
       *[other] { $count } corrections
    } accepted by { $by }: { $causes }. The points file is not changed.
rejected =
    { $count ->
        [one] { $count } correction
       *[other] { $count } corrections
    } rejected by { $by }: { $causes }. { $count ->
        [one] It
       *[other] They
    } will not be proposed again.
undone =
    { $count ->
        [one] { $count } decision
       *[other] { $count } decisions
    } taken back by { $by }: { $causes }. { $count ->
        [one] The correction is
       *[other] The corrections are
    } proposed again.
again = Now run again, so that the dates already judged follow: { $command }
hand_over = To export the corrected points for the operator of the monitor: { $command }
undo = To take it back: { $command }
none = nothing to change: none of these points has a correction that waits for a decision
