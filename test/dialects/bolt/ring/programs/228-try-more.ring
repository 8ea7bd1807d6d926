try
	try
		raise("a")
	catch
		? "1 " + cCatchError
		raise("b")
	done
catch
	? "2 " + cCatchError
done
? cCatchError
for i = 1 to 3
	try
		if i = 2 raise("skip") ok
		see i
	catch
		see "-"
	done
next
see nl
? f()
? g(0) + g(2)
try ? "in" catch done
? "end"
func f
	try
		return "from try"
	catch
	done
	return "after"
func g n
	try
		return 10 / n
	catch
		return -1
	done
