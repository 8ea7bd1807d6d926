o = new C
aNames = ["a", "b"]
for c in aNames
	? getAttribute(o, c)
	setAttribute(o, c, upper(getAttribute(o, c)))
next
? o.a + o.b
for c in methods(o) see c + " " next
see nl
addAttribute(o, "extra")
o.extra = 5
? o.extra
? o.go2("x")
class C
	a = "x" b = "y"
	func go return "go"
	func go2 c return go() + c
