try decimals(-1) catch ? cCatchError done
try decimals(91) catch ? cCatchError done
try decimals("2") catch ? cCatchError done
try decimals() catch ? cCatchError done
decimals(90)
? len("" + 1/3)
decimals(0)
? 0.5
? 1.5
? 2.5
? -0.5
? 99.5
decimals(4)
? 2/3
? [1, 0.5]
o = new P
? o
class P
	a = 1/8
	b = 3
