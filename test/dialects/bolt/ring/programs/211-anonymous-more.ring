f = func { return func { return "inner" } }
g = call f()
? call g()
? apply2([1, 2, 3], func n { return n * n })
? apply2(["a"], func c { return c + "!" })
f2 = func a { a + 1 }
l = []
call f2(l)
? len(l)
fCount = func { nCount++ return nCount }
nCount = 0
call fCount()
? call fCount()
aF = [func { return 1 }, func { return 2 }]
n = 0
for f in aF n += call f() next
? n
h = [:f = func x, y { return x - y }]
f = h[:f]
? call f(5, 2)
try call f(1) catch ? cCatchError done
f = "missing"
try call f() catch ? cCatchError done
f = func x {
	switch x
	on 1 return "one"
	off
	for i in 1:3
		if i = x return "found " + i ok
	next
	return "none"
}
? call f(1) + call f(3) + call f(9)
func apply2 aList, f
	aOut = []
	for x in aList aOut + call f(x) next
	return aOut
