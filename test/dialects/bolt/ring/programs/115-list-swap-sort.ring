a = [3, 1, 2]
swap(a, 1, 3)
? a
b = sort(a)
? b
? a[1]
? reverse(sort(["b", "a", "c"]))
aRows = [["x", 3], ["y", 1], ["z", 2]]
aRows = sort(aRows, 2)
for r in aRows see r[1] next
see nl
? find(aRows, "x", 1)
try swap(a, 1, 9) catch ? cCatchError done
try sort(5) catch ? cCatchError done
try find(a) catch ? cCatchError done
try find(aRows, "x", 5) catch ? cCatchError done
c = [5, 3, 5, 1]
? sort(c)
? binarysearch(sort(c), 3)
