? number("12") + 1
? number("1.5") * 2
? string(12) + "1"
? string(1.5)
? type(number("7"))
? type(string(7))
? 0 + "  7  "
? "3" * "4"
? "10" / 4
? "7" - "2"
? "2" ** 3
? 3 + "0x10"
? -"2" + 1
? "5" = 5
? "5.0" = 5
? 5 != "five"
try ? number("abc") catch ? cCatchError done
try ? number([1]) catch ? cCatchError done
try ? string([1]) catch ? cCatchError done
