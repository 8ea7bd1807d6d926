# first
x = 1 // one
/* many
lines */ y = 2
? x + y ; ? x
a = [ 1 , 2
, 3 ]
? len(a)
b = f( 1 ,
	2 )
? b
c = "a" +
"b" +
	"c"
? c
if x = 1 { ? "brace" }
for i = 1 to 2 { see i } see nl
while x < 3 { x++ }
? x
func f a, b { return a + b }
