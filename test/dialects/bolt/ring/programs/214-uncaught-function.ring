? "start"
one()
func one
	two(1)
func two n
	? "in two " + n
	three("x")
func three c
	x = c - 1
