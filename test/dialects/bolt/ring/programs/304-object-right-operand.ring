o = new V
? 5 + o
? 5 - o
? "a" + o
? 2 * o
? 3 < o
? o = 1
? 1 = o
? "x" != o
? o != 5
class V
	func operator c, v
		if isString(v) return c + ":" + v ok
		return c + " " + v
