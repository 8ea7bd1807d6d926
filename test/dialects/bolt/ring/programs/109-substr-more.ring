c = "one,two,,three"
? substr(c, ",")
? substr(c, 4, 1)
? substr(c, 1, 3)
? substr(c, ",", ";")
? substr(c, ",,", ",")
