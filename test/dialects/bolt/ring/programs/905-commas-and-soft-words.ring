x = 1, y = 2, z = 3
? x, ? y, ? z
x = 10; y = 20; z = 30
? x; ? y; ? z
for i = 1 to 3 see i, see " ", next see nl
if x = 10 ? "a", ? "b" ok
? between(2, 4)
for step = 1 to 2 see step next see nl
for on in [7, 8] see on next see nl
new Screen {
	@10, 10 say "Hello"
	@11, 10 say "World"
}
new Love {
	I will say it Again and Again
	Come with me To the Sky
}

func between from, to
	aOut = ""
	for n = from to to aOut += n next
	return aOut

class Screen
	func braceError
		if left(cCatchError, 11) = "Error (R24)"
			? "<" + substr(cCatchError, 45) + ">"
		else
			? cCatchError
		ok
	func braceExprEval v
		if v ? v ok

class Love
	To Again
	func getTo
		? "Where?"
	func getAgain
		? "Really?"
		return true
	func braceError
