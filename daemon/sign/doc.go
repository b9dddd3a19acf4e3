// Package sign owns the device key: it loads the key and its certificate, holds
// them to each other and to the time, and signs.
//
// The key is a file today, and says so ([FileKey.Protection]) in every envelope.
// It is used for two things: signatures of requests, and the kiosk's side of TLS
// with the broker.
//
// The package must never import anything that sends, stores or shows.
package sign
