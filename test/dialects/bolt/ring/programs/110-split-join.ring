aParts = split2("a,b,,c", ",")
? len(aParts)
? join(aParts, "|")
? join(split2("", ","), "|")
? join(split2("one", ","), "|")
? join(["x", 1, 2.5], "-")
? join(str2list("l1" + nl + "l2"), "/")
? list2str(["a", "b", 3])
? len(str2list("a" + nl + nl + "b"))

func split2 cText, cBy
	aOut = []
	while true
		n = substr(cText, cBy)
		if n = 0 exit ok
		add(aOut, left(cText, n - 1))
		cText = substr(cText, n + len(cBy))
	end
	add(aOut, cText)
	return aOut

func join aList, cBy
	cOut = ""
	for i = 1 to len(aList)
		if i > 1 cOut += cBy ok
		cOut += aList[i]
	next
	return cOut
