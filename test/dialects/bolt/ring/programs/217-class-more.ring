o = new Account("Ann", 100)
o.deposit(50)
? o.balance
? o.describe()
try o.withdraw(1000) catch ? cCatchError done
o.withdraw(30)
? o.balance
a = [new Account("B", 1), new Account("C", 2)]
for x in a x.deposit(10) next
? a[1].balance + a[2].balance
o2 = o
o2.deposit(1)
? "" + o.balance + " " + o2.balance
h = [:acc = o]
h[:acc].deposit(5)
? "" + h[:acc].balance + " " + o.balance
? o.chain().chain().balance
class Account
	owner balance history = []
	func init cOwner, nStart
		owner = cOwner
		balance = nStart
	func deposit n
		balance += n
		history + n
		return self
	func withdraw n
		if n > balance raise("only " + balance) ok
		balance -= n
	func describe
		return owner + " has " + balance + " after " + len(history)
	func chain
		return deposit(1)
