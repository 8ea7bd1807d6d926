? "x"
? double(5 / zero())
? "y"
func zero return 0
func double n return n * 2
