# A parameter stands for the caller's place, also when it gets no list
a = [1, 2]
setFive(a)
? a
l = [[1], [2]]
setFive(l[1])
? l
for x in l setFive(x) next
? l
h = [:key = [1]]
setFive(h[:key])
? h[:key]
o = new Box
setFive(o.items)
? o.items
o.reset(o)
? type(o)
b = [9]
? another(b)
? b
c = [1] d = [2]
both(c, d)
? c
? d
e = [5]
perhaps(e, false) ? len(e)
perhaps(e, true) ? "[" + e + "]"
s = "text"
setFive(s)
? s
inFunction()

func setFive x
	x = 5

func another x
	x = 5
	x = [x, 6]
	return len(x)

func both one, two
	one = two
	two = 0

func perhaps x, isIt
	if isIt x = "" ok

func inFunction
	z = [1]
	setFive(z)
	? z

class Box
	items = [1]
	func reset x
		x = "gone"
