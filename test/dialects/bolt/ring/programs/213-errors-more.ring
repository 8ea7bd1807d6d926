a = [1]
test(func { ? a[0] })
test(func { ? a["x"]["y"] })
test(func { x = 5 x.y = 1 })
test(func { x = "s" ? x.len() })
test(func { x = 1 / "0" })
test(func { x = [1] * 2 })
test(func { x = [1] < 2 })
test(func { ? -"abc" })
test(func { x = new nothere })
test(func { add(5, 1) })
test(func { ? left("a") })
test(func { ? ascii("ab") })
test(func { ? hex("x") })
test(func { f = [1] call f() })
test(func { ? nosuch })
test(func { nosuch2 += 1 })
test(func { nosuch3++ })
test(func { loop })
test(func { raise("a" + nl + "b") })
func test f
	try
		call f()
		? "none"
	catch
		? cCatchError
	done
