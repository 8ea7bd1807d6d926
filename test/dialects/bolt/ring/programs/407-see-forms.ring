see
"on the next line" + nl
? 
"after a newline"
x = 1 see x see nl
see (1 + 2) * 3 see nl
see [1] see nl
see "a" + 1 + nl
? ("x")
? (1 = 1)
