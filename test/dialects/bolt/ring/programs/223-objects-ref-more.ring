a = new N { v = 1 }
b = a
b.v = 2
? a.v
c = ref(a)
c.v = 3
? a.v
a.nxt = new N { v = 9 }
? a.nxt.v
d = a.nxt
d.v = 0
? a.nxt.v
l = []
add(l, a)
l[1].v = 100
? a.v
f(l[1])
? l[1].v
? a = a
? c = a
? a = new N
m = [a, 5]
? isObject(m[1])
func f o
	o.v++
class N
	v = 0
	nxt
