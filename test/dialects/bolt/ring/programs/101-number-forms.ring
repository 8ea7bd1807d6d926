# forms of number literals and their printing
? 0.5
? 100.0
? -0.0
? 1_000.25
? 0xfF + 1
? 5 / 2 * 2
? 12.3456
? -12.345
? 0.005
? 0.015
? 2.675
x = 10 / 4
? "x=" + x + ";"
? 10 / 5 + ""
