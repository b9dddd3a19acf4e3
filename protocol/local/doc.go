// Package local is what kioskd and its screens say to each other over a unix
// socket: snapshots of the kiosk's state one way, the person's actions the
// other way, as JSON over HTTP.
//
// A screen that connects gets the whole state, and the whole state again after
// every change (GET /v1/events, a server-sent event stream), so that it can
// lose its connection, crash or be replaced at any moment and be right again
// with the next event. It acts with POST /v1/act. It holds nothing of its own
// about the visit.
//
// The package holds the messages and their codec; the server is
// daemon/localapi, the client kiosk/link.
package local
