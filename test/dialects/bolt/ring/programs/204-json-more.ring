? json([:a = [1, [2, [:b = "c"]]], :n = -1.5, :t = true])
? json([[:x = 1, :y = []], []])
? json(["quote " + char(34)])
? json([:empty = [:k = ""]])
func json v
	if isNumber(v) return "" + v ok
	if isString(v) return '"' + substr(v, '"', "'") + '"' ok
	c = ""
	if len(v) > 0 and isPair(v[1])
		for p in v c += ',"' + p[1] + '":' + json(p[2]) next
		return "{" + substr(c, 2) + "}"
	ok
	for x in v c += "," + json(x) next
	return "[" + substr(c, 2) + "]"
func isPair x
	if not isList(x) return false ok
	return len(x) = 2 and isString(x[1])
