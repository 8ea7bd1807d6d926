a = new Num(5)
b = new Num(3)
? (a + b).v
? (a * 2).v
? a = b
? a != b
? a > b
a += 10
? a.v
a++
? a.v
? len(a)
? a["k"]
? 2 + a
? !a
if a ? "true" else ? "false" ok
l = [a, b]
? (l[1] + l[2]).v
class Num
	v = 0
	func init n
		v = n
		return self
	func operator op, x
		if isObject(x) x = x.v ok
		switch op
		on "+" return new Num(v + x)
		on "*" return new Num(v * x)
		on "=" return v = x
		on "!=" return v != x
		on ">" return v > x
		on "+=" v += x
		on "++" v++
		on "len" return 42
		on "[]" return "item " + x
		on "r+" return "right " + x
		on "not" return "notted"
		off
