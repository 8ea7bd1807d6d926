? 3:1
? "c":"a"
for i in 5:7 see i next see nl
a = 2:2
? len(a)
n = 2
? len(n:n+3)
? (1:3) + 4
? 1:2 + 3
x = 1:5
del(x, 3)
? len(x)
? find(x, 5)
? sum(1:10)
func sum aList
	n = 0
	for i in aList n += i next
	return n
