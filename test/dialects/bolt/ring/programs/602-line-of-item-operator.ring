aNums = [1, 0]
? average(aNums)
func average a
	nTop = a[1]
	# a comment
	return nTop / a[2]

func other2
	return 1
