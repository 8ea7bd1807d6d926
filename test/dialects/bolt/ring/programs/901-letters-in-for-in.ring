# The variable of for in over a text is a letter of it
c = "abc"
for x in c x = "*" next
? c
for x in c x = 65 next
? c
for n = 1 to 3
	try
		switch n
		on 1 for x in c x = "zz" next
		on 2 for x in c x = [1] next
		on 3 for x in c x += "q" next
		off
	catch
		? cCatchError
	done
next
? c
try
	for x in upper("ab") x = "" next
catch
	? cCatchError
done
letters("def")

func letters cText
	for x in cText
		try x = "long" catch ? cCatchError done
	next
	? cText
