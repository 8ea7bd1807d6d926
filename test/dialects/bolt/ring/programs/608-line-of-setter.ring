o = new Item
o.price = 5
? o.price
o.price = number("7")
# the setter is called after the line end
o.price = number("0")

? "never"
class Item
	price = 1
	func setPrice n
		if n = 0 raise("free") ok
		price = n
