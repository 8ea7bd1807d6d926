? "start"
o = new C
? o.x
p = new D
? p.y
class C
	? "body of C"
	x = 1 + 1
	aList = []
	for i = 1 to 3 add(aList, i) next
class D from C
	? "body of D"
	y = x * 10
