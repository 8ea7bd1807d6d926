? floor(-0.5)
? ceil(-0.5)
? floor(7)
? fabs(-0)
? pow(0, 0)
? pow(-2, 3)
? sqrt(0.25)
? log(exp(2))
? log(8, 2)
? min(-1, -2)
? max("a" = "a", 0)
? max([1])
decimals(4)
? sin(1) + cos(1)
? tan(0.5)
? asin(1)
? acos(0)
? atan(1) * 4
? sinh(1)
? cosh(1)
? tanh(1)
try ? min([]) catch ? cCatchError done
try ? max(["a"]) catch ? cCatchError done
try ? pow(1) catch ? cCatchError done
try ? max(1, 2, 3) catch ? cCatchError done
