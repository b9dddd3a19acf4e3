// Package hospitalsystem plays a hospital's own system behind the gateway, over HTTP on
// loopback: it takes CHECK-IN records and shows them to whoever asks, registers people
// who pay, and keeps a book of appointments. What it knows is of invented people, in
// memory, and ends with it.
package hospitalsystem
