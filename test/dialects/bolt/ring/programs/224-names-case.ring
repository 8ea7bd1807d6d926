MyVar = 1
? myvar + MYVAR
? HELLO()
O = New Thing
? o.NAME
O.Name = "n"
? o.name
? O.HI()
IF TRUE ? "t" OK
For I = 1 To 2 See i Next
See NL
h = [:Key = 1]
? h[:KEY]
? TYPE(h)
Func Hello Return "hello"
Class Thing
	Name = "thing"
	Func Hi Return "hi"
