// Command gatewayd is the reference far end of the kiosks in one process: an MQTT
// broker (nats-server, embedded) that takes connections over mutual TLS 1.3 and
// confines each device to its own branch of topics, the gateway that verifies and
// stores requests, and the simulated national systems that answer them.
//
// With other configurations the same program is one node of a broker's cluster, or a worker
// that shares a PostgreSQL inbox with others; see docs/cluster.md.
//
//	gatewayd -config gatewayd.toml        serve until interrupted
//	gatewayd inbox -config gatewayd.toml  count the requests in the inbox
//
// It logs JSON lines to standard error, nothing personal in them. Exit status: 0
// ended as asked, 1 could not start or failed, 2 wrong usage or configuration.
package main
