n = 1
for x in [n, n + 1] see "" + x + " " n = 100 next
see nl
for x in 1:n
	see x
	if x = 3 exit ok
	n = 3
next
see nl
$users = ["a", "b", "c", "d"]
for u in active() see u del($users, 1) next
see nl
for x in sort(made()) see x next
see nl
o = new Holder
for x in o.given() see x next
see nl
for x in o.list
	see x
	if x = 1 o.list = [7, 8, 9] ok
next
see nl
o.walk()
h = [:k = [1, 2, 3]]
for x in h[:k]
	see x
	if x = 1 h[:k] = [7, 8, 9] ok
next
see nl
f = func { see "F" return "ab" }
for x in call f() see x next
see nl
for x in counted() step 2 see x next
see nl
for x in [:two = made()] see x next
see nl
func active see "<" return $users
func made see "m" return [2, 1]
func counted() see "c" return 1:4
class Holder
	list = [1, 2]
	func given see "g" return list
	func walk
		for x in inner() see x next
		see nl
	func inner see "i" return list
