o = new H
? call o.f(5)
o.f = func x { return x + 1 }
? call o.f(5)
o.g.f = "twice"
? call o.g.f(4)
func twice n return n * 2
class H
	f = func x { return x * 10 }
	g = new K
class K
	f = ""
