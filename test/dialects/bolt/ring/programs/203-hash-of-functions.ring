h = [
	:add = func a, b { return a + b },
	:name = :shout
]
f = h[:add]
? call f(2, 3)
g = h[:name]
? call g("hi")
for p in h
	f = p[2]
	? p[1] + ": " + isFunction(f)
next
h[:late] = func { return "late" }
f = h[:late]
? call f()
aCalls = []
for c in ["a", "b"]
	aCalls + func x { return x + x }
next
f = aCalls[1]
? call f("z")
? f = aCalls[1]
? aCalls[1] = aCalls[2]
func shout c return upper(c) + "!"
