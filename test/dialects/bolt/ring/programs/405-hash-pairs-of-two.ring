l = [["a", 1, 2], ["b", 3]]
? l["b"]
? l["a"]
? len(l)
? l[3][1] + "|" + l[3][2] + "|"
k = :key = 5
? k
x = (:n = 1)
? len(x)
? x[1]
f(:opt = 3)
func f a
	? a[1]
	? a[2]
