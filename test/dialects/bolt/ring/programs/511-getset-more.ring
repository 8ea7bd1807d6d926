o = new C
o.v = 5
? o.v
o.v++
? o.v
o.list = [1]
? o.list
o.inner()
? o.raw()
o { v = 3 see v see nl }
x = o.v + o.v
? x
class C
	v = 1
	list = []
	func setV n
		see "set" + n + " "
		v = n
	func getV
		see "get "
		return v
	func setList a
		list = a
		list + "set"
	func inner
		v = 100
		self.v = 101
	func raw return v
