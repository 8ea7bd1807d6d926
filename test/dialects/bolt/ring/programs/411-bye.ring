? "a"
if true
	bye
ok
? "never"
