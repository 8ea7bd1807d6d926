c = "abc"
? "go"
if c > 5
	? "big"
ok
