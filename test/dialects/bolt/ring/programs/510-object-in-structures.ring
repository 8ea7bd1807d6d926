a = []
for i = 1 to 3
	a + new P("n" + i, i)
next
for p in a
	p.age *= 10
next
? sum(a)
h = [:first = a[1], :all = a]
h[:first].age = 0
? a[1].age
? h[:all][2].name
b = sort(a, 1, "age")
? b[1].name
? find(a, "n2", 1, "name")
f = pick(a, 30)
? f.name
f.name = "picked"
? a[3].name
? a
func sum aList
	n = 0
	for p in aList n += p.age next
	return n
func pick aList, n
	for p in aList
		if p.age = n return p ok
	next
	return null
class P
	name age
	func init c, n
		name = c
		age = n
