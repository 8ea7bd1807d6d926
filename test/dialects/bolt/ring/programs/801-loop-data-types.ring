try for t = "1" to 3 ? t next catch ? cCatchError done
for t = 1 to "2" ? t next
try for t = 1 to [1] ? t next catch ? cCatchError done
for t = 1 to 3
	? t
	t = "2"
next
