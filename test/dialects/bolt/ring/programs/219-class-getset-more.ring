o = new T
o.temp = 30
? o.temp
o { temp = 5 ? temp }
? o.raw()
o.temp += 1
? o.raw()
o.list = [1, 2]
? len(o.list)
o.list + 3
? len(o.list)
class T
	temp = 0
	list = []
	func setTemp n
		if n > 20 n = 20 ok
		temp = n
	func getTemp return temp + 100
	func raw return temp
