c = "abc"
c[1] = 65
? c
try c[1] = [1] catch ? cCatchError done
try c[1] = "" catch ? cCatchError done
? c
