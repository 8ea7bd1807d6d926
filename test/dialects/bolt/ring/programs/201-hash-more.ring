h = [:one = 1]
h["Two"] = 2
h[:THREE] = 3
? h[:two]
? h["ONE"]
? h[:three]
h[:four] = h[:one] + h[:three]
? h[:four]
for p in h see p[1] + "=" + p[2] + " " next
see nl
h[:one] = [1, 2]
? len(h[:one])
? h[:one][2]
h["new key"] = "v"
? h["New Key"]
? len(h)
del(h, 2)
? h[2][1]
k = :four
? h[k]
? h[5 - 4][2][1]
x = h
x[:four] = 0
? h[:four]
? find(h, "four", 1)
? find(h, "FOUR", 1)
? isList(h[1])
