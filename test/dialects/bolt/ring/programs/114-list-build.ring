a = []
for i = 1 to 3 a + i next
? a
a + [4, 5]
? len(a)
? a[4][2]
b = [a, a]
b[1][1] = "x"
? a[1]
c = list(2, 3)
? len(c)
? len(c[1])
c[2][3] = 7
? c
d = 1:3
add(d, 4)
insert(d, 2, "mid")
? d
del(d, 1)
? d
? len([[]])
? [1, 2] + 3
