? "one"
? left("abc")
