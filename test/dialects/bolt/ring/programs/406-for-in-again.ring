nCalls = 0
for x in numbers() see x next
see nl
? nCalls
for x in [1, 2, 3] + 4 see x next
see nl
for c in "a" + "b" see c + "." next
see nl
x = 5
for x in [1, 2] next
try ? x catch ? cCatchError done
l = [1, 2, 3, 4]
for n in l
	if n = 2 del(l, 1) ok
	see n
next
see nl
for i = 3 to 1 step 0 - 1 see i next
see nl
func numbers
	nCalls++
	return [1, 2, 3]
