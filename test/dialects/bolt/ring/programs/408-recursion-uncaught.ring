? "start"
down(3)
func down n
	if n = 0
		x = 1 / n
	ok
	down(n - 1)
