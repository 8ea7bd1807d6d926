n = 5
n -= len("ab")
? n
s = "x"
s -= len("ab")
? s
