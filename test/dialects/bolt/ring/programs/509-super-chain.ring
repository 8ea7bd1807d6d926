o = new C("x")
? o.log
o.step2()
? o.log
class A
	log = ""
	func init c
		log += "A" + c
	func step2
		log += "a"
class B from A
	func init c
		super.init(c)
		log += "B"
	func step2
		super.step2()
		log += "b"
class C from B
	func init c
		super.init(c + "!")
		log += "C"
	func step2
		super.step2()
		log += "c"
