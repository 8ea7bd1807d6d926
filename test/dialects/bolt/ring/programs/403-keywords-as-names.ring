step = 2
? step
to = 3
? to + step
from = 4
? from
on = 1 off = 0 other = 7 done = 5 catch = 6 case = 8 ok = 9 but = 10
? on + off + other + done
h = [:next = 1, :end = 2, :if = 3, :class = 4, :func = 5, :return = 6, :For = 7]
? h[:next] + h[:end] + h[:if]
? h[:class]
? h[:FOR]
? :return
? :New
