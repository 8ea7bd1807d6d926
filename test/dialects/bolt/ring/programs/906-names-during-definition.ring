# A variable holds its list or its object from the start of the definition on
aList = [[1, 2], aList[1], len(aList)]
see aList
x = [1, 2, x]
? len(x)
see x[3]
a = ["old", "list"]
try
	a = [a[2], a[1]]
catch
	? cCatchError
done
? len(a)
ring1 = [10, 20, ref(ring1)]
? ring1[3][3][3][2]
o = new Person {
	name = "Ann"
	o.age = 20
	o.show()
}
p = new Greeter("Ben")
oNode = new Node(oNode)
? type(oNode.follower)

# In a class, its own attributes come before those of an object in braces
new Account { see aFriends ? name }
? new Plain

class Person
	name age
	func show ? name + " is " + age
class Greeter
	name
	func init c
		name = c
		? "I am " + p.name
class Node
	follower
	func init oGiven
		follower = oGiven
class Account
	name = "Ann"
	aFriends = []
	aFriends + new Friend { name = "Gal" }
	aFriends + new Friend { ? self.name self.name = "Hal" }
class Friend
	name
class Plain
	self.one
	this.two
	func three
