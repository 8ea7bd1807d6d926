name = "global"
o = new C
o.test("param")
? name
? o.name2
class C
	name2 = "attr"
	func test name
		? name
		name2 = "changed"
		x = "local"
		? x + name2
		helper()
		inner = func { return name }
		? call inner()
	func helper
		? name
		try ? x catch ? cCatchError done
