mergemethods("count", "share")
o1 = new count { test() }
importpackage(:mypackage)
new myclass { myfunction() }
? packagename()
optionalfunc(:reply)
optionalfunc(:known)
? reply("anything", 1)
? known()
try mergemethods("count", "none") catch ? cCatchError done
try importpackage("none") catch ? cCatchError done
func known return "known"
class Share
	func one ? "one"
	func two ? "two"
class Display
	func printline ? copy("*", 5)
class Count from Display
	func test
		printline()
		one()
		two()
	func two ? "own two"
package mypackage
	class myclass
		func myfunction
			? "Hello, World!"
