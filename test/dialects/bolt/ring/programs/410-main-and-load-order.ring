? "top"
func main
	? "main"
	f()
func f
	? "f"
	return
	? "never"
