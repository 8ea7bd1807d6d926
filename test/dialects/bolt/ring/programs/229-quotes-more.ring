? 'a"b' + "c'd" + `e"f'g`
? "tab	in"
? len("a
b")
? "#notcomment" + " //no"
? '\n'
? "a" + nl + 'b' + char(10) + "c"
? len(tab + cr + nl)
? "{" + "}" + "[" + "]"
x = "multi
line"
? lines(x)
? substr(x, nl, " ")
? "" + "" = ""
? "'" + '"' + "`"
