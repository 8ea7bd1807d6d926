? fact(10)
? fib(15)
? hanoi(4, "a", "b", "c")
? isEven(10) + isEven(7)
? twice("ab")
? first([5, 6])
? swap2(1, 2)[1]
nothing2()
? type(nothing2())
? outer2(3)
x = 5
? usesGlobal()
? x
try twice() catch ? cCatchError done
try twice(1, 2) catch ? cCatchError done
? gcd(48, 18)
func fact n if n <= 1 return 1 ok return n * fact(n - 1)
func fib n
	if n < 2 return n ok
	return fib(n - 1) + fib(n - 2)
func hanoi n, a, b, c
	if n = 0 return 0 ok
	return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)
func isEven n
	if n = 0 return true ok
	return isOdd(n - 1)
func isOdd n
	if n = 0 return false ok
	return isEven(n - 1)
func twice x return x + x
func first a return a[1]
func swap2 a, b return [b, a]
func nothing2
	a = 1
func outer2 n
	return inner2(n) * 2
func inner2 n
	n += 1
	return n
func usesGlobal
	x += 1
	return x
func gcd a, b
	while b != 0
		t = a % b
		a = b
		b = t
	end
	return a
