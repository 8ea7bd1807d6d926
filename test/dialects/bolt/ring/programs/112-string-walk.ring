c = "Ring"
for i = 1 to len(c) see c[i] + "-" next
see nl
for i = len(c) to 1 step -1 see c[i] next
see nl
n = 0
for x in c
	if x >= "a" n++ ok
next
