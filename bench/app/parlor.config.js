// No other peer beats within a run, and clients that count bytes answer no pings.
export default { heartbeat: false };
