for i = 1 to 5
	if i = 2 continue ok
	if i = 4 break endif
	see i
endfor
see nl
i = 0
while i < 3 i++ see i endwhile
see nl
switch 2
case 1 ? "one"
case 2 ? "two"
endswitch
try raise("x") catch ? cCatchError endtry
? f1(1) + f2(2) + f3(3)
if 1 > 2 ? "no" other ? "other in if" ok
put "put" put nl
? +5
? - -5
? 5 - +3
function f1 x
	return x
endfunc
def f2(x)
	return x * 10
end
func f3 x {
	return x * 100
}
