# a whole program: inventory with classes, hash lists and text
$stock = new Stock()
$stock.add("tea", 3.5, 10)
$stock.add("milk", 1, 4)
? $stock.total()
$stock.take("tea", 4)
try $stock.take("tea", 40) catch ? "error: " + cCatchError done
try $stock.take("rum", 1) catch ? "error: " + cCatchError done
$stock.report()
? len($stock.log)
for c in $stock.log ? c next
class Stock
	items = []
	log = []
	func init
		note("created")
		return self
	func add cName, nPrice, nCount
		items[cName] = [:price = nPrice, :count = nCount]
		note("added " + cName)
	func take cName, nCount
		if find(items, cName, 1) = 0 raise("no " + cName) ok
		hItem = items[cName]
		if hItem[:count] < nCount raise("only " + hItem[:count] + " " + cName) ok
		items[cName][:count] -= nCount
		note("took " + nCount + " " + cName)
	func total
		n = 0
		for p in items
			n += p[2][:price] * p[2][:count]
		next
		return n
	func report
		for p in items
			? left(p[1] + "......", 6) + right("    " + p[2][:count], 4) + " x " + p[2][:price]
		next
	func note cText
		log + cText
