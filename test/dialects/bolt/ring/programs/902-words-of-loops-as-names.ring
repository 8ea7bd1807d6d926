# to, from, in and step are names where an expression starts
o = new Mail
o { ? to ? from }
for i = 1 to 5 step o.by() see i next see nl
class Mail
	to = "NULL"
	from = "NULL"
	step = 2
	func by return step
