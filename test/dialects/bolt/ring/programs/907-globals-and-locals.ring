x = 10 y = 20
test("hello")
see globals()
func test cMsg
	z = 30
	see locals()
