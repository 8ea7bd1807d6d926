x = 10
if x > 5 and x < 20
	? "in range"
ok
if x = 1 or x = 10 ? "one or ten" ok
if not (x = 10) ? "no" else ? "ten" ok
if x > 5 if x > 8 ? "nested" ok ok
if "" ? "a" but "0" ? "b" ok
if [] ? "c" else ? "d" ok
if [0] ? "e" ok
if x - 10 ? "f" else ? "g" ok
if x = "10" ? "same" ok
y = (x = 10)
if y ? "y" ok
if x != 10
elseif x = 10
	? "h"
else
	? "i"
end
