o = new A
o.b.c.n = 5
? o.b.c.n
o.items[2] = "two"
? o.items
o.hash[:k] = [1, 2]
o.hash[:k][1] = "one"
? o.hash[:k][1]
o.objs + new C
o.objs[1].n = 9
? o.objs[1].n
o.objs[1].n++
o.objs[1].n += 5
? o.objs[1].n
o.b.c.list + "x"
? len(o.b.c.list)
p = o
p.b.c.n = 0
? o.b.c.n
? isObject(o.b.c)
o.b = 3
? o.b
class A
	b = new B
	items = [1, 2]
	hash = []
	objs = []
class B
	c = new C
class C
	n = 0
	list = []
