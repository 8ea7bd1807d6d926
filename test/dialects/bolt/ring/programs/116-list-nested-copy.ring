a = [1, [2, [3]]]
b = a
b[2][2][1] = 9
? a[2][2][1]
c = [:x = a]
c[:x][2][1] = "c"
? a[2][1]
f(a)
? a[2][1]
d = g(a)
d[1] = "d"
? a[1]
for x in a[2]
	if isNumber(x) x = 0 ok
next
? a
func f aList
	aList[2][1] = "f"
func g aList
	return aList
