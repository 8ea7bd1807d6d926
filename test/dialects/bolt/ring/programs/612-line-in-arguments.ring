? add(
	part(1),
	part(0)
)
func part n
	return 6 / n
func add a, b
	return a + b
