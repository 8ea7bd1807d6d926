for i = 1 to 0 ? "never" next
? i
for i = 5 to 1 step -2 see i next see nl
? i
for i = 1 to 3
	for j = i to 3
		see "" + i + j + " "
	next
next
see nl
for i = 1.5 to 3 see i see " " next see nl
n = 0
for i = 1 to 10
	if i % 2 loop ok
	if i > 8 exit ok
	n += i
next
? n
a = [1, 2, 3]
for i = 1 to len(a)
	a[i] = a[i] * i
next
? a
for x in a step 2 see x next see nl
