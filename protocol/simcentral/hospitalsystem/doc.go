// Package hospitalsystem plays a hospital's own system behind the gateway: it takes
// CHECK-IN records over HTTP and shows them to whoever asks on loopback. Its records
// are of invented people, in memory, and end with it.
package hospitalsystem
