o = new S
o.open()
? o.count()
try o.secret() catch ? cCatchError done
try ? o.code catch ? cCatchError done
try o { code = 5 } catch ? cCatchError done
? isPrivateMethod(o, "secret")
? isPrivateAttribute(o, "code")
? isPrivateAttribute(o, "total")
t = new T
? t.peek()
class S
	total = 0
	func open
		secret()
		self.secret()
	func count return total
	private
	code = 42
	func secret
		total++
class T from S
	func peek
		return code
