// Boundary: errors and reports of a cluster.
import type { ErrorTable } from "./error-table.ts";

export const clusterErrors = {
  PARLOR_CLUSTER: {
    level: "error",
    text: {
      package:
        "cluster: {protocol}// needs the package {package}, which is not installed; run npm install {package}",
      unreachable:
        "cluster: cannot join by {server}: {reason}; check the address, and that the server is running",
      password: "cluster: cannot join by {server}: {reason}; correct user and password in the URL",
      certificate:
        "cluster: cannot join by {server}: {reason}; name the file of its certificate authority in NODE_EXTRA_CA_CERTS",
      protocol:
        "cluster: cannot join by {server}: {reason}; check that the port is that of {kind}, and whether it needs TLS ({tls}//)",
      tls: "cluster: cannot join by {server}: {reason}; check that the port is that of {kind}, and whether it takes TLS (without: {plain}//)",
    },
    help: "The server that `cluster` names could not be used when this server started. It does not start without its cluster: clients would see half of the sessions.",
    remedy:
      "Install the package that the line names, or correct the address of the server, its user and its password.",
  },
  PARLOR_CLUSTER_EVICTION: {
    level: "warn",
    text: "cluster: Redis may delete keys that the cluster needs (maxmemory-policy {policy}); set it to noeviction",
    help: "Redis has a limit of memory and deletes keys when it is reached. The nodes write deleted parts again, and until then other nodes miss sessions.",
    remedy:
      "Set `maxmemory-policy noeviction` in the configuration of Redis, or use a Redis of its own for the cluster.",
  },
  PARLOR_CLUSTER_ISOLATED: {
    level: "warn",
    text: "cluster: cannot reach {server}; this node serves its own sessions, keeps its view of the others, and tries again",
    help: "The connection to the server of the cluster was lost, or works again. While it is lost, reads return the last known state of other nodes, and messages reach only the sessions of this node; each message that others miss is counted.",
    remedy: "Look at the server of the cluster and the network. The node joins again by itself.",
  },
  PARLOR_CLUSTER_JOINED: {
    level: "info",
    text: "cluster: joined as node {id} by {server}; {nodes}",
    help: "This server is in the cluster, after its start or after it was isolated.",
    remedy: "Nothing to do.",
  },
  PARLOR_CLUSTER_LOSS: {
    level: "warn",
    text: "cluster: {count|message between nodes was|messages between nodes were} lost ({reasons}); the sessions of this node stay connected",
    help: "Messages to members on other nodes, or from there, did not arrive. `engineDown`: sent while this node could not reach the server of the cluster. `lost`: gaps in the running numbers of other nodes. `noSession`: the session had ended. `tooLarge`: larger than a frame may be. The line comes at most once a second while the counts rise.",
    remedy:
      "Look at the connection to the server of the cluster. Delivery between nodes is at most once, by design.",
  },
  PARLOR_CLUSTER_MALFORMED: {
    level: "error",
    text: "cluster: node {node} has sent or stored a malformed frame or entry; it changes nothing",
    help: "Parlor checks the frames of other nodes, and the entries in Redis, before it uses them. A malformed frame is refused as a whole and counted as `malformed`. The sessions that this node then misses of another node are loaded again. A session or number that Redis keeps in a malformed entry is left out. The line comes once for each node.",
    remedy:
      "Look for other programs that use the same Redis or NATS with the name of this cluster. If there are none, report the line as a fault of Parlor.",
  },
  PARLOR_CLUSTER_NODE: {
    level: "info",
    text: {
      joined: "cluster: node {node} has joined; {nodes}",
      left: "cluster: node {node} has left; {nodes}",
    },
    help: "Another server has joined the cluster, or has left it: it was stopped, or its lease has ended.",
    remedy:
      "Nothing to do, if that was intended. The sessions of a node that has left are gone from the directory.",
  },
  PARLOR_CLUSTER_REFUSED: {
    level: "warn",
    text: "cluster: {server} refuses what this node writes: {reason}; this node tries again",
    help: "The server of the cluster replies with an error, for example because it is a read-only replica, its memory is full, or the user has too few rights. The other nodes do not see the changes of this node meanwhile. The line comes once for each reason until the node has joined again.",
    remedy: "Correct what the reason names. The node joins again by itself.",
  },
  PARLOR_CLUSTER_VERSION: {
    level: "error",
    text: "cluster: node {node} speaks version {version} of the cluster's protocol and this node version {own}; they do not see each other's sessions",
    help: "Two versions of Parlor that do not understand each other use the same server with the same cluster name. Each ignores what the other sends, and counts its frames as `otherVersion`.",
    remedy:
      "Finish the deploy: run the same version everywhere, or give the new version a cluster name of its own.",
  },
  PARLOR_RESUME_PER_NODE: {
    level: "warn",
    text: {
      cluster:
        "{file}: resumes for {seconds} s, but a client that returns to another node of the cluster gets a fresh session (other-node); let the proxy keep each client at its node",
      fronts:
        "{file}: resumes for {seconds} s, but the server speaks TLS itself, so a client that returns to another of the {fronts} fronts gets a fresh session (other-node); let a proxy terminate TLS",
    },
    help: "A session is in the memory of one process. When a client returns, the fronts of one machine pass its connection to the front that has its session. They cannot do this for a TLS connection, and nodes of a cluster cannot do it at all.",
    remedy:
      "Let the proxy keep each client at its node, by its address or by a cookie. With `fronts`, let the proxy terminate TLS. To accept fresh sessions, ignore the warning.",
  },
  PARLOR_STATE_PER_NODE: {
    level: "warn",
    text: {
      cluster:
        "{file}: has one state ({why}), and each node of the cluster has its own; its clients on different nodes do not share it",
      fronts:
        "{file}: has one state ({why}), and each of the {fronts} fronts has its own; its clients on different fronts do not share it",
    },
    help: 'A real-time route, a route with `scope = "route"` and a program keep their variables in one place. Where several processes serve the app, each process has that place once. Rooms and sessions span all of them; variables do not.',
    remedy:
      "Keep what clients share in a database, or serve this route by one process: without `fronts` and `cluster`, in an app of its own.",
  },
} as const satisfies ErrorTable;
