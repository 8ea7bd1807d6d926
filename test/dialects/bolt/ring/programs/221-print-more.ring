print("a\tb\n")
print("x")
print(1.5)
print("\n")
puts("line")
puts(2.25)
print([1, [2]])
puts([])
? []
see []
? ""
? [""]
see [[], [[]]]
? "end"
? print2str("a\nb")
see 1 see 2 ? 3
put "put"
? ""
