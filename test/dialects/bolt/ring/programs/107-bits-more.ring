? 12 & 10
? 12 | 3
? 12 ^ 10
? ~12
? 1 << 10
? -1 & 255
? 255 & "15"
? hex(4096)
? dec("1f")
? dec("0x1f")
? hex(dec("abc"))
? hex(-1)
? upper(hex(48879))
nMask = 0
for n in [0, 2, 4] nMask |= 1 << n next
? nMask
? unsigned(5, 3, "&")
? unsigned(1, 2, "-") > 0
? str2hex("Ring")
? hex2str("52696e67")
? char(dec("41"))
? ascii("A") + 1
