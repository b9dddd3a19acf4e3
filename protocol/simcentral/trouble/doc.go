// Package trouble plays what goes wrong with the systems behind the gateway: the ways
// in which an HTTP server does not answer.
package trouble
