a = new M(2)
b = new M(3)
c = a + b
? c.v
c = a * 10
? c.v
? a = 2
? a < b
? a > b
? -a
? a["key"]
class M
	v
	func init n
		v = n
	func operator cOp, x
		if isObject(x) x = x.v ok
		switch cOp
		on "+" return new M(v + x)
		on "*" return new M(v * x)
		on "=" return v = x
		on "<" return v < x
		on ">" return v > x
		on "neg" return 0 - v
		on "[]"
			return "got " + x
		off
