### What an operator decided on corrections.

point = { $point }  { $state }  { $cause }  holds from { $since }
point_plain = { $point }  { $state }  { $cause }
accepted = { $count } corrections accepted by { $by }: { $causes }. The points file is left as it is.
rejected = { $count } corrections rejected by { $by }: { $causes }. They will not be proposed again.
undone = { $count } decisions taken back by { $by }: { $causes }. They are proposed again.
again = Now run again, so that the dates already judged say so too: { $command }
hand_over = The corrected points, to hand to whoever runs the monitor: { $command }
undo = To take it back: { $command }
none = nothing to change: no proposed correction is left that was asked for
