for x in [1]
	? f(x)
next
func f a
	return a + [1]
