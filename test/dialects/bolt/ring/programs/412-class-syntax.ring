o = new B
? o.a + o.b
? o.hello()
p = new C { x = 5 }
? p.x
q = new D
? q.sum(1, 2)
class A {
	a = 1
	func hello { return "hello" }
}
class B < A
	b = 2
class C : A {
	x = 0
}
class D
	func sum(a, b)
		return a + b
	end
	func another()
	end
endclass
