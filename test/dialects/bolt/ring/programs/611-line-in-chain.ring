o = new C
? o.go(1)
   .go(0)
   .v
class C
	v = 1
	func go n
		v = 10 / n
		return self
