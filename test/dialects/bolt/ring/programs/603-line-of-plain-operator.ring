n = 0
x = 10 / n
? x
