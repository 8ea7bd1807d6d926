o = new C
o.set(5)
? o.v
? o.get2()
o.inBraces()
? o.v
class C
	v = 0
	func set v2
		this.v = v2
	func get2
		return self.v + this.v
	func inBraces
		v = 7
		self { v = v + 1 }
