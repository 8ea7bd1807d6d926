c = upper("a")
  + lower("B")
  + "c"
? c
l = [4, 5]
n = l[1]
	* l[2]
? n
x = (1 + 2)
- 5
? x
lOk = (n > 1)
	= 1
? lOk
? "end"
