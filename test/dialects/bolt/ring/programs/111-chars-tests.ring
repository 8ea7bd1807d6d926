for c in ["a", "Z", "5", " ", "_", ""]
	? "" + isAlpha(c) + isDigit(c) + isAlnum(c) + isUpper(c) + isLower(c) + isSpace(c) + isPunct(c)
next
? isDigit("123")
? isDigit("12a")
? isAlpha("é")
? isXDigit("fF9")
? isCntrl(nl)
? isPrint("ok!")
? isGraph("a b")
try ? isDigit(5) catch ? cCatchError done
try ? isDigit() catch ? cCatchError done
