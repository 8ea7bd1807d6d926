see 5 + nl
see 2.5 + nl
x = 3 + nl
? type(x)
? len(x)
see 1 + 2 + nl
? "end"
