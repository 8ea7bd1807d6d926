o = new Doc {
	title = "T"
	"first"
	5 + 5
	section("s")
}
? o.text
o { x = 1 / 0 }
? "after"
? o.errors
class Doc
	title text = "" errors = 0
	func braceStart
		text += "<"
	func braceExprEval v
		if isNumber(v) or isString(v)
			text += "[" + v + "]"
		ok
	func section c
		text += "{" + c + "}"
		return ""
	func braceError
		errors++
		? "error: " + cCatchError
	func braceEnd
		text += ">"
