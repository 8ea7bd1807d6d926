g1 = 1
setG()
? g1
? isGlobal("local1")
f()
try ? local2 catch ? cCatchError done
for i = 1 to 2 inLoop = i next
? inLoop
func setG
	g1 = 2
	local1 = 3
	h()
func h
	try ? local1 catch ? cCatchError done
func f
	local2 = 1
	if true local3 = 2 ok
	? local2 + local3
	g1++
	? g1
