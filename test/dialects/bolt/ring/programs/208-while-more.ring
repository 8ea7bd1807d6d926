n = 0
while n < 10 and not n = 5
	n++
end
? n
while true
	n--
	if n < 0 exit ok
	if n % 2 = 1 loop ok
	see n
end
see nl
do n++ again n < 3
? n
a = [1, 2, 3]
while len(a)
	see a[len(a)]
	del(a, len(a))
end
see nl
i = 1
while i <= 3 j = 1
	while j <= i see "*" j++ end
	see nl
	i++
end
