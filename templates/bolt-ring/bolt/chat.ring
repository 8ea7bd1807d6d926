# A chat with rooms. Open the page at / in two windows.
load "bolt.ring"

# The names of clients by their ids.
$names = []

new Bolt() {
	@ws("/chat/:room", "onConnect", "onMessage", "onDisconnect")

	# Who is in a room, as JSON.
	@get("/rooms/:room", func {
		aPeople = []
		for cId in $bolt.wsRoomMembers($bolt.param("room"))
			aPeople + nameOf(cId)
		next
		$bolt.json([:people = aPeople, :connected = $bolt.wsConnectionCount()])
	})

	# A message from outside: curl -d "Tea is ready" http://127.0.0.1:8080/rooms/tea
	@post("/rooms/:room", func {
		nReached = $bolt.wsRoomBroadcast($bolt.param("room"), "server: " + $bolt.body())
		$bolt.json([:reached = nReached])
	})
}

# Runs before the client is accepted, so this is the first message that it gets.
func onConnect
	cRoom = $bolt.wsParam("room")
	cId = $bolt.wsClientId()
	$bolt.wsRoomJoin(cRoom, cId)
	$bolt.wsSendTo(cId, "Welcome to " + cRoom + ". Send /name Ada to get a name.")

func onMessage
	cId = $bolt.wsClientId()
	cText = $bolt.wsEventMessage()
	cRoom = $bolt.wsParam("room")
	if left(cText, 6) = "/name "
		cBefore = nameOf(cId)
		setName(cId, substr(cText, 7))
		$bolt.wsRoomBroadcast(cRoom, cBefore + " is now " + nameOf(cId))
		return
	ok
	$bolt.wsRoomBroadcast(cRoom, nameOf(cId) + ": " + cText)

# The client has already left its room.
func onDisconnect
	cId = $bolt.wsClientId()
	$bolt.wsRoomBroadcast($bolt.wsParam("room"), nameOf(cId) + " left")
	forget(cId)

func nameOf cId
	nAt = find($names, cId, 1)
	if nAt = 0 return "guest" ok
	return $names[nAt][2]

func setName cId, cName
	$names[cId] = left(trim(cName), 24)

func forget cId
	nAt = find($names, cId, 1)
	if nAt > 0 del($names, nAt) ok
