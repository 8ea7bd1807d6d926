c = "hello"
c[1] = upper(c[1])
? c
c[len(c)] = "!"
? c
a = ["abc", "def"]
a[1][2] = "X"
? a[1]
h = [:w = "word"]
h[:w][1] = "W"
? h[:w]
for x in c
	if x = "l" x = "L" ok
next
? c
try c[2] = "" catch ? cCatchError done
try c[9] = "x" catch ? cCatchError done
try c[1] = [] catch ? cCatchError done
? c
d = c
d[1] = "J"
? c + d
