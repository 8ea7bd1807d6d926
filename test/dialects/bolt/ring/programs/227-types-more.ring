? type(1) + type("") + type([]) + type(new E)
? isString(1) + isString("")
? isNumber("1") + isNumber(1)
? isList([]) + isList("")
? isObject(new E) + isObject([])
? isFunction("main") + isFunction("type")
? isCFunction("type") + isCFunction("TYPE")
? type(true) + type(null)
? type(func { })
? className(new E)
? attributes(new F)
? methods(new F)
? isAttribute(new F, "x")
? isMethod(new F, "go")
? len(attributes(new E))
try ? className(5) catch ? cCatchError done
o = new F
setAttribute(o, "x", 5)
? getAttribute(o, "X")
addAttribute(o, "z")
? o.z
o.z = 1
? len(attributes(o))
class E
class F
	x = 1 y
	func go
	func stop
