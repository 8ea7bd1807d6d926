for x in [1, "a", 2.5, "2.5", [], ""]
	switch x
	on 1 see "one "
	on "a" see "a "
	on 2.5 see "twohalf "
	on "" see "empty "
	other see "other "
	off
next
see nl
n = 3
switch n
on 1
	? 1
on 3
	if n = 3
		switch n * 2
		on 6 ? "six"
		off
	ok
	? "after"
other
	? "no"
off
? kind("x") + kind(5)
func kind v
	switch type(v)
	case "STRING" return "text"
	case "NUMBER" return "number"
	else return "?"
	end
