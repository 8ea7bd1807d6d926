n = 1
s = "s"
a = [1]
change(n, s, a)
? n
? s
? a
h = [:list = [1, 2]]
change2(h[:list])
? h[:list]
outer()
? len(empty([]))
func change x, y, z
	x = 2
	y = "t"
	z + 2
func change2 aList
	aList[1] = "in"
	aList = ["whole"]
func outer
	aLocal = [1]
	inner(aLocal)
	? aLocal
func inner a
	a + "inner"
	b = a
	b + "copy"
func empty a
	return a
