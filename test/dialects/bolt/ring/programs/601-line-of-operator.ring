l = [0]
try
	x = 1
catch
done
? "start"
? 10 / len([])

? "never"
