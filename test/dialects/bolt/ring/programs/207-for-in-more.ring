for x in 1:3 see x next see nl
for x in [[1, "a"], [2, "b"]]
	see x[2] + x[1]
next
see nl
a = ["x", "y"]
for c in a
	for d in a see c + d + " " next
next
see nl
for c in a
	c += "!"
next
? a
b = []
for n in 1:5
	if n = 3 loop ok
	add(b, n * n)
next
? b
for row in [[1, 2], [3, 4]]
	for n in row
		if n = 3 exit 2 ok
		see n
	next
next
see nl
c = "abc"
for x in c x = upper(x) next
? c
h = [:a = 1]
for p in h p[2]++ next
? h[:a]
try for x in 5 next catch ? cCatchError done
f(a)
func f aList
	for x in aList x = x + "?" next
	? aList
