o = new C
? o.a + o.b + o.c
? o.who()
? o.up()
? className(o)
? o.tell("x")
b = new B
? b.who()
? isMethod(b, "up")
? isMethod(o, "tell")
? isAttribute(b, "c")
p = new Square(3)
? p.area()
? p.name()
class A
	a = "a"
	func who return "A"
	func tell c return who() + c
class B from A
	b = "b"
	func who return "B" + super.who()
class C from B
	c = "c"
	func who return "C" + super.who()
	func up return super.who()
class Shape
	label = "shape"
	side
	func init n
		side = n
	func name return label + side
class Square from Shape
	func init n
		super.init(n)
		label = "square"
	func area return side * side
