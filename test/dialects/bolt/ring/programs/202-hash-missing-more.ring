h = []
? len(h)
x = h[:a]
? len(h)
h[:b] + "lost"
? h[:b]
? len(h)
if h[:c] ? "no" else ? "empty" ok
h[:list] = []
h[:list] + 1
h[:list] + 2
? len(h[:list])
h[:sub] = [:x = 1]
h[:sub][:y] = 2
? h[:sub][:x] + h[:sub][:y]
? h[:sub][:z] = ""
? len(h[:sub])
? isNull(h[:q])
a = [1, 2, 3]
a[:k] = "v"
? len(a)
? a[:k]
? a[4][1]
s = h[:text] + "abc"
? s
