a = [[1, 2], [3, 4]]
a[1][2] += 10
? a[1][2]
a[2][1] *= 5
? a[2][1]
h = [:a = [:b = 2]]
h[:a][:b] -= 5
? h[:a][:b]
h[:a][:b]--
? h[:a][:b]
s = "x"
s += 1.5
? s
l = [1]
try l += 2 catch ? cCatchError done
? len(l)
n = 10
n += 5 n -= 3 n *= 2 n /= 4
? n
n %= 4
? n
m = "5"
m += 5
? m
