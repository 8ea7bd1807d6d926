o = new shop.cart.Cart
o.add("tea")
? o.count()
? className(o)
import shop.cart
p = new Item
? p.name
import shop.tools
? new Helper().say("x")
try x = new Nothing catch ? cCatchError done
try x = new shop.none.Cart catch ? cCatchError done
package shop.cart
class Cart
	items = []
	func add c
		items + new Item
	func count return len(items)
class Item
	name = "item"
package shop.tools
class Helper
	func init return self
	func say c return "helper " + c
