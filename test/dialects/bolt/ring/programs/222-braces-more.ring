o = new Box { w = 2 h = 3 }
? o.area()
o { w = 10 ? area() }
x = 5
o { w = x h = x }
? o.area()
new Box { w = 1 h = 1 ? "in new " + area() }
p = new Named("n") { tag = "t" }
? p.name + p.tag
o { setBoth(7) }
? o.w + o.h
aBoxes = [new Box { w = 1 h = 2 }, new Box { w = 3 h = 4 }]
n = 0
for b in aBoxes n += b.area() next
? n
e = new Ended { v = 1 }
class Box
	w h
	func area return w * h
	func setBoth n
		w = n
		h = n
class Named
	name tag
	func init c
		name = c
		return self
class Ended
	v = 0
	func braceStart ? "start"
	func braceEnd ? "end " + v
