# The same chat as chat.ts, in Ring, on paths of its own. The rooms are those of all the APIs.
load "bolt.ring"

# The names of clients by id. A reload clears them, and the program asks again.
$names = []

new Bolt() {
	@ws("/ring/chat/:room", :on_connect, :on_message, :on_disconnect)
	before(:must_be_known)

	@get("/ring/rooms/:room", func {
		aPeople = []
		for cId in $bolt.wsRoomMembers($bolt.param("room")) aPeople + nameOf(cId) next
		$bolt.json([
			:people = aPeople,
			:connected = $bolt.wsConnectionCount(),
			:dropped = $bolt.wsDroppedCount()
		])
	})

	@after(func {
		cWhat = $bolt.wsEventType()
		if cWhat = "" cWhat = $bolt.path() ok
		$bolt.log("ring chat: " + cWhat + " of " + nameOf($bolt.wsClientId()))
	})
}

# Middleware of on_message: asks a client without a name for one, and ignores its other messages.
func must_be_known
	cId = $bolt.wsClientId()
	if find($names, cId, 1) > 0 return ok
	cName = nameIn($bolt.wsEventMessage())
	if cName = ""
		$bolt.wsSendTo(cId, "Send your name first: I am Ada")
	else
		enter(cId, cName)
	ok
	$bolt.wsEventAbort()

# Runs before the client is accepted, so this is the first message that it gets.
func on_connect
	cText = "Welcome to the " + $bolt.wsParam("room") + " room. Send your name: I am Ada"
	$bolt.wsSendTo($bolt.wsClientId(), cText)

func on_message
	cRoom = $bolt.wsParam("room")
	if $bolt.wsEventIsBinary()
		$bolt.wsRoomBroadcastBinary(cRoom, $bolt.wsEventBinary())
	else
		$bolt.wsRoomBroadcast(cRoom, nameOf($bolt.wsClientId()) + ": " + $bolt.wsEventMessage())
	ok

# The client has already left its room.
func on_disconnect
	nAt = find($names, $bolt.wsClientId(), 1)
	if nAt = 0 return ok
	$bolt.wsRoomBroadcast($bolt.wsParam("room"), $names[nAt][2] + " left")
	del($names, nAt)

func enter cId, cName
	cRoom = $bolt.wsParam("room")
	$names[cId] = cName
	$bolt.wsRoomJoin(cRoom, cId)
	$bolt.wsRoomBroadcast(cRoom, cName + " joined: " + $bolt.wsRoomCount(cRoom) + " in the room")

# The name in "I am Ada", or "": up to 24 bytes without a space.
func nameIn cText
	if left(cText, 5) != "I am " return "" ok
	cName = substr(cText, 6)
	if len(cName) > 24 or substr(cName, " ") > 0 return "" ok
	return cName

func nameOf cId
	nAt = find($names, cId, 1)
	if nAt = 0 return "guest" ok
	return $names[nAt][2]
