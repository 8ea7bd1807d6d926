const service = diesel.getWebSocketService();
const room = service.room("all");
let changes = [];
let last = -1;

// The times at which the count changed, by the clock that all processes of the machine share.
setInterval(() => {
  const members = room.members();
  if (members === last) return;
  last = members;
  changes.push([Date.now(), members]);
}, 1);

function nsPerCall(calls) {
  const start = performance.now();
  let sum = 0;
  for (let call = 0; call < calls; call += 1) sum += room.members();
  return sum < 0 ? 0 : ((performance.now() - start) * 1e6) / calls;
}

export function GET(request) {
  const query = new URL(request.url).searchParams;
  if (query.has("reset")) changes = [];
  const nanoseconds = query.has("calls") ? nsPerCall(Number(query.get("calls"))) : null;
  return Response.json({ members: room.members(), changes, cluster: service.cluster(), nanoseconds });
}
