n = 5
try n -= "2" catch ? cCatchError done
try n *= "2" catch ? cCatchError done
? n
n += "2"
? n
l = [1]
try l += 2 catch ? cCatchError done
? len(l)
try l += "x" catch ? cCatchError done
try n += [1] catch ? cCatchError done
a = [5, "s", [1]]
try a[1] -= "1" catch ? cCatchError done
try a[3] += 2 catch ? cCatchError done
a[2] += 5
? a[2]
n = 7
n /= 0
? n
n = 7
n %= 0
? len("" + n) > 2
n = 10
n /= 4
? n
s = "a"
try s -= 1 catch ? cCatchError done
try s *= 2 catch ? cCatchError done
try q += "2" catch ? cCatchError done
try q -= 2 catch ? cCatchError done
o = new T
o.list += 2
? len(o.list)
o { list += 3 k += "4" }
? len(o.list)
? o.k
class T
	list = [1]
	k = 1
