a = [1, 2]
check(a)
func check aList
	for x in aList
		if x = 2
			raise("bad item " + x)
		ok
	next
