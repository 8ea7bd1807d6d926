export default { logLevel: "info" };
