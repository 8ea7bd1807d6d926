for v in [0, 1, -0.5, "", "a", "0", [], [[]], null]
	if v see 1 else see 0 ok
next
see nl
? not "" 
? not "x"
? not []
? !5
? true = 1
? null = ""
? "" = 0
? [] = []
? [1] = [1]
? "a" and "b"
? 0 or ""
? 5 and 0
? (1 or 0) + 1
? isNull([])
? isNull("nULL")
x = null
? x + "s"
? 5 - null
